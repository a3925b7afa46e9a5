/** A host that this run may change: the lock is held, and the records are read under it. */
import type { ApplyContext } from "../apply/outcome.js";
import { type Recovery, recover } from "../apply/recover.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Host } from "../host.js";
import { planRecovery } from "../plan/plan-recovery.js";
import { type Checked, failed, type HostProblem, ok } from "../problem.js";
import {
  interruptedTransaction,
  isOtherNamespace,
  lastCommitted,
  nextId,
  type Provenance,
  type RecordedKernel,
  type TransactionRecord,
} from "../record/transaction.js";
import { factsWith } from "./gather.js";

export type LockedHost = {
  readonly host: Host;
  readonly context: ApplyContext;
  readonly records: readonly TransactionRecord[];
  readonly release: () => void;
};

/** Who runs an operation, and the clock. */
export type Operator = {
  /** `root`, `root (sudo by anna)`. */
  readonly name: string;
  readonly now: () => Date;
};

/** Takes the lock and reads the records. `release` must be called, though the kernel would do it too. */
export async function lockHost(host: Host): Promise<Checked<LockedHost>> {
  const writer = await host.records.lock();
  if (!writer.ok) return writer;
  const { release, save, remove } = writer.value;
  const records = await host.records.read();
  if (!records?.ok) {
    release();
    return records ?? failed([{ code: "file-unreadable", file: host.records.folder, errno: "EACCES" }]);
  }
  const context: ApplyContext = {
    catalogue: shippedCatalogue(),
    kernel: host.kernel,
    files: host.files,
    records: { folder: host.records.folder, save, remove },
    stopRequest: host.stopRequest,
  };
  return ok({ host, context, records: records.value, release });
}

/** Runs an action under the lock, and gives the lock back however that ends. */
export async function withLock<Result>(
  host: Host,
  action: (locked: LockedHost) => Promise<Result>,
): Promise<Checked<Result>> {
  const locked = await lockHost(host);
  if (!locked.ok) return locked;
  try {
    return ok(await action(locked.value));
  } finally {
    locked.value.release();
  }
}

/** The kernel that runs now, as records keep it; undefined for an image. */
export const runningKernel = ({ kind, facts }: Host): RecordedKernel | undefined =>
  kind === "live" && facts
    ? {
        bootId: facts.bootId,
        release: facts.kernel,
        ...(facts.networkNamespace !== undefined && { networkNamespace: facts.networkNamespace }),
      }
    : undefined;

/** Who makes the next change, when, and on which kernel. */
export function provenanceOf({ host, records }: LockedHost, operator: Operator): Provenance {
  const kernel = runningKernel(host);
  return {
    id: nextId(records),
    time: operator.now().toISOString(),
    by: operator.name,
    ...(kernel && { kernel }),
  };
}

/**
 * The values of a change that was made in another network namespace are not those of this one: neither
 * restoring nor replacing it here would be true.
 */
export function namespaceProblems(host: Host, records: readonly TransactionRecord[]): readonly HostProblem[] {
  const record = interruptedTransaction(records) ?? lastCommitted(records);
  if (!record || !holdsNetwork(record) || !isOtherNamespace(record.kernel, runningKernel(host))) return [];
  return [{ code: "other-namespace", id: String(record.id) }];
}

const holdsNetwork = ({ before, after }: TransactionRecord): boolean =>
  [
    ...Object.keys(before.readings),
    ...Object.keys(after.readings),
    ...(after.applied?.settings ?? []).map(({ key }) => key),
  ].some((key) => key.startsWith("net."));

/** An interrupted change, and what became of it. */
export type FinishedRecovery = Recovery & Pick<TransactionRecord, "id" | "kind">;

/** Takes back the change that a crash interrupted; undefined where there is none. */
export function recoverInterrupted({ host, context, records }: LockedHost): FinishedRecovery | undefined {
  const record = interruptedTransaction(records);
  if (!record) return undefined;
  const { catalogue } = context;
  const { facts } = factsWith(catalogue, host, records);
  const plan = planRecovery({ catalogue, record, facts, kernel: runningKernel(host) });
  return { id: record.id, kind: record.kind, ...recover(context, record, plan) };
}
