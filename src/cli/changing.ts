/** What every command that changes the host does around its change: rights, state folder, lock, and what an interrupted run left. */
import { join } from "node:path";
import { restoreReadings, type Surroundings } from "../apply.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import { ownFiles } from "../disk/own-files.js";
import { lockFolder } from "../disk/lock.js";
import { fileStore, openState, readSnapshots, stateFolder } from "../disk/state.js";
import { interrupted, type Snapshot } from "../history/snapshot.js";
import { errnoOf } from "../host.js";
import { hostFacts } from "../kernel/facts.js";
import { procfs } from "../kernel/procfs.js";
import { bad, type Checked, good, type HostProblem, type Problem } from "../problem.js";
import type { World } from "./world.js";

/** Root is asked for before anything is touched. An image may be anyone's who can write it. */
export const rightsProblem = (world: World, command: string, root: string | undefined): readonly Problem[] =>
  world.uid === 0 || root !== undefined ? [] : [{ code: "not-root", command }];

export type Workshop = Surroundings & { readonly snapshots: readonly Snapshot[]; readonly release: () => void };

/** Opens the state folder and takes the lock. `release` must be called, though the kernel would do it too. */
export function openWorkshop(world: World, root: string | undefined): Checked<Workshop> {
  const folder = join(root ?? "", stateFolder);
  try {
    const state = openState(folder, world.uid);
    if (!state.ok) return state;
    const lock = lockFolder(folder);
    if (!lock.ok) return lock;
    const snapshots = readSnapshots(folder);
    if (!snapshots.ok) {
      lock.value.release();
      return snapshots;
    }
    return good({ ...surroundings(world, root, folder), snapshots: snapshots.value, release: lock.value.release });
  } catch (error) {
    return bad([{ code: "file-not-written", file: folder, errno: errnoOf(error) }]);
  }
}

const surroundings = (world: World, root: string | undefined, folder: string): Surroundings => ({
  catalogue: shippedCatalogue(),
  kernel: root === undefined ? procfs() : undefined,
  disk: ownFiles(root ?? ""),
  store: fileStore(folder),
  pause: world.pause,
});

/** Finishes what a crash left: everything back to before it. A change of another boot has no live values left to restore. */
export function recover(workshop: Workshop): readonly HostProblem[] {
  const snapshot = interrupted(workshop.snapshots);
  if (!snapshot) return [];
  const sameBoot = snapshot.boot_id === hostFacts().bootId;
  const live = sameBoot ? restoreReadings(workshop, snapshot.before.readings, []) : [];
  const files = Object.entries(snapshot.before.files).flatMap(([path, text]) => restoreFile(workshop, path, text));
  const left = [...live, ...files];
  if (left.length === 0) workshop.store.remove(snapshot.id);
  return left;
}

function restoreFile({ disk }: Workshop, path: string, text: string | null): readonly HostProblem[] {
  try {
    if ((disk.read(path) ?? null) === text) return [];
    const staged = disk.stage(path, text ?? undefined);
    staged.commit();
    staged.finish();
    return [];
  } catch (error) {
    return [{ code: "file-not-restored", file: path, reason: errnoOf(error) }];
  }
}

/** Who runs it, as far as the system tells. */
export function whoRuns(world: World): string {
  const sudo = world.env["SUDO_USER"];
  const user = world.uid === 0 ? "root" : `user ${world.uid}`;
  return sudo === undefined || sudo === "" ? user : `${user} (sudo by ${sudo.replace(/[^\w.-]/g, "?")})`;
}
