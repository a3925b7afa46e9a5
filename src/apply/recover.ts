/**
 * Carries out the plan that takes back an interrupted change: as much of it as can be, and says what cannot.
 */
import { errnoFrom, errnoOf, type OwnFiles } from "../host.js";
import { type FileChange, isLiveChange } from "../plan/plan.js";
import type { RecoveryPlan } from "../plan/plan-recovery.js";
import type { HostProblem } from "../problem.js";
import type { RecordedEnd, TransactionRecord } from "../record/transaction.js";
import type { ApplyContext } from "./outcome.js";
import { markEnded, restoreReadings } from "./undo.js";

/**
 * `notRestored`: what could not be restored; the record stays as it is then, for the next try.
 * `kept`: what is neither as before the change nor as it wanted it, or was abandoned, and stays.
 * `notMarked`: all is restored, and the record could not be told.
 */
export type Recovery = {
  readonly notRestored: readonly HostProblem[];
  readonly kept: readonly HostProblem[];
  readonly notMarked?: HostProblem;
};

/** @param end how the change ends when it is taken back */
export function recover(
  context: ApplyContext,
  record: TransactionRecord,
  plan: RecoveryPlan,
  end: Pick<RecordedEnd, "cause" | "why">,
): Recovery {
  const kept = plan.accepted as readonly HostProblem[];
  const wanted = Object.fromEntries(
    plan.keys.filter(({ action }) => action !== "skip").map(({ key, after }) => [key, after ?? null]),
  );
  // If this run dies as well, the next one must know that a key which is odd was moved by it. A full disk
  // does not stop it.
  if (plan.keys.some(isLiveChange)) errnoFrom(() => context.records.save({ ...record, recovering: true }));
  const readings = restoreReadings(context, wanted, []);
  // Only its files show that a later boot has the values of the change: the next try needs them as much as
  // this one.
  if (plan.afterBoot && readings.length > 0) return { notRestored: readings, kept };
  const files = plan.files.flatMap((file) => restoreFile(context.files, file) ?? []);
  const notRestored = [...readings, ...files];
  if (notRestored.length > 0) return { notRestored, kept };
  const left = kept.flatMap((problem) => (problem.code === "abandoned" ? [problem.what] : []));
  const why = end.why ?? foreignWords(kept);
  const notMarked = markEnded(context, record, { ...end, ...(why !== undefined && { why }), left });
  return { notRestored, kept, ...(notMarked && { notMarked }) };
}

/** For the record, where nobody reads the report: what something else had set stays. */
function foreignWords(kept: readonly HostProblem[]): string | undefined {
  const keys = kept.flatMap((problem) => (problem.code === "modified-externally" ? [problem.key] : []));
  return keys.length === 0 ? undefined : `something else had set ${keys.join(", ")}, which stays`;
}

function restoreFile(files: OwnFiles, { path, after, attributes }: FileChange): HostProblem | undefined {
  try {
    const staged = files.stage(path, after, attributes);
    staged.commit();
    staged.finish();
    return undefined;
  } catch (error) {
    return { code: "file-not-restored", file: path, errno: errnoOf(error) };
  }
}
