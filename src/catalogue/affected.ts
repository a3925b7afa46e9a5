/** What a write changes besides its own key, as far as the catalogue says it. */
import { type Catalogue, findTunable } from "./catalogue.js";
import { entryName, expand, interfaceOf, isPattern, type Key, parseKey, withInterface } from "./key.js";
import type { Value } from "./value.js";

/**
 * A key, or a pattern, and what becomes of it, where that is known. `when: "changed"`: only a write of
 * another value than the cause has does so.
 */
export type AffectedKey = {
  readonly key: Key;
  readonly becomes?: "same" | "not" | "zero";
  readonly when?: "changed";
};

/**
 * What the catalogue says of `conf.*.X` is about `conf.all.X`; for one interface, and for `default`, it means
 * that interface's own keys.
 */
export function affectedBy(catalogue: Catalogue, cause: Key): readonly AffectedKey[] {
  const { affects = [], exclusive_with, same_as } = findTunable(catalogue, cause) ?? {};
  const named: readonly (Omit<AffectedKey, "key"> & { readonly key: string })[] = [
    ...affects.map((one) => (typeof one === "string" ? { key: one } : one)),
    ...(exclusive_with === undefined
      ? []
      : [{ key: exclusive_with, becomes: "zero" as const, when: "changed" as const }]),
    ...(same_as === undefined ? [] : [{ key: same_as, becomes: "same" as const }]),
  ];
  const own = interfaceOf(cause);
  return named.flatMap(({ key: name, becomes, when }) => {
    const key = parseKey(name);
    const meant = key && (own === undefined || own === "all" ? key : ofInterface(key, own));
    return meant === undefined || meant === cause
      ? []
      : [{ key: meant, ...(becomes && { becomes }), ...(when && { when }) }];
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

/** What becomes of an affected key when its cause takes this value; undefined where that is not known. */
export function effectOn(value: Value, becomes: AffectedKey["becomes"]): Value | undefined {
  switch (becomes) {
    case "same":
      return value;
    case "not":
      return (value === "0" ? "1" : "0") as Value;
    case "zero":
      return "0" as Value;
    case undefined:
      return undefined;
  }
}

/**
 * The keys whose writes can change what one of these is, be it by way of others: its other name, its
 * exclusive twin, its bound, `all` and `default` of an interface's. With these keys themselves.
 */
export function influencing(
  catalogue: Catalogue,
  keys: Iterable<Key>,
  interfaces: readonly string[],
): ReadonlySet<Key> {
  const all = new Set<Key>(keys);
  for (const key of all) for (const cause of possibleCauses(catalogue, key, interfaces)) all.add(cause);
  return all;
}

/** More than there are: a name that the key has no part in does no harm. */
function possibleCauses(catalogue: Catalogue, key: Key, interfaces: readonly string[]): readonly Key[] {
  const own = interfaceOf(key);
  const names = catalogue.causes(entryName(key)) as readonly Key[];
  const exact = own === undefined ? [] : (catalogue.causes(key) as readonly Key[]);
  const scopes = own === undefined ? ["all"] : ["all", own];
  const causes = [...names, ...exact].flatMap((name) =>
    isPattern(name) ? scopes.map((scope) => withInterface(name, scope)) : [name],
  );
  const isOfOne = own !== undefined && own !== "all" && own !== "default" && interfaces.includes(own);
  return isOfOne ? [...causes, withInterface(key, "default")] : causes;
}
