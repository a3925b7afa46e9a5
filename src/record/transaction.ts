/** The record of what tunectl did on a host: one transaction for each change, which is its journal too. */
import type { Value } from "../catalogue/value.js";
import type { HostProblem } from "../problem.js";
import type { Applied } from "./applied.js";

/** prepared: begun and not ended, by a crash or a power cut · committed: done. */
export type TransactionStatus = "prepared" | "committed";

/**
 * One side of a change. A reading is the canonical value, null where the key was not there; a file is its
 * text, null where there was none.
 */
export type RecordedState = {
  readonly readings: Readonly<Record<string, Value | null>>;
  readonly files: Readonly<Record<string, string | null>>;
  readonly applied: Applied | null;
};

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

export type TransactionRecord = Provenance & {
  readonly kind: "apply" | "rollback";
  readonly status: TransactionStatus;
  /** For a rollback: the change whose `before` it went back to. */
  readonly backTo?: number;
  readonly before: RecordedState;
  /** While prepared: what is wanted; afterwards what came of it. */
  readonly after: RecordedState;
  /** Fields of a file that this version does not know; written back as they were. */
  readonly unknownFields?: Readonly<Record<string, unknown>>;
};

export const committedOf = (records: readonly TransactionRecord[]): readonly TransactionRecord[] =>
  records.filter((record) => record.status === "committed");

/** The newest change that was made, and with it what is applied now. */
export const lastCommitted = (records: readonly TransactionRecord[]): TransactionRecord | undefined =>
  records.findLast((record) => record.status === "committed");

export const currentlyApplied = (records: readonly TransactionRecord[]): Applied | undefined =>
  lastCommitted(records)?.after.applied ?? undefined;

/** The newest text that a change left in each file of ours; null where it left none. */
export const lastWrittenFiles = (
  records: readonly TransactionRecord[],
): Readonly<Record<string, string | null>> =>
  Object.assign({}, ...committedOf(records).map((record) => record.after.files));

export const interruptedTransaction = (
  records: readonly TransactionRecord[],
): TransactionRecord | undefined => records.findLast((record) => record.status === "prepared");

/** The problem of a change that was interrupted, if there is one. */
export function interruptionProblems(records: readonly TransactionRecord[]): readonly HostProblem[] {
  const interrupted = interruptedTransaction(records);
  return interrupted ? [{ code: "interrupted-transaction", id: String(interrupted.id) }] : [];
}

export const nextId = (records: readonly TransactionRecord[]): number => (records.at(-1)?.id ?? 0) + 1;

/**
 * The changes that are in effect, oldest first. An apply adds itself. A rollback to before N removes N and
 * all after it, and a rollback of that rollback brings them back. `rollback` without an id takes the last of
 * these.
 */
export function activeIds(records: readonly TransactionRecord[]): readonly number[] {
  const activeBefore = new Map<number, readonly number[]>();
  let active: readonly number[] = [];
  for (const record of committedOf(records)) {
    activeBefore.set(record.id, active);
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
