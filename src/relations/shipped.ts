/** The relations that ship with this program, by the keys they are about. */

import { entryName, type Key } from "../catalogue/key.js";
import { guards, relations } from "../generated/relations.js";
import type { Condition, Relation } from "./relation.js";

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const all = once(relations);
const conditions = once(guards);

const byKey = once((): ReadonlyMap<string, readonly Relation[]> => {
  const found = new Map<string, Relation[]>();
  for (const relation of all())
    for (const name of new Set(Object.values(relation.keys).map(({ key }) => entryName(key as Key))))
      found.set(name, [...(found.get(name) ?? []), relation]);
  return found;
});

/** Those about any of these keys, in the order of the file. */
export function relationsAbout(keys: readonly Key[]): readonly Relation[] {
  const found = new Set([...new Set(keys.map(entryName))].flatMap((name) => byKey().get(name) ?? []));
  return all().filter((relation) => found.has(relation));
}

export const relationIds = (): readonly string[] => all().map(({ id }) => id);

/** The condition of a key's guard; undefined where the guard is about every value. */
export const guardCondition = (name: string): Condition | undefined => conditions()[name];
