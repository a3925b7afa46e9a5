/** Goes back to before a change. */
import { carryOut } from "../apply/carry-out.js";
import type { Outcome } from "../apply/outcome.js";
import { dropInPath } from "../boot/drop-in.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Host } from "../host.js";
import type { Drift } from "../plan/drift.js";
import { isUpToDate, type Plan } from "../plan/plan.js";
import { planRecovery } from "../plan/plan-recovery.js";
import { planRollback, type RollbackRequest } from "../plan/plan-rollback.js";
import { transactionOf } from "../plan/transaction.js";
import type { HostProblem, Problem } from "../problem.js";
import { appliedFromDropIn } from "../record/applied.js";
import {
  activeIds,
  committedOf,
  currentlyApplied,
  interruptedTransaction,
  type TransactionRecord,
} from "../record/transaction.js";
import { factsWith, gather } from "./gather.js";
import { inspect } from "./inspect.js";
import {
  type FinishedRecovery,
  type LockedHost,
  namespaceProblems,
  type Operator,
  provenanceOf,
  recoverInterrupted,
  runningKernel,
  withLock,
} from "./locked-host.js";

export type RollbackOptions = {
  /** The change to go back before; without it, the newest one that is in effect. */
  readonly id?: string;
  readonly conflicts: RollbackRequest["conflicts"];
};

/** `recovery`: an interrupted change that was taken back first. */
export type RollbackResult = { readonly recovery?: FinishedRecovery } & (
  | { readonly status: "refused" | "not-recovered"; readonly problems: readonly Problem[] }
  /** The interrupted change was taken back, and that was all. */
  | { readonly status: "recovered" }
  /** `backTo` is absent where no change is in effect; `isUndone`: that change was rolled back before. */
  | { readonly status: "up-to-date"; readonly backTo?: number; readonly isUndone?: boolean }
  /** `drifts`: where the profiles that are applied afterwards are not in effect. */
  | {
      readonly status: "rolled-back";
      readonly plan: Plan;
      readonly outcome: Outcome;
      readonly drifts: readonly Drift[];
    }
);

export async function rollBack(
  host: Host,
  options: RollbackOptions,
  operator: Operator,
): Promise<RollbackResult> {
  const locked = await withLock(host, (held) => rollBackLocked(held, options, operator));
  return locked.ok ? locked.value : { status: "refused", problems: locked.problems };
}

async function rollBackLocked(
  locked: LockedHost,
  options: RollbackOptions,
  operator: Operator,
): Promise<RollbackResult> {
  const elsewhere = namespaceProblems(locked.host, locked.records);
  if (elsewhere.length > 0) return { status: "refused", problems: elsewhere };
  const recovery = recoverInterrupted(locked);
  if (recovery && recovery.notRestored.length > 0)
    return { status: "not-recovered", problems: recovery.notRestored, recovery };
  // An interrupted rollback is taken back, and then done: what was before it is what it was to take back.
  if (recovery && isRecoveryAll(recovery, options)) return { status: "recovered", recovery };
  const result = await rollBackRecords(locked, options, operator);
  return recovery ? { ...result, recovery } : result;
}

/** Whether all that was asked for is done once the interrupted change is taken back. */
const isRecoveryAll = (
  { id, kind }: Pick<TransactionRecord, "id" | "kind">,
  options: RollbackOptions,
): boolean => kind === "apply" && (options.id === undefined || options.id === String(id));

async function rollBackRecords(
  { host, context, records, ...locked }: LockedHost,
  options: RollbackOptions,
  operator: Operator,
): Promise<RollbackResult> {
  const found = findRollback(host, committedOf(records), options);
  if (!("plan" in found)) return found;
  const { plan } = found;
  if (plan.problems.length > 0) return { status: "refused", problems: plan.problems };
  const provenance = provenanceOf({ host, context, records, ...locked }, operator);
  const outcome = await carryOut(context, transactionOf(context.catalogue, plan, provenance));
  const drifts = outcome.status === "done" ? await driftsOf(host) : [];
  return { status: "rolled-back", plan, outcome, drifts };
}

/** What was before the change may itself have been changed by something else. */
async function driftsOf(host: Host): Promise<readonly Drift[]> {
  const inspected = await inspect(host);
  return inspected.ok ? inspected.value.drifts : [];
}

type Found =
  | { readonly plan: Plan }
  | Extract<RollbackResult, { status: "refused" | "not-recovered" | "up-to-date" }>;

/**
 * The plan of the newest change in effect that leaves something to do. The newest may leave nothing, where
 * somebody has taken it back by hand: then it is the one before.
 */
function findRollback(host: Host, committed: readonly TransactionRecord[], options: RollbackOptions): Found {
  const catalogue = shippedCatalogue();
  const { facts } = factsWith(catalogue, host, committed);
  const ids = options.id === undefined ? activeIds(committed).toReversed().map(String) : [options.id];
  if (ids.length === 0) return nothingActive(facts.dropIn, committed);
  for (const text of ids) {
    const id = /^\d+$/.test(text) ? Number(text) : 0;
    const plan = planRollback({ catalogue, records: committed, id, facts, conflicts: options.conflicts });
    if (!plan) return { status: "refused", problems: [unknownSnapshot(text, committed)] };
    if (!isUpToDate(plan) || plan.accepted.length > 0 || plan.problems.length > 0) return { plan };
  }
  const backTo = Number(ids.at(-1));
  return { status: "up-to-date", backTo, isUndone: activeIds(committed).every((id) => id < backTo) };
}

const unknownSnapshot = (id: string, committed: readonly TransactionRecord[]): HostProblem => ({
  code: "unknown-snapshot",
  id,
  known: committed.map((record) => String(record.id)),
});

/** No change is in effect by the record; by our drop-in, where the record is lost, there may be one. */
function nothingActive(dropIn: string | undefined, committed: readonly TransactionRecord[]): Found {
  const applied = currentlyApplied(committed) ?? appliedFromDropIn(dropIn);
  if (!applied) return { status: "up-to-date" };
  return {
    status: "refused",
    problems: [{ code: "no-record", file: dropInPath, profiles: applied.profiles }],
  };
}

/** What `rollBack` would do, without the lock and without root where the records can be read. */
export async function previewRollback(host: Host, options: RollbackOptions): Promise<Found> {
  const catalogue = shippedCatalogue();
  const gathered = await gather(catalogue, host);
  if (!gathered.ok) return { status: "refused", problems: gathered.problems };
  const { records, facts } = gathered.value;
  if (!records)
    return {
      status: "refused",
      problems: [{ code: "file-unreadable", file: host.records.folder, errno: "EACCES" }],
    };
  const elsewhere = namespaceProblems(host, records);
  if (elsewhere.length > 0) return { status: "refused", problems: elsewhere };
  const record = interruptedTransaction(records);
  // Of an interrupted rollback the whole is shown: what is left to restore from the host as it is now.
  if (record && isRecoveryAll(record, options))
    return { plan: planRecovery({ catalogue, record, facts, kernel: runningKernel(host) }) };
  return findRollback(host, committedOf(records), options);
}
