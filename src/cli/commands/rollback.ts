/** `tunectl rollback [ID]`: back to before a change; itself a change with a snapshot. */
import type { RollbackOptions, RollbackTarget } from "../../operations/find-rollback.js";
import { previewRollback, type RollbackResult, rollBack } from "../../operations/rollback.js";
import type { Plan } from "../../plan/plan.js";
import { driftJson, jsonText, planJson, problemJson } from "../../render/json.js";
import { byHandText, outcomeJson } from "../../render/outcome.js";
import { paint } from "../../render/paint.js";
import { planText } from "../../render/plan-text.js";
import { renderProblems } from "../../render/problems.js";
import { leftText, rolledBackText } from "../../render/taken-back.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost, rightsProblems } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail, reportOutcome, reportRecovery } from "../report.js";
import { type RunFlags, runOptions } from "../run-options.js";

export type RollbackFlags = HostOptions &
  RunFlags & {
    readonly format: "text" | "patch" | "markdown" | "json";
    readonly force?: boolean;
    readonly keepChanged?: boolean;
    readonly dryRun?: boolean;
    readonly to?: string;
    readonly only?: readonly string[];
    readonly toDefaults?: boolean;
  };

export async function rollback(
  context: ProcessContext,
  id: string | undefined,
  flags: RollbackFlags,
): Promise<ExitCode> {
  const rights = flags.dryRun ? [] : rightsProblems(context, "rollback", flags);
  if (rights.length > 0) return fail(context, { problems: rights }, flags);
  const conflict = conflictOf(id, flags);
  if (conflict)
    return fail(context, { problems: [{ code: "conflicting-options", options: conflict }] }, flags);
  const run = runOptions(context, flags);
  if (!run.ok) return fail(context, run, flags);
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const { host } = opened.value;
  const options: RollbackOptions = {
    target: targetOf(id, flags),
    conflicts: flags.force ? "overwrite" : flags.keepChanged ? "keep" : "refuse",
  };
  if (flags.dryRun) {
    const found = await previewRollback(host, options);
    return "plan" in found ? printPlan(context, found.plan, flags) : print(context, found, flags);
  }
  return print(context, await rollBack(host, options, run.value), flags);
}

/** Two flags that cannot be given together. */
function conflictOf(id: string | undefined, flags: RollbackFlags): readonly [string, string] | undefined {
  const { force, keepChanged, dryRun, to, only, toDefaults, format } = flags;
  if (force && keepChanged) return ["--force", "--keep-changed"];
  if ((format === "patch" || format === "markdown") && !dryRun) return [`--format ${format}`, "rollback"];
  const given = [
    ...(id === undefined ? [] : ["ID"]),
    ...(only ? ["--only"] : []),
    ...(to === undefined ? [] : ["--to"]),
    ...(toDefaults ? ["--to-defaults"] : []),
  ];
  const [first, second] = given[0] === "ID" && given[1] === "--only" ? given.slice(1) : given;
  return first !== undefined && second !== undefined ? [first, second] : undefined;
}

function targetOf(id: string | undefined, { to, only, toDefaults }: RollbackFlags): RollbackTarget {
  if (toDefaults) return { kind: "defaults" };
  if (only) return { kind: "only", only, ...(id !== undefined && { id }) };
  if (to !== undefined) return { kind: "after", id: to };
  return id === undefined ? { kind: "newest" } : { kind: "before", id };
}

async function printPlan(context: ProcessContext, plan: Plan, flags: RollbackFlags): Promise<ExitCode> {
  context.out(await rendered(context, plan, flags));
  if (flags.format !== "json") {
    context.err(plan.accepted.map((problem) => leftText(problem, paint(context.colour.err))).join(""));
    context.err(renderProblems(plan.problems, [], new Map(), paint(context.colour.err)));
  }
  return plan.problems.length > 0 ? exitCode.problem : exitCode.done;
}

async function rendered(context: ProcessContext, plan: Plan, { format }: RollbackFlags): Promise<string> {
  switch (format) {
    case "json":
      return jsonText({
        ok: plan.problems.length === 0,
        status: "planned",
        changed: false,
        plan: planJson(plan),
      });
    case "patch":
      return (await import("../../render/plan-patch.js")).planPatch(plan, context.now());
    case "markdown":
      return (await import("../../render/plan-markdown.js")).planMarkdown(plan, context.now());
    case "text":
      return planText(plan, { now: context.now(), paint: paint(context.colour.out), all: false });
  }
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
  // What stays, be it a value or a file, is not as it was.
  const left = [...plan.accepted, ...(outcome.status === "done" ? outcome.left : outcome.problems)];
  const isWhole = outcome.status === "done" && left.length === 0;
  if (flags.format === "json")
    context.out(
      jsonText({
        ok: isWhole,
        ...outcomeJson(outcome),
        ...(plan.backTo !== undefined && { back_to: plan.backTo }),
        ...(outcome.status === "done" && { drifts: drifts.map(driftJson) }),
        problems: left.map(problemJson),
      }),
    );
  else if (outcome.status === "done")
    context.out(rolledBackText(plan, outcome, drifts, flags, paint(context.colour.out)));
  const code = reportOutcome(context, flags.format, outcome);
  if (outcome.status === "reverted" && outcome.problems.some(({ code: one }) => one === "kernel-read-only"))
    context.err(byHandText(plan));
  return code === exitCode.done && !isWhole ? exitCode.incomplete : code;
}
