/** Facts of a host as a file, in `schema/facts.schema.json`, and in memory. */
import type { Loader } from "../boot/loader.js";
import type { BootContent, BootStack } from "../boot/stack.js";
import { type Key, recordedKey } from "../catalogue/key.js";
import type { RawReading } from "../catalogue/reading.js";
import { isSecret, withoutSecrets } from "../catalogue/secret.js";
import { validateFacts } from "../generated/validate-facts.js";
import type { HostFacts } from "../host.js";
import type { Applied } from "../record/applied.js";
import type { HostUse } from "../relations/relation.js";
import type { BootSources } from "../writers/sources.js";
import {
  appliedFromFile,
  appliedToFile,
  type Decoded,
  decode,
  newerVersion,
  orNull,
  refused,
  type StoredApplied,
  type StoredKeys,
} from "./stored.js";

/** All that is captured of a host. */
export type CapturedFacts = {
  /** ISO 8601, UTC. */
  readonly taken: string;
  readonly host: HostFacts;
  readonly readings: ReadonlyMap<Key, RawReading>;
  readonly boot: BootStack;
  readonly bootSources?: BootSources;
  readonly dropIn?: string;
  readonly modulesFile?: string;
  readonly applied?: Applied;
  readonly use?: HostUse;
};

/** A reading: the text alone where it is present and writable. */
type StoredReading =
  | string
  | { readonly value: string; readonly writable: false }
  | { readonly status: "write-only" }
  | { readonly status: "withheld" }
  | { readonly status: "denied"; readonly errno: string };

type StoredBoot = Omit<BootStack, "sysctlConf" | "unreadableFolders"> & {
  readonly sysctl_conf?: BootContent;
  readonly unreadable_folders?: BootStack["unreadableFolders"];
};

export type FactsFile = {
  readonly version: 1;
  readonly kind: "facts";
  readonly taken: string;
  readonly host: {
    readonly name: string;
    readonly kernel: string;
    readonly arch: string;
    readonly memory_bytes: string;
    readonly cpus: string;
    readonly page_size: string;
    readonly hz?: number;
    readonly modules: readonly string[];
    readonly loadable_modules: readonly string[];
    readonly interfaces: readonly string[];
    readonly boot_loader: Loader["name"];
    /** This and the next are absent in files of tunectl 0.1. */
    readonly boot_loader_version?: string;
    readonly init?: Loader["init"];
    readonly boot_loader_script?: NonNullable<Loader["script"]>;
  };
  readonly use?: StoredUse;
  readonly readings: Readonly<Record<string, StoredReading>>;
  readonly boot: StoredBoot;
  readonly boot_sources?: BootSources;
  readonly drop_in: string | null;
  readonly modules_file: string | null;
  readonly applied: StoredApplied | null;
};

type StoredUse = {
  readonly swap_bytes: string;
  readonly committed_bytes: string;
  readonly huge_page_bytes: string;
  readonly threads: string;
  readonly processes: string;
  readonly open_files_limit: string;
  readonly listening_ports: readonly number[];
  readonly programs: readonly string[];
};

const currentVersion = 1;

/** Secrets are withheld, in readings and in the text of files. */
export const factsToFile = (facts: CapturedFacts): FactsFile => ({
  version: currentVersion,
  kind: "facts",
  taken: facts.taken,
  host: hostToFile(facts.host),
  ...(facts.use && { use: useToFile(facts.use) }),
  readings: readingsToFile(facts.readings),
  boot: bootToFile(facts.boot),
  ...(facts.bootSources && { boot_sources: sourcesToFile(facts.bootSources) }),
  drop_in: orNull(facts.dropIn, withoutSecrets),
  modules_file: orNull(facts.modulesFile, withoutSecrets),
  applied: orNull(facts.applied, appliedToFile),
});

export function factsFromFile(parsed: unknown): Decoded<CapturedFacts> {
  const newer = newerVersion(parsed, currentVersion);
  return newer ? refused(newer) : decode({ validate: validateFacts, keys: keysIn, decoded }, parsed);
}

const keysIn = ({ readings, applied }: FactsFile): StoredKeys => ({
  read: Object.keys(readings),
  written: [],
  applied: [applied],
});

const decoded = (file: FactsFile): CapturedFacts => ({
  taken: file.taken,
  host: hostFromFile(file),
  readings: new Map(
    Object.entries(file.readings).map(([key, reading]) => [key as Key, readingFromFile(reading)]),
  ),
  boot: bootFromFile(file.boot),
  ...(file.boot_sources && { bootSources: file.boot_sources }),
  ...(file.drop_in !== null && { dropIn: file.drop_in }),
  ...(file.modules_file !== null && { modulesFile: file.modules_file }),
  ...(file.applied && { applied: appliedFromFile(file.applied) }),
  ...(file.use && { use: useFromFile(file.use) }),
});

const hostToFile = (host: HostFacts): FactsFile["host"] => ({
  name: host.name,
  kernel: host.kernel,
  arch: host.arch,
  memory_bytes: String(host.memoryBytes),
  cpus: String(host.cpus),
  page_size: String(host.pageSize),
  ...(host.hz !== undefined && { hz: host.hz }),
  modules: host.modules,
  loadable_modules: host.loadableModules,
  interfaces: host.interfaces,
  boot_loader: host.loader.name,
  ...(host.loader.version !== undefined && { boot_loader_version: host.loader.version }),
  init: host.loader.init,
  ...(host.loader.script && { boot_loader_script: host.loader.script }),
});

const hostFromFile = ({ host }: FactsFile): HostFacts => ({
  name: host.name,
  kernel: host.kernel,
  arch: host.arch,
  memoryBytes: BigInt(host.memory_bytes),
  cpus: BigInt(host.cpus),
  pageSize: BigInt(host.page_size),
  ...(host.hz !== undefined && { hz: host.hz }),
  modules: host.modules,
  loadableModules: host.loadable_modules,
  interfaces: host.interfaces,
  loader: loaderFromFile(host),
  bootId: "",
});

const loaderFromFile = (host: FactsFile["host"]): Loader => ({
  name: host.boot_loader,
  ...(host.boot_loader_version !== undefined && { version: host.boot_loader_version }),
  init: host.init ?? (host.boot_loader === "systemd" ? "systemd" : "unknown"),
  ...(host.boot_loader_script && { script: host.boot_loader_script }),
});

const useToFile = (use: HostUse): StoredUse => ({
  swap_bytes: String(use.swapBytes),
  committed_bytes: String(use.committedBytes),
  huge_page_bytes: String(use.hugePageBytes),
  threads: String(use.threads),
  processes: String(use.processes),
  open_files_limit: String(use.openFilesLimit),
  listening_ports: use.listeningPorts.map(Number),
  programs: use.programs,
});

const useFromFile = (stored: StoredUse): HostUse => ({
  swapBytes: BigInt(stored.swap_bytes),
  committedBytes: BigInt(stored.committed_bytes),
  hugePageBytes: BigInt(stored.huge_page_bytes),
  threads: BigInt(stored.threads),
  processes: BigInt(stored.processes),
  openFilesLimit: BigInt(stored.open_files_limit),
  listeningPorts: stored.listening_ports.map(BigInt),
  programs: stored.programs,
});

function readingsToFile(readings: CapturedFacts["readings"]): FactsFile["readings"] {
  // Without a prototype: a key may be called anything.
  const stored = Object.create(null) as Record<string, StoredReading>;
  for (const [key, reading] of readings) {
    if (recordedKey(key) === undefined || reading.status === "missing") continue;
    stored[key] = isSecret(key) ? { status: "withheld" } : readingToFile(reading);
  }
  return stored;
}

function readingToFile(reading: Exclude<RawReading, { status: "missing" }>): StoredReading {
  if (reading.status !== "present") return reading;
  const value = reading.text.replace(/\n$/, "");
  return reading.writable ? value : { value, writable: false };
}

function readingFromFile(stored: StoredReading): RawReading {
  if (typeof stored === "string") return { status: "present", text: stored, writable: true };
  if ("value" in stored) return { status: "present", text: stored.value, writable: false };
  return stored.status === "withheld" ? { status: "denied", errno: "withheld" } : stored;
}

/** Boot files may set a secret too: such a line keeps its key alone. */
function bootToFile({ entries, sysctlConf, unreadableFolders }: BootStack): StoredBoot {
  const clean = (content: BootContent): BootContent =>
    content.kind === "text" ? { ...content, text: withoutSecrets(content.text) } : content;
  return {
    entries: entries.map((entry) => ({ ...entry, content: clean(entry.content) })),
    ...(sysctlConf && { sysctl_conf: clean(sysctlConf) }),
    ...(unreadableFolders && unreadableFolders.length > 0 && { unreadable_folders: unreadableFolders }),
  };
}

/** The same of the files of other programs, which may set a secret as well. */
const sourcesToFile = (sources: BootSources): BootSources =>
  Object.fromEntries(
    Object.entries(sources).map(([path, source]) => [
      path,
      source.kind === "text" ? { ...source, text: withoutSecrets(source.text) } : source,
    ]),
  );

const bootFromFile = (boot: StoredBoot): BootStack => ({
  entries: boot.entries,
  ...(boot.sysctl_conf && { sysctlConf: boot.sysctl_conf }),
  ...(boot.unreadable_folders && { unreadableFolders: boot.unreadable_folders }),
});
