/** Gathers a profile with everything it includes. */
import { good, type Partly, type Place, type Problem, whatIsSound } from "../problem.js";
import type { Written, WrittenProfile } from "./profile.js";

/** Finds and parses a profile by name or file; the place is the `include` that asks for it. */
export type LoadProfile = (name: string, place?: Place) => Promise<Partly<WrittenProfile>>;

/** A profile with its parents, each of which has its own. */
export type Family = { readonly profile: WrittenProfile; readonly parents: readonly Family[] };

const deepest = 8;

/** Loads profiles with all they include; cycles and chains over eight are problems. */
export async function loadFamilies(
  names: readonly string[],
  load: LoadProfile,
): Promise<Partly<readonly Family[]>> {
  const problems: Problem[] = [];
  const cached = remembering(load, problems);
  const families: Family[] = [];
  for (const name of names) {
    const family = await loadFamily(name, undefined, [], cached, problems);
    if (family) families.push(family);
  }
  return problems.length > 0 ? { ok: false, problems, warnings: [], partial: families } : good(families);
}

/** A profile that several include is read once, and what is wrong with it is told once. */
function remembering(load: LoadProfile, problems: Problem[]): LoadProfile {
  const known = new Map<string, Partly<WrittenProfile>>();
  return async (name, place) => {
    const found = known.get(name) ?? (await load(name, place));
    if (!known.has(name) && !found.ok) problems.push(...found.problems);
    known.set(name, found);
    return found;
  };
}

async function loadFamily(
  name: string,
  place: Place | undefined,
  chain: readonly string[],
  load: LoadProfile,
  problems: Problem[],
): Promise<Family | undefined> {
  const found = await load(name, place);
  const profile = whatIsSound(found);
  if (!profile) return undefined;
  const line = [...chain, profile.name];
  const parents: Family[] = [];
  for (const include of profile.include) {
    const refusal = refusalOf(include, line);
    if (refusal) problems.push(refusal);
    const parent = refusal ? undefined : await loadFamily(include.text, include.place, line, load, problems);
    if (parent) parents.push(parent);
  }
  return { profile, parents };
}

function refusalOf(include: Written, line: readonly string[]): Problem | undefined {
  if (line.includes(include.text))
    return { code: "include-cycle", chain: [...line, include.text], place: include.place };
  return line.length > deepest ? { code: "include-depth", limit: deepest, place: include.place } : undefined;
}
