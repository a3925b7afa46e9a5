/**
 * The one place where a machine is changed: takes a transaction step by step, and undoes it in reverse when a
 * step fails.
 */
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import { errnoFrom } from "../host.js";
import { movedAfter } from "../plan/moves.js";
import type { Write } from "../plan/order.js";
import { type Transaction, writesIn } from "../plan/transaction.js";
import type { HostProblem } from "../problem.js";
import type { Applied } from "../record/applied.js";
import type { RecordedState, TransactionRecord } from "../record/transaction.js";
import { fileProblem, type Readings, readingsOf } from "./live-values.js";
import type { ApplyContext, Outcome, Progress, SideEffect } from "./outcome.js";
import { preflight, prepare, preparedRecord } from "./prepare.js";
import { takeSteps } from "./steps.js";
import { undo } from "./undo.js";

/** Preflight, stage all files, record as prepared, the steps, record as committed. */
export async function carryOut(context: ApplyContext, transaction: Transaction): Promise<Outcome> {
  const signal = await context.stopRequest();
  if (signal !== undefined) return { status: "reverted", problems: [{ code: "interrupted", signal }] };
  const obstacles = preflight(context, transaction);
  if (obstacles.length > 0) return { status: "reverted", problems: obstacles };
  const before = readingsOf(context, transaction.mayMove);
  const prepared = preparedRecord(context, transaction, before);
  const staged = prepare(context, transaction, prepared);
  if (!staged.ok) return { status: "reverted", problems: [staged.problem] };
  const { progress } = staged;
  const problem = await takeSteps(context, transaction, progress);
  if (problem) return undo(context, prepared, progress, problem);
  const after = readingsOf(context, transaction.mayMove);
  const effects = sideEffects(transaction, before, after);
  const committed = committedRecord(context, prepared, progress, after, effects);
  const unsaved = commitRecord(context, transaction, committed, progress);
  if (unsaved) return undo(context, prepared, progress, unsaved, true);
  for (const file of progress.staged) errnoFrom(file.finish);
  return {
    status: "done",
    record: committed,
    written: progress.written,
    sideEffects: effects,
    left: progress.left,
    recorded: progress.recorded,
  };
}

/** What came of it: made, or on trial. A file that could not be replaced has no part in it. */
function committedRecord(
  { catalogue }: ApplyContext,
  prepared: TransactionRecord,
  { written, left }: Progress,
  readings: Readings,
  effects: readonly SideEffect[],
): TransactionRecord {
  const isLeft = (path: string): boolean =>
    left.some((problem) => problem.code === "file-not-restored" && problem.file === path);
  const replaced = (files: RecordedState["files"]): RecordedState["files"] =>
    Object.fromEntries(Object.entries(files).filter(([path]) => !isLeft(path)));
  const applied = appliedWithMoved(catalogue, prepared, written, effects);
  // What a trial wants is kept in the order of its writes, until it is confirmed or taken back.
  if (prepared.trial)
    return {
      ...prepared,
      status: "pending",
      trial: { ...prepared.trial, moved: readings },
      after: { ...prepared.after, applied },
    };
  return {
    ...prepared,
    status: "committed",
    before: { ...prepared.before, files: replaced(prepared.before.files) },
    after: {
      readings,
      files: replaced(prepared.after.files),
      applied,
    },
  };
}

/**
 * Without a record of its own, a rollback marks those of the changes that it has undone; where it could not
 * undo them whole they stay, for the next try.
 */
function commitRecord(
  { records }: ApplyContext,
  { undone }: Transaction,
  committed: TransactionRecord,
  { recorded, left }: Progress,
): HostProblem | undefined {
  try {
    if (recorded) records.save(committed);
    else if (left.length === 0) for (const id of (undone ?? []).toReversed()) records.withdraw(id);
    return undefined;
  } catch (error) {
    const problem = fileProblem(error, records.folder);
    if (recorded) return problem;
    left.push(problem);
    return undefined;
  }
}

/** A rollback goes back to a set with what was moved for it. */
function appliedWithMoved(
  catalogue: Catalogue,
  { kind, before, after }: TransactionRecord,
  written: readonly Write[],
  effects: readonly SideEffect[],
): Applied | null {
  if (kind === "rollback" || after.applied === null) return after.applied;
  const keys = new Set<string>([
    ...after.applied.settings.map(({ key }) => key),
    ...written.map(({ key }) => key),
  ]);
  const moved = movedAfter(catalogue, written, effects, before.applied?.moved, keys);
  return moved ? { ...after.applied, moved } : after.applied;
}

function sideEffects(transaction: Transaction, before: Readings, after: Readings): readonly SideEffect[] {
  const asked = new Set<string>([...writesIn(transaction), ...transaction.mustStay].map(({ key }) => key));
  return Object.keys(before)
    .filter((key) => !asked.has(key) && before[key] !== after[key])
    .map((key) => ({ key: key as Key, before: before[key] ?? null, after: after[key] ?? null }));
}
