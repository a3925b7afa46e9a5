/** `tunectl confirm`: keeps what is on trial, or gives it more time. */
import { type ConfirmResult, confirmTrial } from "../../operations/trial.js";
import type { Problem } from "../../problem.js";
import { driftText } from "../../render/drift.js";
import { oneLine } from "../../render/escape.js";
import { driftJson, jsonText } from "../../render/json.js";
import { timeWords } from "../../render/messages/record-problems.js";
import { paint } from "../../render/paint.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { openHost, rightsProblems } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { codeForStop, fail } from "../report.js";
import { durationOf, type RunFlags, runOptions } from "../run-options.js";

export type ConfirmFlags = RunFlags & { readonly format: "text" | "json"; readonly extend?: string };

export async function confirm(
  context: ProcessContext,
  id: string | undefined,
  flags: ConfirmFlags,
): Promise<ExitCode> {
  const rights = rightsProblems(context, "confirm", {});
  if (rights.length > 0) return fail(context, { problems: rights }, flags);
  const run = runOptions(context, flags);
  if (!run.ok) return fail(context, run, flags);
  const extend = flags.extend === undefined ? undefined : durationOf("--extend", flags.extend);
  if (extend && !extend.ok) return fail(context, extend, flags);
  const opened = await openHost(context, {});
  if (!opened.ok) return fail(context, opened, flags);
  const options = { ...(id !== undefined && { id }), ...(extend && { extend: extend.value }) };
  return printConfirmation(context, await confirmTrial(opened.value.host, options, run.value), flags);
}

/** What became of a trial. */
export function printConfirmation(
  context: ProcessContext,
  result: ConfirmResult,
  flags: Pick<ConfirmFlags, "format">,
): ExitCode {
  switch (result.status) {
    case "refused":
    case "ended":
      return fail(context, result, flags, ...endOf(result.problems));
    case "extended":
      context.out(
        flags.format === "json"
          ? jsonText({
              ok: true,
              status: "extended",
              changed: true,
              snapshot: result.record.id,
              seconds: result.seconds,
            })
          : `Change ${result.record.id} is on trial for another ${timeWords(result.seconds)}.\n`,
      );
      return exitCode.onTrial;
    case "confirmed":
      context.out(flags.format === "json" ? confirmedJson(result) : confirmedText(context, result));
      return result.drifts.length > 0 ? exitCode.pending : exitCode.done;
  }
}

/** Of one that was stopped before it began, and of one that could neither be ended nor taken back. */
function endOf(problems: readonly Problem[]): readonly [ExitCode?] {
  const isHalfway = problems.some(({ code }) => halfway.includes(code));
  const stop = codeForStop(problems);
  return stop.length === 0 && isHalfway ? [exitCode.incomplete] : stop;
}

const halfway: readonly string[] = ["interrupted-transaction", "file-not-restored", "not-restored"];

type Confirmed = Extract<ConfirmResult, { status: "confirmed" }>;

const confirmedJson = ({ record, drifts }: Confirmed): string =>
  jsonText({
    ok: drifts.length === 0,
    status: "confirmed",
    changed: true,
    snapshot: record.id,
    drifts: drifts.map(driftJson),
  });

function confirmedText({ colour }: ProcessContext, { record, drifts }: Confirmed): string {
  const colours = paint(colour.out);
  const names = oneLine(record.after.applied?.profiles.join(", ") ?? "");
  const files = Object.entries(record.after.files).map(
    ([path, text]) => `  ${path} (${text === null ? "remove" : "write"})\n`,
  );
  return [
    ...files,
    driftText(drifts, colours),
    drifts.length > 0
      ? `Confirmed ${names}, but something else has changed what is named above since.\n`
      : colours.green(`Confirmed ${names}: in effect now and after the next boot.\n`),
    `To undo: tunectl rollback (snapshot ${record.id})\n`,
  ].join("");
}
