/** Reads of a host what a plan is made from. */
import type { BootStack } from "../boot/stack.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { type Key, parseKey } from "../catalogue/key.js";
import { interpretReading, presentValue, type Reading } from "../catalogue/reading.js";
import type { HostView } from "../expression/host-view.js";
import type { Host, HostFacts } from "../host.js";
import type { PlanFacts } from "../plan/plan.js";
import { type Checked, ok } from "../problem.js";
import type { History } from "../record/transaction.js";
import type { Surroundings } from "../writers/other-write.js";
import { surroundingsFrom, surroundingsOf } from "../writers/surroundings.js";
import { filesFacts } from "./gather-files.js";

/** `view` is what expressions may ask; absent where no host is known. */
export type Gathered = {
  readonly facts: PlanFacts;
  readonly view?: HostView;
  /** Absent where this user may not read the state folder. */
  readonly history?: History;
};

/** @param reference a captured host that stands for those an image will run on */
export async function gather(catalogue: Catalogue, host: Host, reference?: Host): Promise<Checked<Gathered>> {
  const history = await host.records.read();
  if (history && !history.ok) return history;
  return ok(factsWith(catalogue, host, history?.value, reference));
}

/** The same, with the records already read. */
export function factsWith(
  catalogue: Catalogue,
  host: Host,
  history: History | undefined,
  reference?: Host,
): Gathered {
  const read = reader(catalogue, host);
  const starts = reference && reader(catalogue, reference);
  const boot = host.bootStack();
  const view = reference ? viewOf(reference, starts ?? read) : viewOf(host, read);
  const facts: PlanFacts = {
    read,
    ...(starts && { starts }),
    ...(host.kind === "live" && { canWrite: (key: Key) => host.kernel?.probe(key).ok === true }),
    ...(view && { view }),
    ...usePart(reference ?? host),
    ...installedPart(host),
    ...hostPart(host),
    boot,
    ...aroundPart(catalogue, host),
    ...filesFacts(host, history, boot),
  };
  return { facts, ...(view && { view }), ...(history && { history }) };
}

/** Files are read once; what they say may depend on sysctl.d, which TuneD reads as well. */
function aroundPart(
  catalogue: Catalogue,
  { bootSources, lookAtBoot, facts, installedKernel, installedLoader }: Host,
): Pick<PlanFacts, "around"> {
  if (!bootSources) return {};
  const loader = facts?.loader ?? installedLoader?.() ?? imagePart.loader;
  const kernel = facts?.kernel ?? installedKernel?.();
  const major = /^\d+/.exec(loader.name === "systemd" ? (loader.version ?? "") : "")?.[0];
  const about = {
    catalogue,
    ...(kernel !== undefined && { kernel }),
    ...(loader.init !== "unknown" && { systemd: loader.init === "systemd" }),
    ...(facts && { interfaces: facts.interfaces }),
    ...(major !== undefined && { systemdVersion: Number(major) }),
  };
  const find = lookAtBoot
    ? surroundingsFrom(lookAtBoot)
    : (asked: Parameters<typeof surroundingsOf>[1]) => surroundingsOf(bootSources(), asked);
  let first: Surroundings | undefined;
  const known = new WeakMap<BootStack, Surroundings>();
  return {
    around: (stack) => {
      const found = known.get(stack) ?? (first && !readsStack(first) ? first : find({ ...about, stack }));
      first ??= found;
      known.set(stack, found);
      return found;
    },
  };
}

/** TuneD alone sets again what it reads in sysctl.d. */
const readsStack = ({ programs }: Surroundings): boolean => programs.some(({ name }) => name === "TuneD");

/** Of an image, what the captured host that stands for it used. */
const usePart = ({ use, canLoad }: Host): Pick<PlanFacts, "use" | "canLoad"> => ({
  ...(use && { use }),
  ...(canLoad && { canLoad }),
});

function installedPart({ installedKernel }: Host): Pick<PlanFacts, "installedKernel"> {
  const found = installedKernel?.();
  return found === undefined ? {} : { installedKernel: found };
}

/** A plan reads a key more than once, and must see the same each time. */
function reader(catalogue: Catalogue, { kernel }: Host): (key: Key) => Reading {
  const known = new Map<Key, Reading>();
  return (key) => {
    const reading =
      known.get(key) ??
      (kernel ? interpretReading(catalogue, key, kernel.read(key)) : { status: "unknown" as const });
    known.set(key, reading);
    return reading;
  };
}

type HostPart = Pick<
  PlanFacts,
  | "hostName"
  | "root"
  | "kernel"
  | "taken"
  | "interfaces"
  | "modules"
  | "loadableModules"
  | "loader"
  | "hasNoLoader"
>;

const hostPart = ({ facts, captured, installedLoader, hasLoader, root }: Host): HostPart =>
  facts
    ? {
        hostName: facts.name,
        kernel: facts.kernel,
        ...(captured && { taken: captured.taken }),
        interfaces: facts.interfaces,
        modules: facts.modules,
        loadableModules: facts.loadableModules,
        loader: facts.loader,
      }
    : {
        ...imagePart,
        ...(root !== undefined && { root }),
        ...(installedLoader && { loader: installedLoader() }),
        ...(hasLoader?.() === false && { hasNoLoader: true }),
      };

/** Every kernel has these interfaces; which others an image will meet is not known. */
const imagePart: HostPart = {
  interfaces: ["all", "default", "lo"],
  modules: [],
  loadableModules: [],
  loader: { name: "systemd", init: "unknown" },
};

function viewOf({ facts }: Host, read: (key: Key) => Reading): HostView | undefined {
  if (!facts) return undefined;
  return {
    ...expressionFacts(facts),
    has: (text) => {
      const key = parseKey(text);
      return key !== undefined && read(key).status !== "missing";
    },
    value: (text) => {
      const key = parseKey(text);
      return key && presentValue(read(key));
    },
  };
}

const expressionFacts = ({
  kernel,
  arch,
  memoryBytes,
  cpus,
  pageSize,
  modules,
  interfaces,
  hz,
}: HostFacts): Omit<HostView, "has" | "value"> => ({
  kernel,
  arch,
  memoryBytes,
  cpus,
  pageSize,
  modules,
  interfaces,
  ...(hz !== undefined && { hz }),
});
