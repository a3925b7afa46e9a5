/** In which order keys are written: what changes others goes first, and bounds between keys hold at every moment. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { expand, interfaceOf, isPattern, type Key, parseKey, withInterface } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";

export type Write = { readonly key: Key; readonly value: Value; readonly before?: Value };

/**
 * Sorts writes so that each is accepted and none undoes another. The result depends on the writes alone, not on their order.
 * `before` is the value the key has until then; where it is unknown, no bound can be respected.
 */
export function inOrder(catalogue: Catalogue, writes: readonly Write[]): readonly Write[] {
  const sorted = [...writes].sort((a, b) => (a.key < b.key ? -1 : 1));
  const befores = tiesOf(catalogue, sorted);
  const done: Write[] = [];
  const open = new Set(sorted);
  const visit = (write: Write): void => {
    if (!open.delete(write)) return;
    for (const other of befores.get(write) ?? []) visit(other);
    done.push(write);
  };
  for (const write of sorted) visit(write);
  return done;
}

/** For each write, those that must go before it. What a key affects is worked out once, since most affect nothing. */
function tiesOf(catalogue: Catalogue, writes: readonly Write[]): ReadonlyMap<Write, readonly Write[]> {
  const affected = new Map(writes.map((write) => [write, affectedBy(catalogue, write.key)]));
  const bounds = new Map(writes.map((write) => [write, findTunable(catalogue, write.key)?.bounded_by]));
  const affects = (a: Write, b: Write): boolean => (affected.get(a) ?? []).some((pattern) => covers(pattern, b.key));
  const tied = writes.filter(
    (write) => (affected.get(write) ?? []).length > 0 || bounds.get(write) !== undefined || interfaceOf(write.key) !== undefined,
  );
  const goesBefore = (first: Write, second: Write): boolean =>
    // Of two keys that each change the other, the one that reaches further goes first.
    (affects(first, second) && (!affects(second, first) || reach(first.key) > reach(second.key))) ||
    boundFirst(bounds, first, second) ||
    isBroaderInterface(first.key, second.key);
  const befores = new Map<Write, Write[]>();
  const note = (first: Write, second: Write): void => {
    if (first !== second && goesBefore(first, second)) befores.set(second, [...(befores.get(second) ?? []), first]);
  };
  for (const one of tied)
    for (const other of writes) {
      note(one, other);
      if (!tied.includes(other)) note(other, one);
    }
  return befores;
}

function boundFirst(bounds: ReadonlyMap<Write, string | undefined>, first: Write, second: Write): boolean {
  // The lower key may go first only while it stays below the ceiling's old value; else the ceiling is moved first.
  if (bounds.get(first) === second.key) return firstField(first.value) <= firstField(second.before ?? second.value);
  if (bounds.get(second) === first.key) return firstField(second.value) > firstField(first.before ?? first.value);
  return false;
}

const firstField = (value: Value): number => Number(value.split(" ")[0]);

/** How far a key reaches: the host, then the interfaces to come, then some, then one. */
function reach(key: Key): number {
  const name = interfaceOf(key);
  if (name === undefined || name === "all") return 3;
  if (name === "default") return 2;
  return isPattern(key) ? 1 : 0;
}

/** `conf.all` and `conf.default` reach interfaces, so the interface's own line comes last. */
function isBroaderInterface(first: Key, second: Key): boolean {
  const [a, b] = [interfaceOf(first), interfaceOf(second)];
  if (a === undefined || b === undefined || withInterface(first, b) !== second) return false;
  return reach(first) > reach(second);
}

/**
 * The keys that a write may change besides its own, as keys or patterns. What the catalogue says of `conf.*.X` is about `conf.all.X`;
 * for one interface, and for `default`, it means that interface's own keys.
 */
function affectedBy(catalogue: Catalogue, key: Key): readonly Key[] {
  const tunable = findTunable(catalogue, key);
  const listed = [...(tunable?.affects ?? []), tunable?.exclusive_with, tunable?.same_as].filter((name) => name !== undefined);
  const all = listed.map(parseKey).filter((parsed) => parsed !== undefined);
  const own = interfaceOf(key);
  const meant = own === undefined || own === "all" ? all : all.filter(isPattern).map((pattern) => withInterface(pattern, own));
  return meant.filter((name) => name !== key);
}

/** `conf.default` is carried to interfaces that were never written: the keys of each. */
const inherited = (key: Key, interfaces: readonly string[]): readonly Key[] =>
  interfaceOf(key) === "default"
    ? interfaces.filter((name) => name !== "all" && name !== "default").map((name) => withInterface(key, name))
    : [];

/** Whether two keys, either of which may be a pattern, can be about the same one. */
const covers = (a: Key, b: Key): boolean => a === b || matches(a, b) || matches(b, a);

const matches = (pattern: Key, key: Key): boolean =>
  isPattern(pattern) && expand(pattern, [interfaceOf(key) ?? ""]).includes(key);

/** Every key whose reading these writes can change: the keys themselves, and what each affects, over these interfaces. */
export function closure(catalogue: Catalogue, keys: readonly Key[], interfaces: readonly string[]): readonly Key[] {
  const all = new Set<Key>(keys);
  for (const key of all)
    for (const other of [
      ...affectedBy(catalogue, key).flatMap((pattern) => expand(pattern, interfaces)),
      ...inherited(key, interfaces),
    ])
      all.add(other);
  return [...all].sort();
}
