/**
 * Carries out the plan that takes back an interrupted change: as much of it as can be, and says what cannot.
 */
import { errnoFrom, errnoOf, type OwnFiles } from "../host.js";
import type { FileChange } from "../plan/plan.js";
import type { RecoveryPlan } from "../plan/plan-recovery.js";
import type { HostProblem } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";
import type { ApplyContext } from "./outcome.js";
import { restoreReadings } from "./undo.js";

/**
 * `notRestored`: what could not be restored; the record stays then, for the next try.
 * `kept`: what is neither as before the change nor as it wanted it, and stays.
 */
export type Recovery = {
  readonly notRestored: readonly HostProblem[];
  readonly kept: readonly HostProblem[];
};

export function recover(context: ApplyContext, record: TransactionRecord, plan: RecoveryPlan): Recovery {
  const kept = plan.accepted as readonly HostProblem[];
  const wanted = Object.fromEntries(plan.keys.map(({ key, after }) => [key, after ?? null]));
  const readings = restoreReadings(context, wanted, []);
  // Only its files show that a later boot has the values of the change: the next try needs them as much as
  // this one.
  if (plan.afterBoot && readings.length > 0) return { notRestored: readings, kept };
  const files = plan.files.flatMap((file) => restoreFile(context.files, file) ?? []);
  const notRestored = [...readings, ...files];
  return { notRestored: notRestored.length > 0 ? notRestored : removeRecord(context, record), kept };
}

function restoreFile(files: OwnFiles, { path, after }: FileChange): HostProblem | undefined {
  try {
    const staged = files.stage(path, after);
    staged.commit();
    staged.finish();
    return undefined;
  } catch (error) {
    return { code: "file-not-restored", file: path, errno: errnoOf(error) };
  }
}

function removeRecord({ records }: ApplyContext, { id }: TransactionRecord): readonly HostProblem[] {
  const errno = errnoFrom(() => records.remove(id));
  return errno === undefined ? [] : [{ code: "file-not-written", file: records.folder, errno }];
}
