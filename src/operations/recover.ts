/** Takes back a change that was interrupted, and nothing else. */
import type { Host } from "../host.js";
import type { Problem } from "../problem.js";
import { type TransactionRecord, unreadableNow } from "../record/transaction.js";
import {
  type FinishedRecovery,
  type LockedHost,
  type Run,
  recordProblems,
  recoverInterrupted,
  unfinishedProblems,
  withLock,
} from "./locked-host.js";
import { isUnguarded, openChange, runningTrial, trialSeconds } from "./open-change.js";

/** `abandon`: keys and files that are left as they are. */
export type RecoverOptions = { readonly abandon: readonly string[] };

export type RecoverResult = { readonly recovery?: FinishedRecovery } & (
  | { readonly status: "refused" | "not-recovered"; readonly problems: readonly Problem[] }
  | { readonly status: "recovered" }
  /** No change is interrupted. `seconds`: what is left of a trial, which is none of its business. */
  | { readonly status: "unchanged"; readonly trial?: { readonly id: number; readonly seconds: number } }
);

export async function recoverHost(host: Host, options: RecoverOptions, run: Run): Promise<RecoverResult> {
  const history = await host.records.read();
  if (history && !history.ok) return { status: "refused", problems: history.problems };
  // A run that has nothing to do takes no lock, and makes no folder.
  if (history && hasNothing(host, history.value) && host.records.leftovers().length === 0)
    return unchanged(host, history.value);
  const locked = await withLock(host, run, (held) => recoverLocked(held, options));
  return locked.ok ? locked.value : { status: "refused", problems: locked.problems };
}

const hasNothing = (host: Host, history: LockedHost["history"]): boolean =>
  toRecover(host, history) === undefined && unreadableNow(history).length === 0;

/** A trial without a guard would stay until somebody comes: that is now. */
function toRecover(host: Host, { records }: LockedHost["history"]): TransactionRecord | undefined {
  const trial = runningTrial(host, records);
  return openChange(host, records)?.record ?? (trial && isUnguarded(host, trial) ? trial : undefined);
}

function unchanged(host: Host, { records }: LockedHost["history"]): RecoverResult {
  const trial = runningTrial(host, records);
  return {
    status: "unchanged",
    ...(trial && { trial: { id: trial.id, seconds: trialSeconds(host, trial) } }),
  };
}

async function recoverLocked(locked: LockedHost, { abandon }: RecoverOptions): Promise<RecoverResult> {
  const refusals = recordProblems(locked.host, locked.history);
  if (refusals.length > 0) return { status: "refused", problems: refusals };
  const record = toRecover(locked.host, locked.history);
  if (!record) return unchanged(locked.host, locked.history);
  const unknown = abandon.find((what) => !(what in record.before.readings || what in record.before.files));
  if (unknown !== undefined)
    return {
      status: "refused",
      problems: [{ code: "unknown-abandoned", what: unknown, id: String(record.id) }],
    };
  const recovery = await recoverInterrupted(locked, { abandon, trial: { cause: "recovered" } });
  if (!recovery) return { status: "unchanged" };
  const unfinished = unfinishedProblems(recovery, abandon);
  return unfinished.length > 0
    ? { status: "not-recovered", problems: unfinished, recovery }
    : { status: "recovered", recovery };
}
