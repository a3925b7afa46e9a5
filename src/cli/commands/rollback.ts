/** `tunectl rollback [ID]`: back to before a change; itself a change with a snapshot. */
import {
  previewRollback,
  type RollbackOptions,
  type RollbackResult,
  rollBack,
} from "../../operations/rollback.js";
import type { Plan } from "../../plan/plan.js";
import { driftJson, jsonText, planJson, problemJson } from "../../render/json.js";
import { byHandText, outcomeJson, rolledBackText } from "../../render/outcome.js";
import { paint } from "../../render/paint.js";
import { planText } from "../../render/plan-text.js";
import { renderProblems } from "../../render/problems.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost, rightsProblems } from "../open-host.js";
import { operatorName, type ProcessContext } from "../process-context.js";
import { fail, reportOutcome, reportRecovery } from "../report.js";

export type RollbackFlags = HostOptions & {
  readonly format: "text" | "json";
  readonly force?: boolean;
  readonly keepChanged?: boolean;
  readonly dryRun?: boolean;
};

export async function rollback(
  context: ProcessContext,
  id: string | undefined,
  flags: RollbackFlags,
): Promise<ExitCode> {
  const rights = flags.dryRun ? [] : rightsProblems(context, "rollback", flags);
  if (rights.length > 0) return fail(context, { problems: rights }, flags);
  if (flags.force && flags.keepChanged)
    return fail(
      context,
      { problems: [{ code: "conflicting-options", options: ["--force", "--keep-changed"] }] },
      flags,
    );
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const { host } = opened.value;
  const options: RollbackOptions = {
    conflicts: flags.force ? "overwrite" : flags.keepChanged ? "keep" : "refuse",
    ...(id !== undefined && { id }),
  };
  if (flags.dryRun) {
    const found = await previewRollback(host, options);
    return "plan" in found ? printPlan(context, found.plan, flags) : print(context, found, flags);
  }
  const result = await rollBack(host, options, { name: operatorName(context), now: context.now });
  return print(context, result, flags);
}

function printPlan(context: ProcessContext, plan: Plan, flags: RollbackFlags): ExitCode {
  if (flags.format === "json")
    context.out(
      jsonText({ ok: plan.problems.length === 0, status: "planned", changed: false, plan: planJson(plan) }),
    );
  else {
    context.out(planText(plan, { now: context.now(), paint: paint(context.colour.out), all: false }));
    context.err(renderProblems(plan.problems, [], new Map(), paint(context.colour.err)));
  }
  return plan.problems.length > 0 ? exitCode.problem : exitCode.done;
}

function print(context: ProcessContext, result: RollbackResult, flags: RollbackFlags): ExitCode {
  reportRecovery(context, result.recovery);
  switch (result.status) {
    case "refused":
      return fail(context, result, flags);
    case "not-recovered":
      return fail(context, result, flags, exitCode.incomplete);
    case "recovered":
      return answer(context, flags, "recovered", "");
    case "up-to-date":
      return answer(context, flags, "unchanged", nothingToDo(result));
    case "rolled-back":
      return printRolledBack(context, result, flags);
  }
}

function nothingToDo({ backTo, isUndone }: Extract<RollbackResult, { status: "up-to-date" }>): string {
  if (backTo === undefined) return "Nothing to roll back: no change of tunectl is in effect.\n";
  return isUndone
    ? `Nothing to roll back: change ${backTo} is already undone.\n`
    : `Nothing to roll back: the host is as it was before change ${backTo}.\n`;
}

function answer(context: ProcessContext, { format }: RollbackFlags, status: string, words: string): ExitCode {
  context.out(format === "json" ? jsonText({ ok: true, status, changed: status !== "unchanged" }) : words);
  return exitCode.done;
}

function printRolledBack(
  context: ProcessContext,
  { plan, outcome, drifts }: Extract<RollbackResult, { status: "rolled-back" }>,
  flags: RollbackFlags,
): ExitCode {
  // A drop-in that stays brings its values back at the next boot: that is not the host as it was.
  const isFileLeft = plan.accepted.some((problem) => problem.code === "file-modified");
  if (flags.format === "json") {
    const failures = outcome.status === "done" ? [] : outcome.problems;
    const problems = [...plan.accepted, ...failures].map(problemJson);
    context.out(
      jsonText({
        ok: outcome.status === "done" && !isFileLeft,
        ...outcomeJson(outcome),
        back_to: plan.backTo,
        ...(outcome.status === "done" && { drifts: drifts.map(driftJson) }),
        problems,
      }),
    );
  } else if (outcome.status === "done")
    context.out(rolledBackText(plan, outcome, drifts, flags, paint(context.colour.out)));
  const code = reportOutcome(context, flags.format, outcome);
  if (outcome.status === "reverted" && outcome.problems.some(({ code: one }) => one === "file-not-written"))
    context.err(byHandText(plan));
  return code === exitCode.done && isFileLeft ? exitCode.incomplete : code;
}
