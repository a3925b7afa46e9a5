/**
 * The catalogue that ships with this program. A command asks for a few tunables of many, so an entry is
 * parsed when it is asked for.
 */
import { catalogueKeys, catalogueLines } from "../generated/catalogue.js";
import { catalogueCauses } from "../generated/catalogue-causes.js";
import type { Catalogue } from "./catalogue.js";
import type { Tunable } from "./tunable.js";

let loaded: Catalogue | undefined;

export function shippedCatalogue(): Catalogue {
  loaded ??= lazyCatalogue();
  return loaded;
}

function lazyCatalogue(): Catalogue {
  const lines = catalogueLines().split("\n");
  const places = new Map(catalogueKeys.split("\n").map((key, at) => [key, at]));
  const parsed = new Map<string, Tunable>();
  const get = (key: string): Tunable | undefined => {
    const place = places.get(key);
    if (place === undefined) return undefined;
    const tunable = parsed.get(key) ?? (JSON.parse(lines[place] ?? "") as Tunable);
    parsed.set(key, tunable);
    return tunable;
  };
  return {
    get,
    causes: (name) => catalogueCauses[name] ?? [],
    get all() {
      return [...places.keys()].flatMap((key) => get(key) ?? []);
    },
  };
}
