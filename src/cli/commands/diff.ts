/** `tunectl diff PROFILE…`: what apply would do, and what the next boot does. */
import { interrupted } from "../../history/snapshot.js";
import { isEmpty, type Plan } from "../../plan/plan.js";
import { jsonText, planJson, warningJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { planText } from "../../render/plan-text.js";
import { renderProblems } from "../../render/problems.js";
import { type Exit, exit } from "../exit.js";
import { type PlanOptions, planFor } from "../planning.js";
import { fail, warn } from "../report.js";
import type { World } from "../world.js";

export type DiffOptions = PlanOptions & {
  readonly format: "text" | "patch" | "markdown" | "json";
  readonly exitCode?: boolean;
  readonly all?: boolean;
};

export async function diff(world: World, names: readonly string[], options: DiffOptions): Promise<Exit> {
  const { library, result } = await planFor(world, names, options);
  const told = { format: options.format, sources: library.sources };
  if (!result.ok) return fail(world, result.problems, result.warnings, told);
  const { plan } = result.value;
  warn(world, result.warnings, told);
  const open = interrupted(result.value.gathered.snapshots ?? []);
  if (open && options.format !== "json")
    world.err(
      `Change ${open.id} was interrupted: apply takes it back first, and this plan starts from what is there of it.\n`,
    );
  world.out(await rendered(world, plan, options, result.warnings.map(warningJson)));
  if (plan.problems.length > 0) {
    if (options.format !== "json")
      world.err(renderProblems(plan.problems, [], library.sources, paint(world.colour.err)));
    return exit.problem;
  }
  return options.exitCode && !isEmpty(plan) ? exit.pending : exit.done;
}

async function rendered(
  world: World,
  plan: Plan,
  options: DiffOptions,
  warnings: readonly object[],
): Promise<string> {
  switch (options.format) {
    case "json":
      return jsonText({ ok: plan.problems.length === 0, ...planJson(plan), warnings });
    case "patch":
      return (await import("../../render/plan-patch.js")).planPatch(plan, world.now());
    case "markdown":
      return (await import("../../render/plan-markdown.js")).planMarkdown(plan, world.now());
    case "text":
      return planText(plan, {
        now: world.now(),
        paint: paint(world.colour.out),
        everything: options.all === true,
      });
  }
}
