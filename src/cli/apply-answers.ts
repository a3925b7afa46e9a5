/** What apply answers before it touches anything: a refusal, or that there is nothing to do. */
import { distrust } from "../disk/trust.js";
import type { Problem } from "../problem.js";
import { jsonText, planJson } from "../render/json.js";
import { nothingToDoText } from "../render/outcome.js";
import { paint } from "../render/paint.js";
import { type Exit, exit } from "./exit.js";
import type { Attempt, Planned, PlanOptions } from "./planning.js";
import { warn } from "./report.js";
import type { World } from "./world.js";

export type ApplyOptions = PlanOptions & { readonly format: "text" | "json" };

/** Why not: the profiles, the plan, or whose files they are. */
export function refusalOf(
  world: World,
  { library, result }: Attempt<Planned>,
): readonly Problem[] | undefined {
  if (!result.ok) return result.problems;
  const owners = [0, world.uid, Number(world.env["SUDO_UID"] ?? 0)];
  const distrusted = library.trails
    .map((trail) => distrust(trail, owners))
    .filter((problem) => problem !== undefined);
  const problems = [...distrusted, ...result.value.plan.problems];
  return problems.length > 0 ? problems : undefined;
}

/** @param recovered whether the remains of a run that was cut short were swept up first */
export function nothingToDo(
  world: World,
  { library, result }: Attempt<Planned>,
  options: ApplyOptions,
  recovered = false,
): Exit {
  if (!result.ok) return exit.problem;
  const { plan } = result.value;
  warn(world, result.warnings, { ...options, sources: library.sources });
  if (options.format === "json")
    world.out(
      jsonText({
        ok: true,
        status: recovered ? "recovered" : "unchanged",
        changed: recovered,
        plan: planJson(plan),
      }),
    );
  else world.out(nothingToDoText(plan, paint(world.colour.out)));
  return exit.done;
}
