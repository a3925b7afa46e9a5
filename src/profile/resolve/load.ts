/** Gathers a profile with everything it includes. */
import { ok, type PartlyChecked, type Place, type Problem, partialValue } from "../../problem.js";
import type { Written, WrittenProfile } from "../profile.js";

/** Finds and parses a profile by name or file; the place is the `include` that asks for it. */
export type LoadProfile = (name: string, place?: Place) => Promise<PartlyChecked<WrittenProfile>>;

/** A profile with its parents, each of which has its own. */
export type IncludeTree = { readonly profile: WrittenProfile; readonly parents: readonly IncludeTree[] };

const deepest = 8;

/** Whoever has made so many cycles sees what is wrong; there can be millions of ways into them. */
const mostRefusals = 20;

/** What is worked out of a tree, once: a profile that is included by many ways is one tree. */
export function oncePerTree<T>(compute: (tree: IncludeTree) => T): (tree: IncludeTree) => T {
  const known = new WeakMap<IncludeTree, { readonly made: T }>();
  return (tree) => {
    const { made } = known.get(tree) ?? { made: compute(tree) };
    known.set(tree, { made });
    return made;
  };
}

/** Loads profiles with all they include; cycles and chains over eight are problems. */
export async function loadIncludeTrees(
  names: readonly string[],
  load: LoadProfile,
): Promise<PartlyChecked<readonly IncludeTree[]>> {
  const problems: Problem[] = [];
  const loading: Loading = { load: loadOnce(load, problems), refusals: [], sound: new Map() };
  const trees: IncludeTree[] = [];
  for (const name of names) {
    const tree = await loadIncludeTree(name, undefined, [], loading);
    if (tree) trees.push(tree);
  }
  problems.push(...loading.refusals);
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

type Loading = {
  readonly load: LoadProfile;
  /** Includes that are not followed. */
  readonly refusals: Problem[];
  /**
   * Trees in which nothing was refused, by name. They hold no cycle, so whatever includes them may share
   * them: ten profiles that each include ten are a hundred trees, and eight levels of such a hundred million.
   */
  readonly sound: Map<string, IncludeTree>;
};

async function loadIncludeTree(
  name: string,
  place: Place | undefined,
  chain: readonly string[],
  loading: Loading,
): Promise<IncludeTree | undefined> {
  const known = loading.sound.get(name);
  if (known && chain.length + heightOf(known) <= deepest) return known;
  const found = await loading.load(name, place);
  const profile = partialValue(found);
  if (!profile) return undefined;
  const line = [...chain, profile.name];
  const parents: IncludeTree[] = [];
  const { refusals } = loading;
  const before = refusals.length;
  for (const include of profile.include) {
    if (refusals.length >= mostRefusals) break;
    const refusal = includeProblem(include, line);
    if (refusal) refusals.push(refusal);
    const parent = refusal ? undefined : await loadIncludeTree(include.text, include.place, line, loading);
    if (parent) parents.push(parent);
  }
  const tree = { profile, parents };
  if (refusals.length === before) loading.sound.set(name, tree);
  return tree;
}

/** How many levels of includes are below it. */
const heightOf: (tree: IncludeTree) => number = oncePerTree(({ parents }) =>
  parents.reduce((most, parent) => Math.max(most, heightOf(parent) + 1), 0),
);

function includeProblem(include: Written, line: readonly string[]): Problem | undefined {
  if (line.includes(include.text))
    return { code: "include-cycle", chain: [...line, include.text], place: include.place };
  return line.length > deepest ? { code: "include-depth", limit: deepest, place: include.place } : undefined;
}
