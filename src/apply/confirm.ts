/** Ends a trial well: its files are put in place, and its record says that the change was made. */
import { errnoFrom, type StagedFile } from "../host.js";
import type { HostProblem } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";
import type { TrialRecord } from "../record/trial.js";
import { fileProblem } from "./live-values.js";
import type { ApplyContext } from "./outcome.js";
import { foreignFiles, stage } from "./prepare.js";

export type Confirmation =
  | { readonly ok: true; readonly record: TransactionRecord }
  /** The change is on trial as before, unless a problem says that it was interrupted. */
  | { readonly ok: false; readonly problems: readonly HostProblem[] };

/**
 * While its files are put in place, its record says that it is prepared: cut short, it is taken back like any
 * change.
 */
export async function confirm(context: ApplyContext, record: TrialRecord): Promise<Confirmation> {
  const { files, records } = context;
  const signal = await context.stopRequest();
  if (signal !== undefined) return { ok: false, problems: [{ code: "interrupted", signal }] };
  const paths = Object.keys(record.after.files);
  const modified = paths.filter((path) => (files.read(path) ?? null) !== (record.before.files[path] ?? null));
  const obstacles = [
    ...foreignFiles(files, paths),
    ...modified.map((file): HostProblem => ({ code: "file-modified-in-trial", file })),
  ];
  if (obstacles.length > 0) return { ok: false, problems: obstacles };
  const staged: StagedFile[] = [];
  try {
    for (const path of paths) {
      const after = record.after.files[path] ?? undefined;
      const attributes = record.after.attributes?.[path];
      staged.push(
        stage(files, { path, ...(after !== undefined && { after }), ...(attributes && { attributes }) }),
      );
    }
    records.save({ ...record, status: "prepared", recovering: true });
    for (const file of staged) file.commit();
    const committed = confirmed(record);
    records.save(committed);
    for (const file of staged) errnoFrom(file.finish);
    return { ok: true, record: committed };
  } catch (error) {
    const problem = fileProblem(error, records.folder);
    const left = staged.toReversed().flatMap((file): HostProblem[] => {
      const errno = errnoFrom(file.undo);
      return errno === undefined ? [] : [{ code: "file-not-restored", file: file.path, errno }];
    });
    const isOnTrial = left.length === 0 && errnoFrom(() => records.save(record)) === undefined;
    return {
      ok: false,
      problems: [
        problem,
        ...left,
        ...(isOnTrial ? [] : [{ code: "interrupted-transaction" as const, id: String(record.id) }]),
      ],
    };
  }
}

/** What something else has set since is not ours: a rollback must not take it for that. */
function confirmed({ trial, ...record }: TrialRecord): TransactionRecord {
  const readings = { ...trial.moved, ...record.after.readings };
  const { files, applied } = record.after;
  return { ...record, status: "committed", after: { readings, files, applied } };
}
