/** Goes back to before a change. */
import { carryOut } from "../apply/carry-out.js";
import type { Outcome } from "../apply/outcome.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Host } from "../host.js";
import type { Drift } from "../plan/drift.js";
import type { Plan } from "../plan/plan.js";
import { planRecovery } from "../plan/plan-recovery.js";
import { transactionOf } from "../plan/transaction.js";
import type { Problem } from "../problem.js";
import { committedOf, type TransactionRecord } from "../record/transaction.js";
import { type FoundRollback, findRollback, type RollbackOptions } from "./find-rollback.js";
import { factsWith, gather } from "./gather.js";
import { inspect } from "./inspect.js";
import {
  type FinishedRecovery,
  type LockedHost,
  namespaceProblems,
  provenanceOf,
  type Run,
  recordProblems,
  recoverInterrupted,
  runningKernel,
  unfinishedProblems,
  withLock,
} from "./locked-host.js";
import { openChange, runningTrial, trialProblems } from "./open-change.js";

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

export async function rollBack(host: Host, options: RollbackOptions, run: Run): Promise<RollbackResult> {
  // A run that has nothing to do touches nothing, not even the state folder.
  const { found, interrupted } = await preview(host, options);
  if (isMistake(found)) return found;
  if (!("plan" in found) && !interrupted && host.records.leftovers().length === 0) return found;
  const locked = await withLock(host, run, (held) => rollBackLocked(held, options));
  return locked.ok ? locked.value : { status: "refused", problems: locked.problems };
}

/** What no recovery would make right. */
const isMistake = (found: FoundRollback): found is Extract<FoundRollback, { status: "refused" }> =>
  "problems" in found &&
  found.problems.some(({ code }) => code === "unknown-snapshot" || code === "not-in-set");

/** A trial is taken back whole, and by itself: for any other way back it must be ended first. */
function trialInTheWay(
  host: Host,
  history: LockedHost["history"],
  options: RollbackOptions,
): readonly Problem[] {
  const trial = runningTrial(host, history.records);
  return trial && !isRecoveryAll(trial, options) ? trialProblems(host, history.records) : [];
}

async function rollBackLocked(locked: LockedHost, options: RollbackOptions): Promise<RollbackResult> {
  const refusals = [
    ...refusalsOf(locked.host, locked.history, options),
    ...trialInTheWay(locked.host, locked.history, options),
  ];
  if (refusals.length > 0) return { status: "refused", problems: refusals };
  const recovery = await recoverInterrupted(locked, {
    trial: { cause: "rolled-back" },
    overwrite: options.conflicts === "overwrite",
  });
  const unfinished = recovery ? unfinishedProblems(recovery) : [];
  if (recovery && unfinished.length > 0) return { status: "not-recovered", problems: unfinished, recovery };
  // An interrupted rollback is taken back, and then done: what was before it is what it was to take back.
  if (recovery && isRecoveryAll(recovery, options)) return { status: "recovered", recovery };
  const result = await rollBackRecords(locked, options);
  return recovery ? { ...result, recovery } : result;
}

/** Whether all that was asked for is done once the interrupted change is taken back. */
const isRecoveryAll = (
  { id, kind }: Pick<TransactionRecord, "id" | "kind">,
  { target }: RollbackOptions,
): boolean =>
  kind === "apply" && (target.kind === "newest" || (target.kind === "before" && target.id === String(id)));

/** What is newer than all that can be read may be in the way; only the boot's values need no record. */
const refusalsOf = (
  host: Host,
  history: LockedHost["history"],
  { target }: RollbackOptions,
): readonly Problem[] =>
  target.kind === "defaults" ? namespaceProblems(host, history.records) : [...recordProblems(host, history)];

async function rollBackRecords(locked: LockedHost, options: RollbackOptions): Promise<RollbackResult> {
  const { host, context, history } = locked;
  const { facts } = factsWith(context.catalogue, host, history);
  const found = findRollback(context.catalogue, facts, history, options);
  if (!("plan" in found)) return found;
  const { plan } = found;
  if (plan.problems.length > 0) return { status: "refused", problems: plan.problems };
  const outcome = await carryOut(
    context,
    transactionOf(context.catalogue, plan, provenanceOf(locked), { undone: undoneBy(plan, history) }),
  );
  const drifts = outcome.status === "done" && outcome.recorded ? await driftsOf(host) : [];
  return { status: "rolled-back", plan, outcome, drifts };
}

/** The changes whose records are of no account any more. */
const undoneBy = (plan: Plan, { records }: LockedHost["history"]): readonly number[] =>
  committedOf(records)
    .map(({ id }) => id)
    .filter((id) => id >= (plan.backTo ?? 0));

/** What was before the change may itself have been changed by something else. */
async function driftsOf(host: Host): Promise<readonly Drift[]> {
  const inspected = await inspect(host);
  return inspected.ok ? inspected.value.drifts : [];
}

/** What `rollBack` would do, without the lock and without root where the records can be read. */
export const previewRollback = async (host: Host, options: RollbackOptions): Promise<FoundRollback> =>
  (await preview(host, options)).found;

type Preview = { readonly found: FoundRollback; readonly interrupted: boolean };

async function preview(host: Host, options: RollbackOptions): Promise<Preview> {
  const refused = (problems: readonly Problem[]): Preview => ({
    found: { status: "refused", problems },
    interrupted: false,
  });
  const catalogue = shippedCatalogue();
  const gathered = await gather(catalogue, host);
  if (!gathered.ok) return refused(gathered.problems);
  const { history, facts } = gathered.value;
  if (!history) return refused([{ code: "file-unreadable", file: host.records.folder, errno: "EACCES" }]);
  const refusals = [...refusalsOf(host, history, options), ...trialInTheWay(host, history, options)];
  if (refusals.length > 0) return refused(refusals);
  const record = openChange(host, history.records)?.record ?? runningTrial(host, history.records);
  // Of an interrupted rollback the whole is shown: what is left to restore from the host as it is now.
  const found =
    record && isRecoveryAll(record, options)
      ? {
          plan: planRecovery({
            catalogue,
            record,
            facts,
            kernel: runningKernel(host),
            overwrite: options.conflicts === "overwrite",
          }),
        }
      : findRollback(catalogue, facts, history, options);
  return { found, interrupted: record !== undefined };
}
