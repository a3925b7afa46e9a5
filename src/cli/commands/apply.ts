/** `tunectl apply PROFILE…`: makes these profiles the host's tuning, live and at every boot. */
import { interrupted } from "../../history/snapshot.js";
import { isApplied } from "../../plan/plan.js";
import type { Problem } from "../../problem.js";
import { type ApplyOptions, nothingToDo, refusalOf } from "../apply-answers.js";
import type { Exit } from "../exit.js";
import { type Planned, planFor } from "../planning.js";
import { fail } from "../report.js";
import { rightsProblem } from "../rights.js";
import type { World } from "../world.js";

export async function apply(world: World, names: readonly string[], options: ApplyOptions): Promise<Exit> {
  const rights = rightsProblem(world, "apply", options.root);
  if (rights.length > 0) return fail(world, rights, [], options);
  if (options.against !== undefined && options.root === undefined)
    return fail(world, [againstHere], [], options);
  const first = await planFor(world, names, options);
  const refusal = refusalOf(world, first);
  if (refusal)
    return fail(world, refusal, first.result.warnings, { ...options, sources: first.library.sources });
  // Looked at without the lock: a run that has nothing to do touches nothing, not even a folder's times.
  if (first.result.ok && !hasInterrupted(first.result.value) && isApplied(first.result.value.plan))
    return nothingToDo(world, first, options);
  return (await import("../applying.js")).applyLocked(world, names, options, first.library);
}

/** Facts of another machine say what that one needs; writing it here would tune the wrong host. */
const againstHere: Problem = {
  code: "usage",
  message:
    "--against names a host that is not here, and apply writes here. Use `tunectl diff --against`, or add --root for that host's image.",
};

const hasInterrupted = ({ gathered }: Planned): boolean =>
  interrupted(gathered.snapshots ?? []) !== undefined;
