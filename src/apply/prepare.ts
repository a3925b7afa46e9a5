/** What comes before the first write: what is known to fail, and all that needs disk space. */
import { errnoFrom, errnoOf, type OwnFiles, type StagedFile } from "../host.js";
import type { FileChange } from "../plan/plan.js";
import { filesIn, type Transaction, writesIn } from "../plan/transaction.js";
import type { HostProblem } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";
import { fileProblem, type Readings } from "./live-values.js";
import type { ApplyContext, Progress } from "./outcome.js";

/** Everything that can be known to fail is found before the first write. */
export function preflight(context: ApplyContext, transaction: Transaction): readonly HostProblem[] {
  const writes = writesIn(transaction);
  const unwritable = writes.flatMap(({ key }) => {
    const probe = context.kernel?.probe(key) ?? { ok: true };
    return probe.ok ? [] : [{ code: "not-writable-here" as const, key, errno: probe.errno }];
  });
  const isReadOnly =
    unwritable.length === writes.length && unwritable.every(({ errno }) => errno === "EROFS");
  if (isReadOnly && writes.length > 0 && !transaction.inParts)
    return [{ code: "kernel-read-only", path: "/proc/sys", errno: "EROFS" }];
  const paths = filesIn(transaction).map(({ path }) => path);
  return [...(transaction.inParts ? [] : unwritable), ...foreignFiles(context.files, paths)];
}

/** Files in whose place lies something that must not be replaced. */
export const foreignFiles = (files: OwnFiles, paths: readonly string[]): readonly HostProblem[] =>
  paths.flatMap((path): HostProblem[] => {
    const why = files.obstacle(path);
    return why ? [{ code: "foreign-file", file: path, why }] : [];
  });

/** All that is needed to take the change back. */
export function preparedRecord(
  { files }: ApplyContext,
  transaction: Transaction,
  readings: Readings,
): TransactionRecord {
  const { record } = transaction;
  const attributes = Object.keys(record.before.files).flatMap((path) => {
    const found = files.attributes(path);
    return found ? [[path, found] as const] : [];
  });
  return {
    ...record,
    before: {
      ...record.before,
      readings,
      ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
    },
  };
}

type Prepared =
  | { readonly ok: true; readonly progress: Progress }
  | { readonly ok: false; readonly problem: HostProblem };

/**
 * All that needs disk space: the new versions of the files, and the record. A rollback goes on without what
 * the disk does not take: the values that it restores are what counts.
 */
export function prepare(
  context: ApplyContext,
  transaction: Transaction,
  prepared: TransactionRecord,
): Prepared {
  const { files, records } = context;
  const staged: StagedFile[] = [];
  const left: HostProblem[] = [];
  try {
    for (const file of filesIn(transaction))
      try {
        staged.push(stage(files, file));
      } catch (error) {
        if (!transaction.inParts) throw error;
        left.push({ code: "file-not-restored", file: file.path, errno: errnoOf(error) });
      }
    const recorded = saveRecord(records, prepared, transaction.undone !== undefined);
    return { ok: true, progress: { written: [], staged, left, recorded } };
  } catch (error) {
    for (const file of staged) errnoFrom(file.finish);
    return { ok: false, problem: fileProblem(error, records.folder) };
  }
}

/** @returns whether there is a record now */
function saveRecord(
  records: ApplyContext["records"],
  prepared: TransactionRecord,
  isOptional: boolean,
): boolean {
  try {
    records.save(prepared);
    return true;
  } catch (error) {
    if (isOptional) return false;
    throw error;
  }
}

/** What fails is a file beside it; the one that matters is named. */
export function stage(files: OwnFiles, { path, after, attributes }: FileChange): StagedFile {
  try {
    return files.stage(path, after, attributes);
  } catch (error) {
    const errno = errnoOf(error);
    throw Object.assign(new Error(errno), { code: errno, path });
  }
}
