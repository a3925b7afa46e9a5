/** The relations that ship with this program, by the keys they are about. */

import { interfaceOf, type Key, withInterface } from "../catalogue/key.js";
import { boundedBy, guards, relations } from "../generated/relations.js";
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
const bounded = once(boundedBy);

/** What a key's relations are filed under: those of one interface, of `all` and of a pattern together. */
const nameOf = (key: Key): string => (interfaceOf(key) === undefined ? key : withInterface(key, "*"));

const byKey = once((): ReadonlyMap<string, readonly Relation[]> => {
  const found = new Map<string, Relation[]>();
  for (const relation of all())
    for (const name of new Set(Object.values(relation.keys).map(({ key }) => nameOf(key as Key))))
      found.set(name, [...(found.get(name) ?? []), relation]);
  return found;
});

/** Those about any of these keys, in the order of the file. */
export function relationsAbout(keys: readonly Key[]): readonly Relation[] {
  const found = new Set([...new Set(keys.map(nameOf))].flatMap((name) => byKey().get(name) ?? []));
  return all().filter((relation) => found.has(relation));
}

export const relationIds = (): readonly string[] => all().map(({ id }) => id);

/** The condition of a key's guard; undefined where the guard is about every value. */
export const guardCondition = (name: string): Condition | undefined => conditions()[name];

/** The keys whose values the kernel holds below the first field of this one's. */
export const boundedKeys = (limit: Key): readonly Key[] => (bounded()[limit] ?? []) as readonly Key[];
