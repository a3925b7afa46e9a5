/** `tunectl rollback [ID]`: back to before a change; itself a change with a snapshot. */

import { carryOut } from "../../apply/carry-out.js";
import type { Change } from "../../apply/change.js";
import { dropInPath } from "../../boot/print.js";
import { shippedCatalogue } from "../../catalogue/shipped.js";
import { type RollbackTarget, rollbackTarget } from "../../history/rollback.js";
import { appliedFromDropIn } from "../../history/settings.js";
import { appliedNow, inForce, latest, type Snapshot } from "../../history/snapshot.js";
import { hostFacts } from "../../kernel/facts.js";
import { changeBack, imageObstacles, newcomers, obstaclesBack } from "../../plan/change-back.js";
import { distinct, type Problem } from "../../problem.js";
import { jsonText, problemJson } from "../../render/json.js";
import { byHandText, outcomeJson, rolledBackText } from "../../render/outcome.js";
import { paint } from "../../render/paint.js";
import { finishInterrupted, occasion, openWorkshop, tellFailure, type Workshop } from "../changing.js";
import { type Exit, exit } from "../exit.js";
import { fail } from "../report.js";
import { rightsProblem } from "../rights.js";
import type { World } from "../world.js";

export type RollbackOptions = {
  readonly format: "text" | "json";
  readonly root?: string;
  readonly force?: boolean;
  readonly keepChanged?: boolean;
};

export async function rollback(
  world: World,
  id: string | undefined,
  options: RollbackOptions,
): Promise<Exit> {
  const rights = rightsProblem(world, "rollback", options.root);
  if (rights.length > 0) return fail(world, rights, [], options);
  if (options.force && options.keepChanged)
    return fail(
      world,
      [{ code: "usage", message: "Give one of --force and --keep-changed: they say opposite things." }],
      [],
      options,
    );
  const workshop = openWorkshop(world, options.root);
  if (!workshop.ok) return fail(world, workshop.problems, [], options);
  try {
    return await rollbackLocked(world, id, options, workshop.value);
  } finally {
    workshop.value.release();
  }
}

async function rollbackLocked(
  world: World,
  id: string | undefined,
  options: RollbackOptions,
  workshop: Workshop,
): Promise<Exit> {
  const finished = finishInterrupted(world, workshop);
  if (finished && finished.left.length > 0) return fail(world, finished.left, [], options, exit.left);
  // Where it was a rollback that was cut short, what was before it is what that one was to take back.
  if (finished?.kind === "apply" && id === undefined) return say(world, options, "recovered", "");
  const committed = workshop.snapshots.filter((snapshot) => snapshot.status === "committed");
  // The newest may have left nothing to take back, where somebody else has done it by hand: the way back is then to the one before.
  const chosen = id === undefined ? inForce(committed).toReversed().map(String) : [id];
  if (chosen.length === 0) return nothingToTake(world, options, workshop, committed);
  for (const one of chosen) {
    const target = /^\d+$/.test(one) ? rollbackTarget(committed, Number(one)) : undefined;
    if (!target)
      return fail(world, [{ code: "unknown-snapshot", id: one, known: idsOf(committed) }], [], options);
    const code = await goBack(world, options, workshop, committed, Number(one), target);
    if (code !== undefined) return code;
  }
  return say(
    world,
    options,
    "unchanged",
    `Nothing to roll back: the host is as it was before change ${chosen.at(-1)}.\n`,
  );
}

const idsOf = (snapshots: readonly Snapshot[]): readonly string[] =>
  snapshots.map((snapshot) => String(snapshot.id));

/** No snapshot can be gone back to: all well where nothing of ours is in force, by the record or, where that is lost, by our drop-in. */
function nothingToTake(
  world: World,
  options: RollbackOptions,
  { disk }: Workshop,
  committed: readonly Snapshot[],
): Exit {
  const applied = appliedNow(committed) ?? appliedFromDropIn(dropInPath, disk.read(dropInPath) ?? "");
  if (!applied)
    return say(world, options, "unchanged", "Nothing to roll back: no change of tunectl is in force.\n");
  return fail(
    world,
    [{ code: "nothing-on-record", file: dropInPath, profiles: applied.profiles }],
    [],
    options,
  );
}

function say(world: World, { format }: RollbackOptions, status: string, words: string): Exit {
  world.out(format === "json" ? jsonText({ ok: true, status, changed: status !== "unchanged" }) : words);
  return exit.done;
}

/** Undefined where there is nothing to do. */
async function goBack(
  world: World,
  options: RollbackOptions,
  workshop: Workshop,
  committed: readonly Snapshot[],
  id: number,
  target: RollbackTarget,
): Promise<Exit | undefined> {
  const { kernel, disk, catalogue } = workshop;
  const seen = { catalogue, kernel, disk };
  const fromImage = committed.filter((snapshot) => snapshot.id >= id && snapshot.boot_id === "");
  const unknown = imageObstacles(
    seen,
    fromImage.flatMap((snapshot) => snapshot.after.applied?.settings ?? []),
  );
  const obstacles = [...obstaclesBack(seen, target), ...unknown];
  const changed = obstacles.filter(
    ({ code }) => code === "changed-since" || code === "file-edited" || code === "before-unknown",
  );
  if (obstacles.length > changed.length || (changed.length > 0 && !options.force && !options.keepChanged))
    return fail(world, obstacles, [], options);
  const interfaces = kernel ? hostFacts().interfaces : [];
  const undone = committed.filter((snapshot) => snapshot.id >= id && snapshot.kind === "apply");
  const born = newcomers(
    { ...seen, interfaces },
    undone.flatMap((snapshot) => snapshot.after.applied ?? []),
  );
  // Not even --force knows a value to put back where none was seen.
  const isKept = (problem: Problem): boolean =>
    options.keepChanged === true || problem.code === "before-unknown";
  const kept = distinct([...changed.filter(isKept), ...born]);
  const what: Change = changeBack({ catalogue: shippedCatalogue(), kernel, disk, interfaces }, target, {
    id,
    kept,
    applied: latest(committed)?.after.applied ?? null,
    occasion: occasion(world, workshop),
  });
  if (
    what.writes.length === 0 &&
    what.files.length === 0 &&
    kept.length === 0 &&
    isSameRecord(committed, target)
  )
    return undefined;
  const outcome = await carryOut(workshop, what);
  tell(world, options, id, outcome, kept);
  const code = tellFailure(world, options.format, outcome);
  if (outcome.status === "undone" && outcome.problems.some((problem) => problem.code === "file-not-written"))
    world.err(byHandText(what));
  // A drop-in that stays brings its values back at the next boot: that is not the host as it was.
  return code === exit.done && kept.some((problem) => problem.code === "file-edited") ? exit.left : code;
}

const isSameRecord = (committed: readonly Snapshot[], target: RollbackTarget): boolean =>
  JSON.stringify(latest(committed)?.after.applied ?? null) === JSON.stringify(target.applied);

function tell(
  world: World,
  options: RollbackOptions,
  id: number,
  outcome: Awaited<ReturnType<typeof carryOut>>,
  kept: readonly Problem[],
): void {
  if (options.format === "json") {
    const problems = [...kept, ...(outcome.status === "done" ? [] : outcome.problems)].map(problemJson);
    world.out(jsonText({ ok: outcome.status === "done", ...outcomeJson(outcome), back_to: id, problems }));
  } else if (outcome.status === "done")
    world.out(rolledBackText(id, outcome, kept, options, paint(world.colour.out)));
}
