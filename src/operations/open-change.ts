/** The change that is not ended: cut short by a crash, or on trial. */
import type { Host } from "../host.js";
import type { HostProblem } from "../problem.js";
import { type EndCause, interruptedTransaction, type TransactionRecord } from "../record/transaction.js";
import { type BootTime, secondsLeft, type TrialRecord, trialIn, trialState } from "../record/trial.js";

/** An image does not run: whatever was on trial there has ended with its boot. */
export const bootTime = (host: Host): BootTime => host.bootTime?.() ?? { bootId: "", uptime: 0 };

/** A change to be taken back before anything else is done, and what ended it. */
export type OpenChange = { readonly record: TransactionRecord; readonly cause: EndCause };

export function openChange(host: Host, records: readonly TransactionRecord[]): OpenChange | undefined {
  const interrupted = interruptedTransaction(records);
  if (interrupted) return { record: interrupted, cause: "recovered" };
  const trial = trialIn(records);
  // To take it back had begun.
  if (trial?.recovering) return { record: trial, cause: "recovered" };
  const state = trial && trialState(trial, bootTime(host));
  if (!trial || state === "running") return undefined;
  return { record: trial, cause: state === "over" ? "timed-out" : "rebooted" };
}

/** A trial that waits for its confirmation. */
export function runningTrial(host: Host, records: readonly TransactionRecord[]): TrialRecord | undefined {
  const trial = trialIn(records);
  const isRunning = trial && !trial.recovering && trialState(trial, bootTime(host)) === "running";
  return isRunning ? trial : undefined;
}

/** The seconds that are left of a trial. */
export const trialSeconds = (host: Host, trial: TrialRecord): number => secondsLeft(trial, bootTime(host));

/**
 * Of the files alone, what the running kernel has of a change that was cut short would be left in force, and
 * its record told that it is taken back.
 */
export function liveProblems(host: Host, records: readonly TransactionRecord[]): readonly HostProblem[] {
  const open = openChange(host, records);
  const isOfThisBoot = open !== undefined && open.record.kernel?.bootId === bootTime(host).bootId;
  return host.kind === "image" && isOfThisBoot ? [{ code: "open-live", id: String(open.record.id) }] : [];
}

/** What a trial is, as a problem of whoever would change the host meanwhile. */
export function trialProblems(host: Host, records: readonly TransactionRecord[]): readonly HostProblem[] {
  const trial = runningTrial(host, records);
  if (!trial) return [];
  return [{ code: "trial-pending", id: String(trial.id), seconds: trialSeconds(host, trial) }];
}

/** A trial whose guard has ended would stay until somebody comes. */
export function isUnguarded(host: Host, trial: TrialRecord): boolean {
  return host.guard?.isAlive(trial.id) === false;
}
