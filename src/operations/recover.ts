/** Takes back a change that was interrupted, and nothing else. */
import type { Host } from "../host.js";
import type { Problem } from "../problem.js";
import {
  type FinishedRecovery,
  type LockedHost,
  namespaceProblems,
  recoverInterrupted,
  withLock,
} from "./locked-host.js";

export type RecoverResult = { readonly recovery?: FinishedRecovery } & (
  | { readonly status: "refused" | "not-recovered"; readonly problems: readonly Problem[] }
  | { readonly status: "recovered" }
  /** No change is interrupted. */
  | { readonly status: "unchanged" }
);

export async function recoverHost(host: Host): Promise<RecoverResult> {
  const records = await host.records.read();
  if (records && !records.ok) return { status: "refused", problems: records.problems };
  // A run that has nothing to do takes no lock, and makes no folder.
  if (records?.value.every(({ status }) => status !== "prepared")) return { status: "unchanged" };
  const locked = await withLock(host, async (held) => recoverLocked(held));
  return locked.ok ? locked.value : { status: "refused", problems: locked.problems };
}

function recoverLocked(locked: LockedHost): RecoverResult {
  const elsewhere = namespaceProblems(locked.host, locked.records);
  if (elsewhere.length > 0) return { status: "refused", problems: elsewhere };
  const recovery = recoverInterrupted(locked);
  if (!recovery) return { status: "unchanged" };
  return recovery.notRestored.length > 0
    ? { status: "not-recovered", problems: recovery.notRestored, recovery }
    : { status: "recovered", recovery };
}
