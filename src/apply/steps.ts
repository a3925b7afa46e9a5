/** The steps of a transaction, one after another. */
import type { Key } from "../catalogue/key.js";
import { errnoFrom, type OwnFiles, type StagedFile } from "../host.js";
import { inOrder, type Write } from "../plan/order.js";
import type { FileChange } from "../plan/plan.js";
import { type Step, type Transaction, writesIn } from "../plan/transaction.js";
import type { HostProblem } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";
import { isZeroedByCounterpart, liveValue, settleRounds } from "./live-values.js";
import type { ApplyContext, Progress } from "./outcome.js";

/** @returns what stopped it; what stops only itself is in `progress.left` */
export async function takeSteps(
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
    const problems = takeStep(context, soFar, step, progress);
    if (!transaction.inParts && problems.length > 0) return problems[0];
    progress.left.push(
      ...problems
        .map((problem) => asLeft(context, problem))
        .filter((problem) => !isNamed(progress.left, problem)),
    );
  }
  return undefined;
}

/** What a failed step is where the rest goes on: something that was not restored. */
function asLeft(context: ApplyContext, problem: HostProblem): HostProblem {
  switch (problem.code) {
    case "write-refused": {
      const { key, value, errno } = problem;
      const found = liveValue(context, key as Key);
      return {
        code: "not-restored",
        key,
        wanted: value,
        ...(found !== undefined && { found }),
        why: "refused",
        errno,
      };
    }
    case "unexpected-value":
      return { ...problem, code: "not-restored", why: "unexpected" };
    case "file-not-written":
      return { code: "file-not-restored", file: problem.file, errno: problem.errno };
    default:
      return problem;
  }
}

/** A value that could not be written is not read back either: it is named once. */
const isNamed = (left: readonly HostProblem[], problem: HostProblem): boolean =>
  problem.code === "not-restored" &&
  left.some((one) => one.code === "not-restored" && one.key === problem.key);

const firstFile = ({ steps }: Transaction): Step | undefined =>
  steps.find(({ kind }) => kind === "replace-file");

/** @param soFar the transaction with the steps that were taken */
function takeStep(
  context: ApplyContext,
  soFar: Transaction,
  step: Step,
  { written, staged }: Progress,
): readonly HostProblem[] {
  switch (step.kind) {
    case "start-guard":
      return startGuard(context, soFar.record);
    case "write":
      return writeKey(context, step.write, written);
    case "verify":
      return settle(context, soFar);
    case "replace-file":
      return commitFile(
        context.files,
        step.file,
        staged.find(({ path }) => path === step.file.path),
      );
  }
}

/** Before the first write, and proved alive. */
function startGuard({ guard }: ApplyContext, { id }: TransactionRecord): readonly HostProblem[] {
  const detail = guard ? guard.start(id) : "there is none for this host";
  return detail === undefined ? [] : [{ code: "no-guard", detail }];
}

function writeKey(
  { kernel, catalogue }: ApplyContext,
  write: Write,
  written: Write[],
): readonly HostProblem[] {
  if (kernel === undefined || isZeroedByCounterpart(catalogue, write)) return [];
  // Noted before it is tried: a refused write may have changed a part of the value.
  written.push(write);
  const result = kernel.write(write.key, write.value);
  return result.ok
    ? []
    : [{ code: "write-refused", key: write.key, value: write.value, errno: result.errno }];
}

/**
 * Compares each value by meaning. A later write may have moved an earlier one, so all are read when all are
 * written, and written again in order where they have moved.
 */
function settle(context: ApplyContext, transaction: Transaction): readonly HostProblem[] {
  const { kernel, catalogue } = context;
  if (!kernel) return [];
  const wanted = inOrder(catalogue, [...writesIn(transaction), ...transaction.mustStay]);
  const isWrong = (write: Write): boolean => liveValue(context, write.key) !== write.value;
  for (let round = 0; round < settleRounds; round++)
    for (const write of wanted)
      if (isWrong(write) && !isZeroedByCounterpart(catalogue, write)) kernel.write(write.key, write.value);
  return wanted.filter(isWrong).map(({ key, value }): HostProblem => {
    const found = liveValue(context, key);
    return { code: "unexpected-value", key, wanted: value, ...(found !== undefined && { found }) };
  });
}

/** Another writer may have changed the file since it was planned; what it wrote must not be lost. */
function commitFile(
  files: OwnFiles,
  { path, before }: FileChange,
  file: StagedFile | undefined,
): readonly HostProblem[] {
  if (!file) return [];
  if (files.read(path) !== before) return [{ code: "file-not-written", file: path, errno: "ECHANGED" }];
  const errno = errnoFrom(file.commit);
  return errno === undefined ? [] : [{ code: "file-not-written", file: path, errno }];
}
