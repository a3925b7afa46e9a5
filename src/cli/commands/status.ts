/** `tunectl status`: what is applied, since when, by whom, what drifted, what was interrupted. */
import { dropInPath } from "../../boot/print.js";
import { shippedCatalogue } from "../../catalogue/shipped.js";
import { interruptions, latest } from "../../history/snapshot.js";
import { driftOf } from "../../plan/drift.js";
import type { PlanFacts } from "../../plan/plan.js";
import { driftText } from "../../render/drift.js";
import { driftJson, jsonText, problemJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { renderProblems } from "../../render/problems.js";
import { counted } from "../../render/table.js";
import { type Exit, exit } from "../exit.js";
import { gather } from "../gather.js";
import { fail } from "../report.js";
import type { World } from "../world.js";

export type StatusOptions = { readonly format: "text" | "json"; readonly root?: string };

export async function status(world: World, options: StatusOptions): Promise<Exit> {
  const gathered = await gather(
    shippedCatalogue(),
    world.cwd,
    options.root === undefined ? {} : { root: options.root },
  );
  if (!gathered.ok) return fail(world, gathered.problems, [], options);
  const { facts, snapshots } = gathered.value;
  const last = latest(snapshots ?? []);
  const problems = interruptions(snapshots ?? []);
  const measured = facts.applied && driftOf(shippedCatalogue(), facts.applied, facts);
  const drifts = measured?.drifts ?? [];
  if (options.format === "json") {
    world.out(
      jsonText({
        ok: true,
        profiles: facts.applied?.profiles ?? [],
        parameters: facts.applied?.parameters ?? {},
        since: last?.time ?? null,
        by: last?.by ?? null,
        snapshot: last?.id ?? null,
        state_readable: snapshots !== undefined,
        drifts: drifts.map(driftJson),
        problems: problems.map(problemJson),
      }),
    );
    return exit.done;
  }
  const colours = paint(world.colour.out);
  const when = last
    ? `since ${last.time} by ${last.by} (${last.kind}, snapshot ${last.id})`
    : "(root's `tunectl status` says since when and by whom)";
  world.out(
    facts.applied
      ? `${colours.bold(facts.applied.profiles.join(", "))}: ${counted(measured?.plan.keys.length ?? 0, "setting")}, ${when}\n`
      : `No profile is applied.\n${strayFile(facts)}`,
  );
  for (const [name, value] of Object.entries(facts.applied?.parameters ?? {}))
    world.out(`  --set ${name}=${value}\n`);
  world.out(driftText(drifts, colours));
  if (facts.applied && drifts.length === 0) world.out(colours.green("In force, now and at the next boot.\n"));
  world.err(renderProblems(problems, [], new Map(), paint(world.colour.err)));
  return exit.done;
}

/** A rollback may have left a file that somebody had edited. */
const strayFile = ({ dropIn }: PlanFacts): string =>
  dropIn === undefined ? "" : `But ${dropInPath} is there: the next boot sets what it says.\n`;
