/** `tunectl apply PROFILE…`: makes these profiles the host's tuning, live and at every boot. */
import { carryOut, type Outcome } from "../../apply.js";
import { shippedCatalogue } from "../../catalogue/shipped.js";
import { distrust } from "../../disk/trust.js";
import { nextId } from "../../history/snapshot.js";
import { hostFacts } from "../../kernel/facts.js";
import { loadModule, unloadModule } from "../../kernel/modules.js";
import { changeOf, type Occasion } from "../../plan/change.js";
import { isEmpty } from "../../plan/plan.js";
import type { Problem } from "../../problem.js";
import { jsonText, planJson, problemJson } from "../../render/json.js";
import { appliedText, outcomeJson } from "../../render/outcome.js";
import { paint } from "../../render/paint.js";
import { renderProblems } from "../../render/problems.js";
import { openWorkshop, recover, rightsProblem, type Workshop, whoRuns } from "../changing.js";
import { type Exit, exit, exitForSignal } from "../exit.js";
import { type Attempt, type Planned, type PlanOptions, planFor } from "../planning.js";
import { fail, warn } from "../report.js";
import type { World } from "../world.js";

export type ApplyOptions = PlanOptions & { readonly format: "text" | "json" };

export async function apply(world: World, names: readonly string[], options: ApplyOptions): Promise<Exit> {
  const rights = rightsProblem(world, "apply", options.root);
  if (rights.length > 0) return fail(world, rights, [], options);
  const first = planFor(world, names, options);
  const refusal = refusalOf(world, first);
  if (refusal) return fail(world, refusal, first.result.warnings, { ...options, sources: first.library.sources });
  // Looked at without the lock: a run that has nothing to do touches nothing, not even a folder's times.
  if (first.result.ok && !hasInterrupted(first.result.value) && isEmpty(first.result.value.plan)) return nothingToDo(world, first, options);
  const workshop = openWorkshop(world, options.root);
  if (!workshop.ok) return fail(world, workshop.problems, [], options);
  try {
    return await applyLocked(world, names, options, workshop.value);
  } finally {
    workshop.value.release();
  }
}

const hasInterrupted = ({ gathered }: Planned): boolean => gathered.snapshots?.some((snapshot) => snapshot.status === "prepared") === true;

/** Why not: the profiles, the plan, or whose files they are. */
function refusalOf(world: World, { library, result }: Attempt<Planned>): readonly Problem[] | undefined {
  if (!result.ok) return result.problems;
  const owners = [0, world.uid, Number(world.env["SUDO_UID"] ?? 0)];
  const distrusted = library.files.map((file) => distrust(file, file, owners)).filter((problem) => problem !== undefined);
  const problems = [...distrusted, ...result.value.plan.problems];
  return problems.length > 0 ? problems : undefined;
}

function nothingToDo(world: World, { library, result }: Attempt<Planned>, options: ApplyOptions): Exit {
  if (!result.ok) return exit.problem;
  const { plan } = result.value;
  warn(world, result.warnings, { ...options, sources: library.sources });
  if (options.format === "json") world.out(jsonText({ ok: true, status: "unchanged", changed: false, plan: planJson(plan) }));
  else world.out(paint(world.colour.out).green(`Nothing to do: ${plan.profiles.join(", ")} is in force, now and at the next boot.\n`));
  return exit.done;
}

async function applyLocked(world: World, names: readonly string[], options: ApplyOptions, workshop: Workshop): Promise<Exit> {
  const left = recover(workshop);
  if (left.length > 0) {
    fail(world, left, [], options);
    return exit.left;
  }
  const loaded = loadModules(planFor(world, names, options));
  if (loaded.problem) return fail(world, [loaded.problem], [], options);
  // Planned anew: another run may have ended since, and modules have brought their keys.
  const attempt = planFor(world, names, options);
  const refusal = refusalOf(world, attempt);
  if (refusal || !attempt.result.ok) {
    takeBack(loaded.modules);
    return fail(world, refusal ?? [], attempt.result.warnings, { ...options, sources: attempt.library.sources });
  }
  if (isEmpty(attempt.result.value.plan)) return nothingToDo(world, attempt, options);
  warn(world, attempt.result.warnings, { ...options, sources: attempt.library.sources });
  const outcome = await carryOut(workshop, changeFor(world, workshop, attempt.result.value));
  if (outcome.status !== "done") takeBack(loaded.modules);
  return tell(world, options, attempt.result.value, outcome);
}

/** Loads what keys are missing for; a first failure unloads again what it had loaded. */
function loadModules({ result }: Attempt<Planned>): { readonly modules: readonly string[]; readonly problem?: Problem } {
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

function changeFor(world: World, workshop: Workshop, planned: Planned) {
  const { plan, resolved, gathered, parameters } = planned;
  return changeOf({
    catalogue: shippedCatalogue(),
    plan,
    settings: resolved.settings,
    parameters: Object.fromEntries(parameters),
    facts: gathered.facts,
    occasion: occasion(world, workshop),
  });
}

/** When, where and by whom the next snapshot is made. */
export function occasion(world: World, workshop: Workshop): Occasion {
  const { bootId, kernel } = hostFacts();
  return { id: nextId(workshop.snapshots), time: world.now().toISOString(), by: whoRuns(world), boot_id: workshop.kernel ? bootId : "", kernel: workshop.kernel ? kernel : "" };
}

function tell(world: World, options: ApplyOptions, { plan }: Planned, outcome: Outcome): Exit {
  if (options.format === "json") {
    const problems = outcome.status === "done" ? [] : outcome.problems.map(problemJson);
    world.out(jsonText({ ok: outcome.status === "done", ...outcomeJson(outcome), plan: planJson(plan), problems }));
  } else if (outcome.status === "done") world.out(appliedText(plan, outcome, paint(world.colour.out)));
  return tellFailure(world, options.format, outcome);
}

/** The words and the exit code for a change that did not come about; `done` for one that did. */
export function tellFailure(world: World, format: string, outcome: Outcome): Exit {
  if (outcome.status === "done") return exit.done;
  if (format !== "json") {
    world.err(renderProblems(outcome.problems, [], new Map(), paint(world.colour.err)));
    world.err(outcome.status === "undone" ? "The host is as it was: all that had been written was taken back.\n" : "THE HOST IS NOT AS IT WAS: what is left is named above.\n");
  }
  const signal = outcome.problems.find((problem) => problem.code === "interrupted");
  if (outcome.status === "left") return exit.left;
  return signal ? exitForSignal(signal.signal) : exit.problem;
}
