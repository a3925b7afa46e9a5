/** Ends a trial well: its files are put in place, and its record says that the change was made. */

import type { Key } from "../catalogue/key.js";
import { errnoFrom, type StagedFile } from "../host.js";
import type { HostProblem } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";
import type { TrialRecord } from "../record/trial.js";
import { fileProblem, readingsOf } from "./live-values.js";
import type { ApplyContext } from "./outcome.js";

export type Confirmation =
  | { readonly ok: true; readonly record: TransactionRecord }
  /** The change is on trial as before. */
  | { readonly ok: false; readonly problems: readonly HostProblem[] };

export function confirm(context: ApplyContext, record: TrialRecord): Confirmation {
  const { files, records } = context;
  const paths = Object.keys(record.after.files);
  const modified = paths.filter((path) => (files.read(path) ?? null) !== (record.before.files[path] ?? null));
  const foreign = paths.flatMap((path): HostProblem[] => {
    const why = files.obstacle(path);
    return why ? [{ code: "foreign-file", file: path, why }] : [];
  });
  const obstacles = [
    ...foreign,
    ...modified.map((file): HostProblem => ({ code: "file-modified-in-trial", file })),
  ];
  if (obstacles.length > 0) return { ok: false, problems: obstacles };
  const staged: StagedFile[] = [];
  try {
    for (const path of paths) staged.push(files.stage(path, record.after.files[path] ?? undefined));
    for (const file of staged) file.commit();
    const committed = confirmed(context, record);
    records.save(committed);
    for (const file of staged) errnoFrom(file.finish);
    return { ok: true, record: committed };
  } catch (error) {
    for (const file of staged.toReversed()) errnoFrom(file.undo);
    return { ok: false, problems: [fileProblem(error, records.folder)] };
  }
}

function confirmed(context: ApplyContext, { trial: _, ...record }: TrialRecord): TransactionRecord {
  const readings = readingsOf(context, Object.keys(record.before.readings) as Key[]);
  return { ...record, status: "committed", after: { ...record.after, readings } };
}
