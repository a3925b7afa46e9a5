/** What relations and guards may ask of a host; each answer is looked up when it is asked for. */
import { isAtLeast } from "../catalogue/version.js";
import type { HostView } from "../expression/host-view.js";
import { type HostAnswers, type HostUse, Unknown } from "./relation.js";

/** What is known; without a `view` no host is. */
export type AnswerSource = {
  readonly view?: HostView;
  readonly use?: () => HostUse | undefined;
  /** Whether the kernel has a module, or could load it; undefined where that is not known. */
  readonly canLoad?: (module: string) => boolean | undefined;
};

export function hostAnswers({ view, use, canLoad }: AnswerSource): HostAnswers {
  let known: HostUse | undefined;
  const used = (): HostUse => {
    known ??= use?.();
    return sure(known);
  };
  const seen = (): HostView => sure(view);
  return {
    get memory_bytes() {
      return seen().memoryBytes;
    },
    get page_size() {
      return seen().pageSize;
    },
    get cpus() {
      return seen().cpus;
    },
    get interfaces() {
      return seen().interfaces;
    },
    get modules() {
      return seen().modules;
    },
    get arch() {
      return seen().arch;
    },
    get kernel() {
      return seen().kernel;
    },
    get swap_bytes() {
      return used().swapBytes;
    },
    get committed_bytes() {
      return used().committedBytes;
    },
    get huge_page_bytes() {
      return used().hugePageBytes;
    },
    get threads() {
      return used().threads;
    },
    get processes() {
      return used().processes;
    },
    get open_files_limit() {
      return used().openFilesLimit;
    },
    get listening_ports() {
      return used().listeningPorts;
    },
    get programs() {
      return used().programs;
    },
    kernel_at_least: (version) => isAtLeast(seen().kernel, version),
    has_tunable: (key) => seen().has(key),
    can_load: (module) => seen().modules.includes(module) || sure(canLoad?.(module)),
  };
}

function sure<T>(value: T | undefined): T {
  if (value === undefined) throw new Unknown();
  return value;
}
