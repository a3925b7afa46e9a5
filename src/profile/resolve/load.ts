/** Gathers a profile with everything it includes. */
import { ok, type PartlyChecked, type Place, type Problem, partialValue } from "../../problem.js";
import type { Written, WrittenProfile } from "../profile.js";

/** Finds and parses a profile by name or file; the place is the `include` that asks for it. */
export type LoadProfile = (name: string, place?: Place) => Promise<PartlyChecked<WrittenProfile>>;

/** A profile with its parents, each of which has its own. */
export type IncludeTree = { readonly profile: WrittenProfile; readonly parents: readonly IncludeTree[] };

const deepest = 8;

/** Loads profiles with all they include; cycles and chains over eight are problems. */
export async function loadIncludeTrees(
  names: readonly string[],
  load: LoadProfile,
): Promise<PartlyChecked<readonly IncludeTree[]>> {
  const problems: Problem[] = [];
  const cached = loadOnce(load, problems);
  const trees: IncludeTree[] = [];
  for (const name of names) {
    const tree = await loadIncludeTree(name, undefined, [], cached, problems);
    if (tree) trees.push(tree);
  }
  return problems.length > 0 ? { ok: false, problems, warnings: [], partial: trees } : ok(trees);
}

/** A profile that several include is read once, and what is wrong with it is reported once. */
function loadOnce(load: LoadProfile, problems: Problem[]): LoadProfile {
  const known = new Map<string, PartlyChecked<WrittenProfile>>();
  return async (name, place) => {
    const found = known.get(name) ?? (await load(name, place));
    if (!known.has(name) && !found.ok) for (const problem of found.problems) problems.push(problem);
    known.set(name, found);
    return found;
  };
}

async function loadIncludeTree(
  name: string,
  place: Place | undefined,
  chain: readonly string[],
  load: LoadProfile,
  problems: Problem[],
): Promise<IncludeTree | undefined> {
  const found = await load(name, place);
  const profile = partialValue(found);
  if (!profile) return undefined;
  const line = [...chain, profile.name];
  const parents: IncludeTree[] = [];
  for (const include of profile.include) {
    const refusal = includeProblem(include, line);
    if (refusal) problems.push(refusal);
    const parent = refusal
      ? undefined
      : await loadIncludeTree(include.text, include.place, line, load, problems);
    if (parent) parents.push(parent);
  }
  return { profile, parents };
}

function includeProblem(include: Written, line: readonly string[]): Problem | undefined {
  if (line.includes(include.text))
    return { code: "include-cycle", chain: [...line, include.text], place: include.place };
  return line.length > deepest ? { code: "include-depth", limit: deepest, place: include.place } : undefined;
}
