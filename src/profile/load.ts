/** Gathers a profile with everything it includes. */
import { bad, type Checked, good, type Place, type Problem } from "../problem.js";
import type { WrittenProfile } from "./profile.js";

/** Finds and parses a profile by name or file; the place is the `include` that asks for it. */
export type LoadProfile = (name: string, place?: Place) => Checked<WrittenProfile>;

/** A profile with its parents, each of which has its own. */
export type Family = { readonly profile: WrittenProfile; readonly parents: readonly Family[] };

const deepest = 8;

/** Loads profiles with all they include; cycles and chains over eight are problems. */
export function loadFamilies(names: readonly string[], load: LoadProfile): Checked<readonly Family[]> {
  const problems: Problem[] = [];
  const known = new Map<string, Checked<WrittenProfile>>();
  const cached: LoadProfile = (name, place) => {
    const found = known.get(name) ?? load(name, place);
    if (!known.has(name) && !found.ok) problems.push(...found.problems);
    known.set(name, found);
    return found;
  };
  const families = names.map((name) => loadFamily(name, undefined, [], cached, problems)).filter((family) => family !== undefined);
  return problems.length > 0 ? bad(problems) : good(families);
}

function loadFamily(name: string, place: Place | undefined, chain: readonly string[], load: LoadProfile, problems: Problem[]): Family | undefined {
  const found = load(name, place);
  if (!found.ok) return undefined;
  const profile = found.value;
  const line = [...chain, profile.name];
  const parents = profile.include.map((include) => {
    if (line.includes(include.text)) {
      problems.push({ code: "include-cycle", chain: [...line, include.text], place: include.place });
      return undefined;
    }
    if (line.length > deepest) {
      problems.push({ code: "include-depth", limit: deepest, place: include.place });
      return undefined;
    }
    return loadFamily(include.text, include.place, line, load, problems);
  });
  return { profile, parents: parents.filter((parent) => parent !== undefined) };
}
