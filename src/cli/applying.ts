/** The part of apply that holds the lock; loaded only where there is something to do. */
import { carryOut } from "../apply/carry-out.js";
import type { Outcome } from "../apply/change.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { ProfileLibrary } from "../disk/profiles.js";
import { loadModule, unloadModule } from "../kernel/modules.js";
import { changeOf } from "../plan/change.js";
import { isApplied } from "../plan/plan.js";
import type { Problem } from "../problem.js";
import { jsonText, planJson, problemJson } from "../render/json.js";
import { appliedText, outcomeJson } from "../render/outcome.js";
import { paint } from "../render/paint.js";
import { type ApplyOptions, nothingToDo, refusalOf } from "./apply-answers.js";
import { finishInterrupted, occasion, openWorkshop, tellFailure, type Workshop } from "./changing.js";
import { type Exit, exit } from "./exit.js";
import { type Attempt, type Planned, planFor } from "./planning.js";
import { fail, warn } from "./report.js";
import type { World } from "./world.js";

/** Plans again under the lock, and carries the plan out. */
export async function applyLocked(
  world: World,
  names: readonly string[],
  options: ApplyOptions,
  library: ProfileLibrary,
): Promise<Exit> {
  const workshop = openWorkshop(world, options.root);
  if (!workshop.ok) return fail(world, workshop.problems, [], options);
  try {
    return await applyIn(world, workshop.value, names, options, () =>
      planFor(world, names, options, library),
    );
  } finally {
    workshop.value.release();
  }
}

async function applyIn(
  world: World,
  workshop: Workshop,
  names: readonly string[],
  options: ApplyOptions,
  replan: () => Promise<Attempt<Planned>>,
): Promise<Exit> {
  const finished = finishInterrupted(world, workshop);
  if (finished && finished.left.length > 0) return fail(world, finished.left, [], options, exit.left);
  // Planned anew under the lock, since another run may have ended meanwhile; and once more when modules have brought their keys.
  const first = await replan();
  const loaded = loadModules(first);
  if (loaded.problem) return fail(world, [loaded.problem], [], options);
  const attempt = loaded.modules.length > 0 ? await replan() : first;
  const refusal = refusalOf(world, attempt);
  if (refusal || !attempt.result.ok) {
    takeBack(loaded.modules);
    return fail(world, refusal ?? [], attempt.result.warnings, {
      ...options,
      sources: attempt.library.sources,
    });
  }
  if (isApplied(attempt.result.value.plan))
    return nothingToDo(world, attempt, options, finished !== undefined);
  warn(world, attempt.result.warnings, { ...options, sources: attempt.library.sources });
  const outcome = await carryOut(workshop, changeFor(world, workshop, attempt.result.value, names));
  if (outcome.status !== "done") takeBack(loaded.modules);
  return tell(world, options, attempt.result.value, outcome);
}

/** Loads what keys are missing for; a first failure unloads again what it had loaded. */
function loadModules({ result }: Attempt<Planned>): {
  readonly modules: readonly string[];
  readonly problem?: Problem;
} {
  const modules: string[] = [];
  for (const module of result.ok ? result.value.plan.load : []) {
    const message = loadModule(module);
    if (message !== undefined) {
      takeBack(modules);
      return { modules: [], problem: { code: "module-not-loadable", module, message } };
    }
    modules.push(module);
  }
  return { modules };
}

const takeBack = (modules: readonly string[]): void => {
  for (const module of modules.toReversed()) unloadModule(module);
};

function changeFor(world: World, workshop: Workshop, planned: Planned, names: readonly string[]) {
  const { plan, settings, gathered, parameters } = planned;
  return changeOf({
    catalogue: shippedCatalogue(),
    plan,
    settings,
    arguments: names,
    parameters: Object.fromEntries(parameters),
    facts: gathered.facts,
    occasion: occasion(world, workshop),
  });
}

function tell(world: World, options: ApplyOptions, { plan }: Planned, outcome: Outcome): Exit {
  if (options.format === "json") {
    const problems = outcome.status === "done" ? [] : outcome.problems.map(problemJson);
    world.out(
      jsonText({ ok: outcome.status === "done", ...outcomeJson(outcome), plan: planJson(plan), problems }),
    );
  } else if (outcome.status === "done")
    world.out(appliedText(plan, outcome, options, paint(world.colour.out)));
  return tellFailure(world, options.format, outcome);
}
