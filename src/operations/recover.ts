/** Takes back a change that was interrupted, and nothing else. */
import type { Host } from "../host.js";
import type { Problem } from "../problem.js";
import { interruptedTransaction, unreadableNow } from "../record/transaction.js";
import {
  type FinishedRecovery,
  type LockedHost,
  type Run,
  recordProblems,
  recoverInterrupted,
  unfinishedProblems,
  withLock,
} from "./locked-host.js";

/** `abandon`: keys and files that are left as they are. */
export type RecoverOptions = { readonly abandon: readonly string[] };

export type RecoverResult = { readonly recovery?: FinishedRecovery } & (
  | { readonly status: "refused" | "not-recovered"; readonly problems: readonly Problem[] }
  | { readonly status: "recovered" }
  /** No change is interrupted. */
  | { readonly status: "unchanged" }
);

export async function recoverHost(host: Host, options: RecoverOptions, run: Run): Promise<RecoverResult> {
  const history = await host.records.read();
  if (history && !history.ok) return { status: "refused", problems: history.problems };
  // A run that has nothing to do takes no lock, and makes no folder.
  if (history && hasNothing(history.value) && host.records.leftovers().length === 0)
    return { status: "unchanged" };
  const locked = await withLock(host, run, (held) => recoverLocked(held, options));
  return locked.ok ? locked.value : { status: "refused", problems: locked.problems };
}

const hasNothing = (history: LockedHost["history"]): boolean =>
  history.records.every(({ status }) => status !== "prepared") && unreadableNow(history).length === 0;

async function recoverLocked(locked: LockedHost, { abandon }: RecoverOptions): Promise<RecoverResult> {
  const refusals = recordProblems(locked.host, locked.history);
  if (refusals.length > 0) return { status: "refused", problems: refusals };
  const record = interruptedTransaction(locked.history.records);
  if (!record) return { status: "unchanged" };
  const unknown = abandon.find((what) => !(what in record.before.readings || what in record.before.files));
  if (unknown !== undefined)
    return {
      status: "refused",
      problems: [{ code: "unknown-abandoned", what: unknown, id: String(record.id) }],
    };
  const recovery = await recoverInterrupted(locked, abandon);
  if (!recovery) return { status: "unchanged" };
  const unfinished = unfinishedProblems(recovery);
  return unfinished.length > 0
    ? { status: "not-recovered", problems: unfinished, recovery }
    : { status: "recovered", recovery };
}
