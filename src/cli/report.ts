/** Prints problems and warnings in the format that was asked for, and answers with the exit code. */
import type { Outcome } from "../apply/outcome.js";
import type { FinishedRecovery } from "../operations/locked-host.js";
import type { Problem, Warning } from "../problem.js";
import { jsonText, problemJson, warningJson } from "../render/json.js";
import { paint } from "../render/paint.js";
import { renderProblems, type Sources } from "../render/problems.js";
import { recoveredText } from "../render/taken-back.js";
import { type ExitCode, exitCode, exitCodeForSignal } from "./exit-code.js";
import type { ProcessContext } from "./process-context.js";

export type ReportOptions = { readonly format: string; readonly sources?: Sources };

type Failure = { readonly problems: readonly Problem[]; readonly warnings?: readonly Warning[] };

/** For a failed command: problems to standard error, or as the JSON answer to standard output. */
export function fail(
  context: ProcessContext,
  { problems, warnings = [] }: Failure,
  { format, sources = new Map() }: ReportOptions,
  code: ExitCode = codeOf(problems),
): ExitCode {
  if (format === "json")
    context.out(
      jsonText({
        ok: false,
        changed: code === exitCode.incomplete,
        problems: problems.map(problemJson),
        warnings: warnings.map(warningJson),
      }),
    );
  else context.err(renderProblems(problems, warnings, sources, paint(context.colour.err)));
  return code;
}

function codeOf(problems: readonly Problem[]): ExitCode {
  if (problems.some(({ code }) => code === "locked")) return exitCode.locked;
  return problems.some(({ code }) => code === "trial-pending") ? exitCode.trialPending : exitCode.problem;
}

/** For what a signal stopped before it began. */
export function codeForStop(problems: readonly Problem[]): readonly [ExitCode?] {
  const stopped = problems.find((problem) => problem.code === "interrupted");
  return stopped ? [exitCodeForSignal(stopped.signal)] : [];
}

/** Warnings of a command that goes on: JSON answers carry them themselves. */
export function warn(
  context: ProcessContext,
  warnings: readonly Warning[],
  { format, sources = new Map() }: ReportOptions,
): void {
  if (format !== "json" && warnings.length > 0)
    context.err(renderProblems([], warnings, sources, paint(context.colour.err)));
}

/** An interrupted change that was taken back first is reported whatever the format: the host was changed. */
export function reportRecovery(context: ProcessContext, recovery: FinishedRecovery | undefined): void {
  if (recovery && recovery.notRestored.length === 0)
    context.err(recoveredText(recovery, recovery.kept, paint(context.colour.err)));
}

/** The words and the exit code for a change that was not made; `done` for one that was. */
export function reportOutcome(context: ProcessContext, format: string, outcome: Outcome): ExitCode {
  if (outcome.status === "done") {
    if (outcome.record.status === "pending") return exitCode.onTrial;
    return outcome.left.length > 0 ? exitCode.incomplete : exitCode.done;
  }
  if (format !== "json") {
    context.err(renderProblems(outcome.problems, [], new Map(), paint(context.colour.err)));
    context.err(
      outcome.status === "reverted"
        ? "The host is as it was: everything that had been written was undone.\n"
        : "THE HOST IS NOT AS IT WAS: what could not be restored is named above.\n",
    );
  }
  if (outcome.status === "incomplete") return exitCode.incomplete;
  return codeForStop(outcome.problems)[0] ?? exitCode.problem;
}
