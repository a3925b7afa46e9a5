/** The record of what tunectl did on a host: one transaction for each change, which is its journal too. */
import type { Value } from "../catalogue/value.js";
import type { Problem } from "../problem.js";
import type { Applied } from "./applied.js";
import type { Trial } from "./trial.js";

/**
 * - prepared: begun and not ended; where no run is at work, a crash or a power cut ended it
 * - pending: on trial: its values are live, and its files wait for a confirmation
 * - committed: made
 * - taken-back: undone by the run that failed, or by a recovery
 * - abandoned: a recovery left a part of it, as it was told to
 */
export type TransactionStatus = "prepared" | "pending" | "committed" | "taken-back" | "abandoned";

/**
 * One side of a change. A reading is the canonical value, null where the key was not there; a file is its
 * text, null where there was none.
 */
export type RecordedState = {
  readonly readings: Readonly<Record<string, Value | null>>;
  readonly files: Readonly<Record<string, string | null>>;
  /** Mode and owner of the files that were there; afterwards, while prepared, those that files are to get. */
  readonly attributes?: Readonly<Record<string, FileAttributes>>;
  readonly applied: Applied | null;
};

/** `mode`: the permission bits. */
export type FileAttributes = { readonly mode: number; readonly uid: number; readonly gid: number };

/** The running kernel that a change was made on. */
export type RecordedKernel = {
  readonly bootId: string;
  readonly release: string;
  /** As `HostFacts` has it; absent in records that were written before it was kept. */
  readonly networkNamespace?: string;
};

/** Who made a change, when, and on which kernel. */
export type Provenance = {
  /** Counts from 1. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Who ran it, as far as the system tells: `root`, `root (sudo by anna)`. */
  readonly by: string;
  /** Absent where the files of an image were changed and no kernel. */
  readonly kernel?: RecordedKernel;
};

/**
 * - failed: by the run itself
 * - recovered: after an interruption
 * - rolled-back: on trial, by an operator
 * - timed-out: on trial, not confirmed in time
 * - watched: on trial, a counter had got worse
 * - rebooted: on trial when the host went down
 */
export type EndCause = "failed" | "recovered" | "rolled-back" | "timed-out" | "watched" | "rebooted";

/** How a change ended that was not made, and when (ISO 8601, UTC). */
export type RecordedEnd = {
  readonly time: string;
  readonly by: string;
  readonly cause: EndCause;
  /** What a counter did, where one had got worse. */
  readonly why?: string;
  /** Keys and files that were abandoned. */
  readonly left?: readonly string[];
};

export type TransactionRecord = Provenance & {
  readonly kind: "apply" | "rollback";
  readonly status: TransactionStatus;
  /** Absent where the disk had no room for it. */
  readonly end?: RecordedEnd;
  readonly trial?: Trial;
  /** A recovery has begun, and so may have moved what it is to restore. */
  readonly recovering?: true;
  /** For a rollback: the change whose `before` it went back to; absent where it went to the boot's values. */
  readonly backTo?: number;
  /** For a rollback of some settings alone: their keys and patterns. */
  readonly only?: readonly string[];
  readonly before: RecordedState;
  /** While prepared: what is wanted; afterwards what came of it. */
  readonly after: RecordedState;
  /** Fields of a file that this version does not know; written back as they were. */
  readonly unknownFields?: Readonly<Record<string, unknown>>;
};

/** A record that is there and cannot be used: damaged, of another owner, or of a newer version. */
export type UnreadableRecord = { readonly id: number; readonly problem: Problem };

/** The records of a host: those that can be read, oldest first, and the others. */
export type History = {
  readonly records: readonly TransactionRecord[];
  readonly unreadable: readonly UnreadableRecord[];
};

export const noHistory: History = { records: [], unreadable: [] };

/** The records that must be known to go back to before this change, and cannot be read. */
export const unreadableSince = ({ unreadable }: History, id: number): readonly Problem[] =>
  unreadable.filter((record) => record.id >= id).map(({ problem }) => problem);

/**
 * The same for what is applied now: what is newer than the newest change that can be read. It may be a change
 * that was made, or one that was interrupted.
 */
export const unreadableNow = (history: History): readonly Problem[] =>
  unreadableSince(history, (lastCommitted(history.records)?.id ?? 0) + 1);

export const committedOf = (records: readonly TransactionRecord[]): readonly TransactionRecord[] =>
  records.filter((record) => record.status === "committed");

/** The newest change that was made, and with it what is applied now. */
export const lastCommitted = (records: readonly TransactionRecord[]): TransactionRecord | undefined =>
  records.findLast((record) => record.status === "committed");

export const currentlyApplied = (records: readonly TransactionRecord[]): Applied | undefined =>
  lastCommitted(records)?.after.applied ?? undefined;

type Files = RecordedState["files"];

/**
 * The text that each file of ours has, if nothing else has changed it: what the newest change wrote, or what
 * a rollback was to put back, even where it could not. Null where there is none.
 */
export function lastWrittenFiles(records: readonly TransactionRecord[]): Files {
  const committed = committedOf(records);
  return Object.assign(
    {},
    ...committed.flatMap((record) => [filesBackAt(record, committed), record.after.files]),
  );
}

/** Of a rollback: the files as they were before the first of the changes that it undoes. */
function filesBackAt(
  { id, kind, backTo = 0, only }: TransactionRecord,
  committed: readonly TransactionRecord[],
): Files {
  if (kind !== "rollback" || only) return {};
  const undone = committed.filter((record) => record.id >= backTo && record.id < id);
  return Object.assign({}, ...undone.toReversed().map(({ before }) => before.files));
}

export const interruptedTransaction = (
  records: readonly TransactionRecord[],
): TransactionRecord | undefined => records.findLast((record) => record.status === "prepared");

export const nextId = ({ records, unreadable }: History): number =>
  Math.max(0, ...[...records, ...unreadable].map(({ id }) => id)) + 1;

/**
 * The changes that are in effect, oldest first. An apply adds itself. A rollback to before N removes N and
 * all after it, and a rollback of that rollback brings them back; a rollback of some settings leaves all as
 * they are. `rollback` without an id takes the last of these.
 */
export function activeIds(records: readonly TransactionRecord[]): readonly number[] {
  const activeBefore = new Map<number, readonly number[]>();
  let active: readonly number[] = [];
  for (const record of committedOf(records)) {
    activeBefore.set(record.id, active);
    if (record.only) continue;
    const backTo = record.backTo ?? 0;
    active =
      record.kind === "apply"
        ? [...active, record.id]
        : // The change that it went back to may have been pruned: what is older is still there.
          (activeBefore.get(backTo) ?? active.filter((id) => id < backTo));
  }
  return active;
}

/**
 * Whether a change was made in another network namespace than the one that runs now, so that its `net.*`
 * readings are not those of this one. After a reboot only the host's own namespace is known to be the same.
 */
export function isOtherNamespace(
  recorded: RecordedKernel | undefined,
  now: RecordedKernel | undefined,
): boolean {
  const [then, here] = [recorded?.networkNamespace, now?.networkNamespace];
  if (then === undefined || here === undefined || then === here) return false;
  return recorded?.bootId === now?.bootId || then === hostNamespace || here === hostNamespace;
}

/** The network namespace of PID 1. */
export const hostNamespace = "host";
