/** `tunectl verify`: is what was applied still in force, live and at the next boot. */
import { dropInPath } from "../../boot/print.js";
import { shippedCatalogue } from "../../catalogue/shipped.js";
import { interruptions } from "../../history/snapshot.js";
import { type Drift, driftOf } from "../../plan/drift.js";
import type { Applied } from "../../plan/plan.js";
import { bad, type Checked, good, type Problem } from "../../problem.js";
import { driftText } from "../../render/drift.js";
import { shellWord } from "../../render/escape.js";
import { driftJson, jsonText, problemJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { inForceWords } from "../../render/plan-words.js";
import { renderProblems } from "../../render/problems.js";
import { counted } from "../../render/table.js";
import { type Exit, exit } from "../exit.js";
import { type Gathered, gather } from "../gather.js";
import { fail } from "../report.js";
import type { World } from "../world.js";

export type VerifyOptions = { readonly format: "text" | "json"; readonly root?: string };

export async function verify(world: World, options: VerifyOptions): Promise<Exit> {
  const state = await appliedState(world, options.root);
  if (!state.ok) return fail(world, state.problems, [], options);
  const { gathered, applied, problems } = state.value;
  const { drifts, plan } = driftOf(shippedCatalogue(), applied, gathered.facts);
  const agreed = drifts.length === 0 && problems.length === 0;
  if (options.format === "json")
    world.out(
      jsonText({
        ok: agreed,
        profiles: applied.profiles,
        drifts: drifts.map(driftJson),
        problems: problems.map(problemJson),
      }),
    );
  else {
    const colours = paint(world.colour.out);
    world.err(renderProblems(problems, [], new Map(), paint(world.colour.err)));
    world.out(driftText(drifts, colours));
    if (agreed) world.out(colours.green(`${applied.profiles.join(", ")}: ${inForceWords(plan)}\n`));
    else world.out(`${counted(drifts.length, "difference")}. ${wayOut(applied, drifts, options.root)}\n`);
    if (gathered.snapshots === undefined)
      world.err("Checked against the drop-in alone: the state folder is root's to read.\n");
  }
  return agreed ? exit.done : exit.pending;
}

/** How to put it right: apply again as it was applied; where another file wins at boot, that line must go. */
function wayOut(
  { profiles, arguments: given = profiles, parameters }: Applied,
  drifts: readonly Drift[],
  root: string | undefined,
): string {
  const image = root === undefined ? "" : ` --root ${shellWord(root)}`;
  const sets = Object.entries(parameters).map(([name, value]) => ` --set ${shellWord(`${name}=${value}`)}`);
  const strangers = drifts.flatMap((drift) =>
    drift.kind === "boot" && drift.file !== undefined && drift.file !== dropInPath
      ? [`${drift.file}:${drift.line}`]
      : [],
  );
  const again = `\`tunectl apply ${given.map(shellWord).join(" ")}${sets.join("")}${image}\` puts it right`;
  const first =
    strangers.length > 0 ? `Take out ${[...new Set(strangers)].join(", ")}; then ${again}` : again;
  return `${first}; \`tunectl rollback${image}\` takes ${profiles.join(", ")} back.`;
}

export type AppliedState = {
  readonly gathered: Gathered;
  readonly applied: NonNullable<Gathered["facts"]["applied"]>;
  readonly problems: readonly Problem[];
};

async function appliedState(world: World, root: string | undefined): Promise<Checked<AppliedState>> {
  const gathered = await gather(shippedCatalogue(), world.cwd, root === undefined ? {} : { root });
  if (!gathered.ok) return gathered;
  const { applied } = gathered.value.facts;
  const problems = interruptions(gathered.value.snapshots ?? []);
  if (!applied)
    return bad([
      ...problems,
      { code: "usage", message: "No profile is applied here: `tunectl apply PROFILE` applies one." },
    ]);
  return good({ gathered: gathered.value, applied, problems });
}
