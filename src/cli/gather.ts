/** Gathers what a plan is made from: from this host, from a captured file, or from an image. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { dropInPath, modulesPath } from "../boot/print.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { type Key, parseKey } from "../catalogue/key.js";
import { readBootStack } from "../disk/boot-stack.js";
import { inside } from "../disk/inside.js";
import { ownFiles } from "../disk/own-files.js";
import { snapshotNames, stateFolder } from "../disk/state-folder.js";
import { appliedFromDropIn } from "../history/settings.js";
import { appliedNow, type Snapshot, writtenFiles } from "../history/snapshot.js";
import { errnoOf, type HostFacts } from "../host.js";
import { hostFacts } from "../kernel/facts.js";
import { procfs } from "../kernel/procfs.js";
import type { Applied, PlanFacts } from "../plan/plan.js";
import { type Reading, understood } from "../plan/reading.js";
import { bad, type Checked, good } from "../problem.js";
import type { HostView } from "../profile/host-view.js";

/** Facts for a plan, and what expressions may ask; `view` is absent for an image. */
export type Gathered = {
  readonly facts: PlanFacts;
  readonly view?: HostView;
  /** Absent where the state folder may not be read. */
  readonly snapshots?: readonly Snapshot[];
};

/** `root` is absolute and an image's, never this host's own. */
export type Where = { readonly root?: string; readonly against?: string };

export async function gather(catalogue: Catalogue, cwd: string, where: Where): Promise<Checked<Gathered>> {
  if (where.root !== undefined) return gatherImage(catalogue, cwd, where.root, where.against);
  if (where.against !== undefined) return gatherFile(catalogue, cwd, where.against);
  if (!existsSync("/proc/sys/kernel/osrelease")) return bad([{ code: "no-kernel", path: "/proc/sys" }]);
  return gatherHere(catalogue);
}

function gatherHere(catalogue: Catalogue): Promise<Checked<Gathered>> {
  const host = hostFacts();
  const kernel = procfs();
  const read = remembered((key) => understood(catalogue, key, kernel.read(key)));
  return withFiles("", hostPlanFacts(host, read), viewOf(host, read));
}

/** An image has files and no kernel; captured facts of the machine it is for may stand in for what expressions ask. */
async function gatherImage(
  catalogue: Catalogue,
  cwd: string,
  root: string,
  against: string | undefined,
): Promise<Checked<Gathered>> {
  if (against === undefined) return withFiles(root, imageFacts);
  const captured = await gatherFile(catalogue, cwd, against);
  if (!captured.ok) return captured;
  return withFiles(root, { ...imageFacts, starts: captured.value.facts.read }, captured.value.view);
}

type HostPart = Omit<PlanFacts, "boot" | "dropIn" | "modulesFile" | "applied">;

const imageFacts: HostPart = {
  read: () => ({ status: "unknown" }),
  interfaces: [],
  modules: [],
  loadableModules: [],
  loader: "systemd",
};

const hostPlanFacts = (host: HostFacts, read: (key: Key) => Reading): HostPart => ({
  read,
  hostName: host.name,
  kernel: host.kernel,
  interfaces: host.interfaces,
  modules: host.modules,
  loadableModules: host.loadableModules,
  loader: host.loader,
});

/** A plan reads a key more than once, and must see the same each time. */
function remembered(read: (key: Key) => Reading): (key: Key) => Reading {
  const known = new Map<Key, Reading>();
  return (key) => {
    const reading = known.get(key) ?? read(key);
    known.set(key, reading);
    return reading;
  };
}

async function withFiles(root: string, host: HostPart, view?: HostView): Promise<Checked<Gathered>> {
  const disk = ownFiles(root);
  const [dropIn, modulesFile] = [disk.read(dropInPath), disk.read(modulesPath)];
  const known = await knownSnapshots(inside(root, stateFolder));
  if (known && !known.ok) return known;
  // No record at all beside a drop-in of ours: it is lost, or not for this user to read.
  const applied =
    known && known.value.length > 0 ? appliedNow(known.value) : appliedFromDropIn(dropInPath, dropIn ?? "");
  const facts: PlanFacts = {
    ...host,
    boot: readBootStack(root),
    ...filesOf(dropIn, modulesFile, applied),
    ...(known && { written: writtenFiles(known.value) }),
  };
  return good({ facts, ...(view && { view }), ...(known && { snapshots: known.value }) });
}

const filesOf = (
  dropIn: string | undefined,
  modulesFile: string | undefined,
  applied: Applied | undefined,
): Pick<PlanFacts, "dropIn" | "modulesFile" | "applied"> => ({
  ...(dropIn !== undefined && { dropIn }),
  ...(modulesFile !== undefined && { modulesFile }),
  ...(applied && { applied }),
});

/** Undefined where only root may look. */
async function knownSnapshots(folder: string): Promise<Checked<readonly Snapshot[]> | undefined> {
  try {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
      return bad([{ code: "state-untrusted", path: folder, why: "it is no folder" }]);
    if (snapshotNames(folder).length === 0) return good([]);
    return (await import("../disk/state.js")).readSnapshots(folder);
  } catch (error) {
    if (errnoOf(error) === "EACCES") return undefined;
    throw error;
  }
}

const viewOf = (host: HostFacts, read: PlanFacts["read"]): HostView => ({
  ...host,
  has: (text) => {
    const key = parseKey(text);
    return key !== undefined && read(key).status !== "missing";
  },
});

async function gatherFile(catalogue: Catalogue, cwd: string, path: string): Promise<Checked<Gathered>> {
  const { hostFromFile, rawReading, readFacts } = await import("../disk/facts-file.js");
  const file = readFacts(path.startsWith("/") ? path : join(cwd, path), path);
  if (!file.ok) return file;
  const host = hostFromFile(file.value);
  const { readings, boot, taken, drop_in: dropIn, modules_file: modulesFile, applied } = file.value;
  const read = (key: Key): Reading =>
    understood(catalogue, key, rawReading(Object.hasOwn(readings, key) ? readings[key] : undefined));
  const facts: PlanFacts = {
    ...hostPlanFacts(host, read),
    taken,
    boot,
    ...filesOf(dropIn ?? undefined, modulesFile ?? undefined, applied ?? undefined),
  };
  return good({ facts, view: viewOf(host, read), snapshots: [] });
}
