/** `tunectl diff PROFILE…`: what apply would do, and what the next boot does. */
import { trialProblems } from "../../operations/open-change.js";
import { planProfiles } from "../../operations/plan.js";
import { hasNoChanges, type Plan } from "../../plan/plan.js";
import type { Warning } from "../../problem.js";
import { interruptedTransaction, noHistory } from "../../record/transaction.js";
import { jsonText, planJson, warningJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { planText } from "../../render/plan-text.js";
import { renderProblems } from "../../render/problems.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { openHost } from "../open-host.js";
import { libraryFor, type PlanFlags, planOptions } from "../plan-options.js";
import type { ProcessContext } from "../process-context.js";
import { fail, warn } from "../report.js";

export type DiffFlags = PlanFlags & {
  readonly format: "text" | "patch" | "markdown" | "json";
  readonly exitCode?: boolean;
  readonly all?: boolean;
};

export async function diff(
  context: ProcessContext,
  names: readonly string[],
  flags: DiffFlags,
): Promise<ExitCode> {
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const library = libraryFor(context, flags);
  const report = { format: flags.format, sources: library.sources };
  const options = planOptions(names, library, opened.value, flags);
  if (!options.ok) return fail(context, options, report);
  const planned = await planProfiles(opened.value.host, options.value);
  if (!planned.ok) return fail(context, planned, report);
  const { plan, gathered } = planned.value;
  warn(context, planned.warnings, report);
  const { records } = gathered.history ?? noHistory;
  const interrupted = interruptedTransaction(records);
  const [trial] = trialProblems(opened.value.host, records);
  if (trial && flags.format !== "json")
    context.err(renderProblems([trial], [], new Map(), paint(context.colour.err)));
  if (interrupted && flags.format !== "json")
    context.err(
      `Change ${interrupted.id} was interrupted: apply takes it back first, and this plan starts from what is there of it.\n`,
    );
  context.out(await rendered(context, plan, flags, planned.warnings));
  if (plan.problems.length > 0) {
    if (flags.format !== "json")
      context.err(renderProblems(plan.problems, [], library.sources, paint(context.colour.err)));
    return exitCode.problem;
  }
  return flags.exitCode && !hasNoChanges(plan) ? exitCode.pending : exitCode.done;
}

async function rendered(
  context: ProcessContext,
  plan: Plan,
  { format, all = false }: DiffFlags,
  warnings: readonly Warning[],
): Promise<string> {
  switch (format) {
    case "json":
      return jsonText({
        ok: plan.problems.length === 0,
        ...planJson(plan),
        warnings: warnings.map(warningJson),
      });
    case "patch":
      return (await import("../../render/plan-patch.js")).planPatch(plan, context.now());
    case "markdown":
      return (await import("../../render/plan-markdown.js")).planMarkdown(plan, context.now());
    case "text":
      return planText(plan, { now: context.now(), paint: paint(context.colour.out), all });
  }
}
