/** What a write changes besides its own key, as far as the catalogue says it. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { expand, interfaceOf, isPattern, type Key, parseKey, withInterface } from "../catalogue/key.js";

/** A key, or a pattern, and what becomes of it, where that is known. */
export type AffectedKey = { readonly key: Key; readonly becomes?: "same" | "not" | "zero" };

/**
 * What the catalogue says of `conf.*.X` is about `conf.all.X`; for one interface, and for `default`, it means
 * that interface's own keys.
 */
export function affectedBy(catalogue: Catalogue, cause: Key): readonly AffectedKey[] {
  const { affects = [], exclusive_with, same_as } = findTunable(catalogue, cause) ?? {};
  const named: readonly { readonly key: string; readonly becomes?: AffectedKey["becomes"] }[] = [
    ...affects.map((one) => (typeof one === "string" ? { key: one } : one)),
    ...(exclusive_with === undefined ? [] : [{ key: exclusive_with, becomes: "zero" as const }]),
    ...(same_as === undefined ? [] : [{ key: same_as, becomes: "same" as const }]),
  ];
  const own = interfaceOf(cause);
  return named.flatMap(({ key: name, becomes }) => {
    const key = parseKey(name);
    const meant = key && (own === undefined || own === "all" ? key : ofInterface(key, own));
    return meant === undefined || meant === cause ? [] : [{ key: meant, ...(becomes && { becomes }) }];
  });
}

const ofInterface = (key: Key, name: string): Key | undefined =>
  isPattern(key) ? withInterface(key, name) : undefined;

/**
 * `conf.default` is carried to interfaces that were never written: the keys of each. Which were not, only the
 * write shows.
 */
export const inherited = (key: Key, interfaces: readonly string[]): readonly Key[] =>
  interfaceOf(key) === "default"
    ? interfaces
        .filter((name) => name !== "all" && name !== "default")
        .map((name) => withInterface(key, name))
    : [];

/**
 * Every key whose reading these writes can change: the keys themselves, and what each affects, over these
 * interfaces.
 */
export function mayMove(
  catalogue: Catalogue,
  keys: readonly Key[],
  interfaces: readonly string[],
): readonly Key[] {
  const all = new Set<Key>(keys);
  for (const key of all)
    for (const other of [
      ...affectedBy(catalogue, key).flatMap((one) => expand(one.key, interfaces)),
      ...inherited(key, interfaces),
    ])
      all.add(other);
  return [...all].sort();
}
