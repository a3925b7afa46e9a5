/** What every command that changes the host does around its change: rights, state folder, lock, and what an interrupted run left. */
import type { Outcome, Surroundings } from "../apply/change.js";
import { type Recovery, recover } from "../apply/recover.js";
import { dropInPath, modulesPath } from "../boot/print.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import { inside } from "../disk/inside.js";
import { lockFolder } from "../disk/lock.js";
import { ownFiles } from "../disk/own-files.js";
import { sweepBeside } from "../disk/replace-file.js";
import { fileStore, leftoverSnapshots, openState, readSnapshots } from "../disk/state.js";
import { stateFolder } from "../disk/state-folder.js";
import { interrupted, nextId, type Snapshot } from "../history/snapshot.js";
import { errnoOf } from "../host.js";
import { hostFacts } from "../kernel/facts.js";
import { procfs } from "../kernel/procfs.js";
import type { Occasion } from "../plan/change.js";
import { bad, type Checked, good } from "../problem.js";
import { takenBackText } from "../render/outcome.js";
import { paint } from "../render/paint.js";
import { renderProblems } from "../render/problems.js";
import { type Exit, exit, exitForSignal } from "./exit.js";
import type { World } from "./world.js";

export type Workshop = Surroundings & {
  readonly snapshots: readonly Snapshot[];
  readonly release: () => void;
};

/** Opens the state folder and takes the lock. `release` must be called, though the kernel would do it too. */
export function openWorkshop(world: World, root: string | undefined): Checked<Workshop> {
  const folder = inside(root ?? "", stateFolder);
  try {
    const state = openState(folder, world.uid);
    if (!state.ok) return state;
    const lock = lockFolder(folder);
    if (!lock.ok) return lock;
    sweepBeside([
      ...leftoverSnapshots(folder),
      ...[dropInPath, modulesPath].map((path) => inside(root ?? "", path)),
    ]);
    const snapshots = readSnapshots(folder);
    if (!snapshots.ok) {
      lock.value.release();
      return snapshots;
    }
    return good({
      ...surroundings(world, root, folder),
      snapshots: snapshots.value,
      release: lock.value.release,
    });
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

export type Finished = Recovery & { readonly id: number; readonly kind: Snapshot["kind"] };

/** Takes back what a crash cut short, and says so, as it changes the host before the command itself does; undefined where all was whole. */
export function finishInterrupted(world: World, workshop: Workshop): Finished | undefined {
  const snapshot = interrupted(workshop.snapshots);
  if (!snapshot) return undefined;
  const { left, kept } = recover(workshop, snapshot, snapshot.boot_id === hostFacts().bootId);
  if (left.length === 0) world.err(takenBackText(snapshot, kept, paint(world.colour.err)));
  return { id: snapshot.id, kind: snapshot.kind, left, kept };
}

/** Who runs it, as far as the system tells. */
function whoRuns(world: World): string {
  const sudo = world.env["SUDO_USER"];
  const user = world.uid === 0 ? "root" : `user ${world.uid}`;
  return sudo === undefined || sudo === "" ? user : `${user} (sudo by ${sudo.replace(/[^\w.-]/g, "?")})`;
}

/** When, where and by whom the next snapshot is made. */
export function occasion(world: World, workshop: Workshop): Occasion {
  const { bootId, kernel } = hostFacts();
  return {
    id: nextId(workshop.snapshots),
    time: world.now().toISOString(),
    by: whoRuns(world),
    boot_id: workshop.kernel ? bootId : "",
    kernel: workshop.kernel ? kernel : "",
  };
}

/** The words and the exit code for a change that did not come about; `done` for one that did. */
export function tellFailure(world: World, format: string, outcome: Outcome): Exit {
  if (outcome.status === "done") return exit.done;
  if (format !== "json") {
    world.err(renderProblems(outcome.problems, [], new Map(), paint(world.colour.err)));
    world.err(
      outcome.status === "undone"
        ? "The host is as it was: all that had been written was taken back.\n"
        : "THE HOST IS NOT AS IT WAS: what is left is named above.\n",
    );
  }
  const signal = outcome.problems.find((problem) => problem.code === "interrupted");
  if (outcome.status === "left") return exit.left;
  return signal ? exitForSignal(signal.signal) : exit.problem;
}
