/** `tunectl apply PROFILE…`: makes these profiles the host's tuning, live and at every boot. */
import { ownershipProblem } from "../../disk/ownership.js";
import type { ProfileLibrary } from "../../disk/profiles.js";
import type { Host } from "../../host.js";
import { type ApplyResult, applyProfiles } from "../../operations/apply.js";
import type { Run } from "../../operations/locked-host.js";
import { confirmTrial, endTrial } from "../../operations/trial.js";
import type { Problem } from "../../problem.js";
import type { TransactionRecord } from "../../record/transaction.js";
import { excusedText } from "../../render/excused.js";
import { jsonText, planJson, problemJson } from "../../render/json.js";
import { appliedText, outcomeJson, upToDateText } from "../../render/outcome.js";
import { paint } from "../../render/paint.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { openHost, rightsProblems } from "../open-host.js";
import { libraryFor, type PlanFlags, planOptions } from "../plan-options.js";
import { type ProcessContext, trustedUsers } from "../process-context.js";
import { fail, reportOutcome, reportRecovery, warn } from "../report.js";
import { type RunFlags, runOptions } from "../run-options.js";
import { type TrialFlags, trialOptions } from "../trial-options.js";
import { printConfirmation } from "./confirm.js";

export type ApplyFlags = PlanFlags &
  RunFlags &
  TrialFlags & { readonly format: "text" | "json"; readonly liveOnly?: boolean };

export async function apply(
  context: ProcessContext,
  names: readonly string[],
  flags: ApplyFlags,
): Promise<ExitCode> {
  const rights = rightsProblems(context, "apply", flags);
  if (rights.length > 0) return fail(context, { problems: rights }, flags);
  const conflict = conflictOf(flags);
  if (conflict)
    return fail(context, { problems: [{ code: "conflicting-options", options: conflict }] }, flags);
  // Facts of another machine say what that one needs; writing it here would tune the wrong host.
  if (flags.against !== undefined && flags.root === undefined)
    return fail(
      context,
      { problems: [{ code: "conflicting-options", options: ["--against", "apply"] }] },
      flags,
    );
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const library = libraryFor(context, flags);
  const options = planOptions(names, library, opened.value, flags);
  if (!options.ok) return fail(context, options, flags);
  const [run, trial] = [runOptions(context, flags), trialOptions(flags)];
  if (!run.ok) return fail(context, run, flags);
  if (!trial.ok) return fail(context, trial, flags);
  if (flags.ask && (context.ask === undefined || flags.format === "json"))
    return fail(
      context,
      { problems: [{ code: "needs-option", option: "--ask", needs: "a terminal and text" }] },
      flags,
    );
  const result = await applyProfiles(
    opened.value.host,
    {
      ...options.value,
      ...trial.value,
      ...(flags.liveOnly && { liveOnly: true }),
      untrustedFiles: () => untrustedFiles(context, library),
    },
    run.value,
  );
  const code = print(context, result, { ...flags, sources: library.sources });
  const isOnTrial =
    result.status === "applied" && result.outcome.status === "done" && code === exitCode.onTrial;
  return isOnTrial && flags.ask && context.ask
    ? askToKeep(context, opened.value.host, result.outcome.record, run.value, flags)
    : code;
}

/** As `netplan try` does: Enter keeps it, everything else takes it back. */
async function askToKeep(
  context: ProcessContext,
  host: Host,
  { id, trial }: TransactionRecord,
  run: Run,
  flags: ApplyFlags,
): Promise<ExitCode> {
  context.err("Press Enter to keep it; any word, or Ctrl-C, takes it back. ");
  const keep = (await context.ask?.((trial?.deadline ?? 0) - (trial?.started ?? 0))) ?? false;
  context.err("\n");
  const options = { id: String(id) };
  const result = keep ? await confirmTrial(host, options, run) : await endTrial(host, id, run);
  return printConfirmation(context, result, { format: flags.format });
}

/** Of an image there is nothing live, and what is live only has no files that a trial could hold back. */
function conflictOf({
  root,
  offline,
  liveOnly,
  trial,
  dropIn,
  onOverride,
}: ApplyFlags): readonly [string, string] | undefined {
  const files = root !== undefined ? "--root" : offline ? "--offline" : undefined;
  const live = trial !== undefined ? "--trial" : liveOnly ? "--live-only" : undefined;
  if (files !== undefined && live !== undefined) return [files, live];
  if (root !== undefined && offline) return ["--root", "--offline"];
  if (liveOnly && dropIn !== undefined) return ["--drop-in", "--live-only"];
  if (liveOnly && onOverride === "take-over") return ["--on-override take-over", "--live-only"];
  return trial !== undefined && liveOnly ? ["--trial", "--live-only"] : undefined;
}

/** Root acts only on files that root, or the user who called sudo, alone can change. */
const untrustedFiles = (context: ProcessContext, { traces }: ProfileLibrary): readonly Problem[] =>
  traces.flatMap((trace) => ownershipProblem(trace, trustedUsers(context)) ?? []);

function print(
  context: ProcessContext,
  result: ApplyResult,
  flags: ApplyFlags & { readonly sources: ReadonlyMap<string, string> },
): ExitCode {
  reportRecovery(context, result.recovery);
  if ("plan" in result && flags.format !== "json")
    context.err(excusedText(result.plan.excused, paint(context.colour.err)));
  const colours = paint(context.colour.out);
  switch (result.status) {
    case "refused":
      return fail(context, result, flags);
    case "not-recovered":
      return fail(context, result, flags, exitCode.incomplete);
    case "up-to-date":
      warn(context, result.warnings, flags);
      context.out(flags.format === "json" ? unchangedJson(result) : upToDateText(result.plan, colours));
      return exitCode.done;
    case "applied":
      warn(context, result.warnings, flags);
      if (flags.format === "json") context.out(appliedJson(result));
      else if (result.outcome.status === "done")
        context.out(appliedText(result.plan, result.outcome, flags, colours));
      return reportOutcome(context, flags.format, result.outcome);
  }
}

const unchangedJson = ({ plan, recovery }: Extract<ApplyResult, { status: "up-to-date" }>): string =>
  jsonText({
    ok: true,
    status: recovery ? "recovered" : "unchanged",
    changed: recovery !== undefined,
    plan: planJson(plan),
  });

function appliedJson({ plan, outcome }: Extract<ApplyResult, { status: "applied" }>): string {
  const problems = outcome.status === "done" ? [] : outcome.problems.map(problemJson);
  return jsonText({ ok: outcome.status === "done", ...outcomeJson(outcome), plan: planJson(plan), problems });
}
