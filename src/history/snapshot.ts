/** What tunectl did on this host, and what it was before: one snapshot for each change, which is also its journal. */
import type { Value } from "../catalogue/value.js";
import type { Applied } from "../plan/plan.js";
import type { HostProblem } from "../problem.js";

/** prepared: begun and not ended, by a crash or a power cut · committed: done. A change that was taken back leaves none. */
export type SnapshotStatus = "prepared" | "committed";

/** One side of a change. Readings are canonical values, null where the key was not there; a file is its text, null where there was none. */
export type Side = {
  readonly readings: Readonly<Record<string, Value | null>>;
  readonly files: Readonly<Record<string, string | null>>;
  readonly applied: Applied | null;
};

export type Snapshot = {
  readonly version: 1;
  /** Counts from 1. */
  readonly id: number;
  readonly kind: "apply" | "rollback";
  readonly status: SnapshotStatus;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Who ran it, as far as the system tells: `root`, `root (sudo by anna)`. */
  readonly by: string;
  readonly boot_id: string;
  readonly kernel: string;
  /** For a rollback: the snapshot whose `before` it went back to. */
  readonly back_to?: number;
  readonly before: Side;
  /** While prepared: what was to be; afterwards what came of it. */
  readonly after: Side;
};

/** The state folder, for writing. Throws the operating system's error. */
export type Store = {
  /** Writes one durably; its rename is the commit point of a change. */
  readonly save: (snapshot: Snapshot) => void;
  readonly remove: (id: number) => void;
};

/** The newest change that holds, and with it what is applied now. */
export const latest = (snapshots: readonly Snapshot[]): Snapshot | undefined =>
  snapshots.findLast((snapshot) => snapshot.status === "committed");

export const appliedNow = (snapshots: readonly Snapshot[]): Applied | undefined =>
  latest(snapshots)?.after.applied ?? undefined;

/** The newest text that a change left in each file of ours; null where it left none. */
export const writtenFiles = (snapshots: readonly Snapshot[]): Readonly<Record<string, string | null>> =>
  Object.assign(
    {},
    ...snapshots
      .filter((snapshot) => snapshot.status === "committed")
      .map((snapshot) => snapshot.after.files),
  );

export const interrupted = (snapshots: readonly Snapshot[]): Snapshot | undefined =>
  snapshots.findLast((snapshot) => snapshot.status === "prepared");

/** The problem of a change that was cut short, if there is one. */
export function interruptions(snapshots: readonly Snapshot[]): readonly HostProblem[] {
  const open = interrupted(snapshots);
  return open ? [{ code: "interrupted-transaction", id: String(open.id) }] : [];
}

export const nextId = (snapshots: readonly Snapshot[]): number => (snapshots.at(-1)?.id ?? 0) + 1;

/**
 * The changes that are in force, oldest first: an apply adds itself, a rollback to before N takes away N and all after it,
 * and a rollback of a rollback brings back what that one took. `rollback` without an id takes the last of these.
 */
export function inForce(snapshots: readonly Snapshot[]): readonly number[] {
  const stackBefore = new Map<number, readonly number[]>();
  let stack: readonly number[] = [];
  for (const snapshot of snapshots.filter((candidate) => candidate.status === "committed")) {
    stackBefore.set(snapshot.id, stack);
    const backTo = snapshot.back_to ?? 0;
    // The change that a rollback went back to may have been pruned: what is older than it is still there.
    stack =
      snapshot.kind === "apply"
        ? [...stack, snapshot.id]
        : (stackBefore.get(backTo) ?? stack.filter((id) => id < backTo));
  }
  return stack;
}
