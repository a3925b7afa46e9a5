/**
 * The one place where a machine is changed: takes a transaction step by step, and undoes it in reverse when a
 * step fails.
 */
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import { errnoFrom, errnoOf, type OwnFiles, type StagedFile } from "../host.js";
import { movedAfter } from "../plan/moves.js";
import { inOrder, type Write } from "../plan/order.js";
import type { FileChange } from "../plan/plan.js";
import { filesIn, type Step, type Transaction, writesIn } from "../plan/transaction.js";
import type { HostProblem } from "../problem.js";
import type { Applied } from "../record/applied.js";
import type { TransactionRecord } from "../record/transaction.js";
import {
  fileProblem,
  isZeroedByCounterpart,
  liveValue,
  type Readings,
  readingsOf,
  settleRounds,
} from "./live-values.js";
import type { ApplyContext, Outcome, Progress, SideEffect } from "./outcome.js";
import { undo } from "./undo.js";

/** Preflight, stage all files, record as prepared, the steps, record as committed. */
export async function carryOut(context: ApplyContext, transaction: Transaction): Promise<Outcome> {
  const signal = await context.stopRequest();
  if (signal !== undefined) return { status: "reverted", problems: [{ code: "interrupted", signal }] };
  const obstacles = preflight(context, transaction);
  if (obstacles.length > 0) return { status: "reverted", problems: obstacles };
  const before = readingsOf(context, transaction.mayMove);
  const { record } = transaction;
  const prepared: TransactionRecord = { ...record, before: { ...record.before, readings: before } };
  const staged = prepare(context, transaction, prepared);
  if (!staged.ok) return { status: "reverted", problems: [staged.problem] };
  const progress: Progress = { written: [], staged: staged.files };
  const problem = await takeSteps(context, transaction, progress);
  if (problem) return undo(context, prepared, progress, problem);
  const after = readingsOf(context, transaction.mayMove);
  const effects = sideEffects(transaction, before, after);
  const committed: TransactionRecord = {
    ...prepared,
    status: "committed",
    after: {
      ...prepared.after,
      readings: after,
      applied: appliedWithMoved(context.catalogue, prepared, progress.written, effects),
    },
  };
  try {
    context.records.save(committed);
  } catch (error) {
    return undo(context, prepared, progress, fileProblem(error, context.records.folder));
  }
  for (const file of progress.staged) errnoFrom(file.finish);
  return {
    status: "done",
    record: committed,
    written: progress.written,
    sideEffects: effects,
  };
}

type Staged =
  | { readonly ok: true; readonly files: readonly StagedFile[] }
  | { readonly ok: false; readonly problem: HostProblem };

/** All that needs disk space: the new versions of the files, and the record. */
function prepare(
  { files, records }: ApplyContext,
  transaction: Transaction,
  prepared: TransactionRecord,
): Staged {
  const staged: StagedFile[] = [];
  try {
    for (const file of filesIn(transaction)) staged.push(stage(files, file));
    records.save(prepared);
    return { ok: true, files: staged };
  } catch (error) {
    for (const file of staged) errnoFrom(file.finish);
    return { ok: false, problem: fileProblem(error, records.folder) };
  }
}

function stage(files: OwnFiles, { path, after }: FileChange): StagedFile {
  try {
    return files.stage(path, after);
  } catch (error) {
    // What fails is a file beside it; the one that matters is named.
    throw Object.assign(new Error(errnoOf(error)), { code: errnoOf(error), path });
  }
}

/** Everything that can be known to fail is found before the first write. */
function preflight({ kernel, files }: ApplyContext, transaction: Transaction): readonly HostProblem[] {
  const unwritable = writesIn(transaction).flatMap(({ key }): HostProblem[] => {
    const probe = kernel?.probe(key) ?? { ok: true };
    if (probe.ok) return [];
    if (probe.errno === "EROFS") return [{ code: "kernel-read-only", path: "/proc/sys", errno: probe.errno }];
    return [{ code: "not-writable-here", key, errno: probe.errno }];
  });
  const readOnly = unwritable.find((problem) => problem.code === "kernel-read-only");
  const foreign = filesIn(transaction).flatMap(({ path }): HostProblem[] => {
    const why = files.obstacle(path);
    return why ? [{ code: "foreign-file", file: path, why }] : [];
  });
  return [...(readOnly ? [readOnly] : unwritable), ...foreign];
}

async function takeSteps(
  context: ApplyContext,
  transaction: Transaction,
  progress: Progress,
): Promise<HostProblem | undefined> {
  for (const [at, step] of transaction.steps.entries()) {
    // A signal is let in before a write and before the first file: between two files there is nothing to wait
    // for.
    const isStop = step.kind !== "replace-file" || step === firstFile(transaction);
    const signal = isStop ? await context.stopRequest() : undefined;
    if (signal !== undefined) return { code: "interrupted", signal };
    const soFar = { ...transaction, steps: transaction.steps.slice(0, at) };
    const problem = takeStep(context, soFar, step, progress);
    if (problem) return problem;
  }
  return undefined;
}

const firstFile = ({ steps }: Transaction): Step | undefined =>
  steps.find(({ kind }) => kind === "replace-file");

/** @param soFar the transaction with the steps that were taken */
function takeStep(
  context: ApplyContext,
  soFar: Transaction,
  step: Step,
  { written, staged }: Progress,
): HostProblem | undefined {
  switch (step.kind) {
    case "write":
      return writeKey(context, step.write, written);
    case "verify":
      return settle(context, soFar);
    case "replace-file":
      return commitFile(staged.find(({ path }) => path === step.file.path));
  }
}

function writeKey(
  { kernel, catalogue }: ApplyContext,
  write: Write,
  written: Write[],
): HostProblem | undefined {
  if (kernel === undefined || isZeroedByCounterpart(catalogue, write)) return undefined;
  // Noted before it is tried: a refused write may have changed a part of the value.
  written.push(write);
  const result = kernel.write(write.key, write.value);
  return result.ok
    ? undefined
    : { code: "write-refused", key: write.key, value: write.value, errno: result.errno };
}

/**
 * Compares each value by meaning. A later write may have moved an earlier one, so all are read when all are
 * written, and written again in order where they have moved.
 */
function settle(context: ApplyContext, transaction: Transaction): HostProblem | undefined {
  const { kernel, catalogue } = context;
  if (!kernel) return undefined;
  const wanted = inOrder(catalogue, [...writesIn(transaction), ...transaction.mustStay]);
  const isWrong = (write: Write): boolean => liveValue(context, write.key) !== write.value;
  for (let round = 0; round < settleRounds; round++)
    for (const write of wanted)
      if (isWrong(write) && !isZeroedByCounterpart(catalogue, write)) kernel.write(write.key, write.value);
  const wrong = wanted.find(isWrong);
  if (!wrong) return undefined;
  const found = liveValue(context, wrong.key);
  return {
    code: "unexpected-value",
    key: wrong.key,
    wanted: wrong.value,
    ...(found !== undefined && { found }),
  };
}

function commitFile(file: StagedFile | undefined): HostProblem | undefined {
  const errno = file && errnoFrom(file.commit);
  return file && errno !== undefined ? { code: "file-not-written", file: file.path, errno } : undefined;
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
