/**
 * In which order keys are written: what changes others goes first, and bounds between keys hold at every
 * moment.
 */
import { compareBytes } from "../boot/bytes.js";
import { affectedBy } from "../catalogue/affected.js";
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { expand, interfaceOf, isPattern, type Key, withInterface } from "../catalogue/key.js";
import type { Tunable } from "../catalogue/tunable.js";
import type { Value } from "../catalogue/value.js";

export type Write = { readonly key: Key; readonly value: Value; readonly before?: Value };

/**
 * Sorts writes so that each is accepted and none undoes another. The result depends on the writes alone, not
 * on their order. `before` is the value the key has until then; where it is unknown, no bound can be
 * respected.
 */
export function inOrder(catalogue: Catalogue, writes: readonly Write[]): readonly Write[] {
  const isLast = (write: Write): boolean => isIrrevocable(catalogue, write);
  return [
    ...sortedByRules(
      catalogue,
      writes.filter((write) => !isLast(write)),
    ),
    ...sortedByRules(catalogue, writes.filter(isLast)),
  ];
}

/** A value that cannot be left before a reboot: it is written when all else has come out right. */
export function isIrrevocable(catalogue: Catalogue, { key, value }: Write): boolean {
  const tunable = findTunable(catalogue, key);
  // A secret is in no profile, and what it moves must be written after it.
  if (tunable?.guard !== "one-way" || tunable.secret) return false;
  return tunable.one_way === undefined || tunable.one_way.includes(value);
}

function sortedByRules(catalogue: Catalogue, writes: readonly Write[]): readonly Write[] {
  const sorted = [...writes].sort((a, b) => compareBytes(a.key, b.key));
  const befores = predecessorsOf(catalogue, sorted);
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

/**
 * A write and what its place depends on, worked out once: the key of one interface among hundreds is compared
 * with many.
 */
type OrderedWrite = {
  readonly write: Write;
  readonly reach: number;
  readonly family: Key | undefined;
  readonly affected: readonly Key[];
  readonly bound: string | undefined;
  readonly lock: Tunable["locked_by"];
  readonly writtenAfter: readonly string[];
};

function knownOf(catalogue: Catalogue, write: Write): OrderedWrite {
  const { key } = write;
  const tunable = findTunable(catalogue, key);
  return {
    write,
    reach: reach(key),
    family: interfacePatternOf(key),
    affected: affectedBy(catalogue, key).map((one) => one.key),
    bound: tunable?.bounded_by,
    lock: tunable?.locked_by,
    writtenAfter: tunable?.written_after ?? [],
  };
}

/** What the keys of all interfaces for the same thing have in common. */
const interfacePatternOf = (key: Key): Key | undefined =>
  interfaceOf(key) === undefined ? undefined : withInterface(key, "*");

/** For each write, those that must go before it. */
function predecessorsOf(
  catalogue: Catalogue,
  writes: readonly Write[],
): ReadonlyMap<Write, readonly Write[]> {
  const all = writes.map((write) => knownOf(catalogue, write));
  const tied = new Set(
    all.filter(
      ({ affected, bound, family, lock, writtenAfter }) =>
        affected.length > 0 || bound !== undefined || family || lock || writtenAfter.length > 0,
    ),
  );
  const near = relatedIn(all);
  const befores = new Map<Write, Write[]>();
  const note = (first: OrderedWrite, second: OrderedWrite): void => {
    if (first !== second && goesBefore(first, second)) addTo(befores, second.write, first.write);
  };
  for (const one of tied)
    for (const other of near(one)) {
      note(one, other);
      note(other, one);
    }
  return befores;
}

/**
 * Finds, for one write, all those that it may have to go before, and the bound that may have to go before it.
 * On a host with hundreds of interfaces most keys have nothing to do with each other, and looking at every
 * pair takes seconds.
 */
function relatedIn(all: readonly OrderedWrite[]): (one: OrderedWrite) => ReadonlySet<OrderedWrite> {
  const byKey = grouped(all, ({ write }) => write.key);
  const byBound = grouped(all, ({ bound }) => bound);
  const byFamily = grouped(all, ({ family }) => family);
  const patterns = grouped(all, ({ write, family }) => (isPattern(write.key) ? family : undefined));
  const covered = (key: Key): readonly OrderedWrite[] => [
    ...byKey(key),
    ...(isPattern(key) ? byFamily : patterns)(interfacePatternOf(key)),
  ];
  return ({ write, reach, family, affected, bound, lock, writtenAfter }) => {
    const narrower = reach > 0 ? byFamily(family) : [];
    return new Set([
      ...byKey(bound),
      ...byKey(lock?.key),
      ...byBound(write.key),
      ...narrower,
      ...affected.flatMap(covered),
      ...writtenAfter.flatMap((name) => byKey(name)),
    ]);
  };
}

/** The writes of each name; those without one are in no group. */
function grouped(
  all: readonly OrderedWrite[],
  nameOf: (known: OrderedWrite) => string | undefined,
): (name: string | undefined) => readonly OrderedWrite[] {
  const groups = new Map<string, OrderedWrite[]>();
  for (const known of all) {
    const name = nameOf(known);
    if (name !== undefined) addTo(groups, name, known);
  }
  return (name) => (name === undefined ? [] : (groups.get(name) ?? []));
}

function addTo<Name, One>(groups: Map<Name, One[]>, name: Name, one: One): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [one]);
  else group.push(one);
}

const goesBefore = (first: OrderedWrite, second: OrderedWrite): boolean =>
  // Of two keys that each change the other, the one that reaches further goes first.
  (affects(first, second) && (!affects(second, first) || first.reach > second.reach)) ||
  boundFirst(first, second) ||
  lockFirst(first, second) ||
  second.writtenAfter.includes(first.write.key) ||
  isBroaderInterface(first, second);

const affects = ({ affected }: OrderedWrite, { write }: OrderedWrite): boolean =>
  affected.some((pattern) => covers(pattern, write.key));

function boundFirst(
  { write: first, bound }: OrderedWrite,
  { write: second, bound: secondBound }: OrderedWrite,
): boolean {
  // The lower key may go first only while it stays below the ceiling's old value; else the ceiling is moved
  // first.
  if (bound === second.key) return firstField(first.value) <= firstField(second.before ?? second.value);
  if (secondBound === first.key) return firstField(second.value) > firstField(first.before ?? first.value);
  return false;
}

/** A key is written while its lock is open: before the lock's own write where that shuts it, else after. */
function lockFirst(
  { write: first, lock }: OrderedWrite,
  { write: second, lock: secondLock }: OrderedWrite,
): boolean {
  if (lock?.key === second.key) return lock.values.includes(second.value);
  return (
    secondLock?.key === first.key &&
    !secondLock.values.includes(first.value) &&
    secondLock.values.includes(first.before ?? first.value)
  );
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
const isBroaderInterface = (first: OrderedWrite, second: OrderedWrite): boolean =>
  first.family !== undefined && first.family === second.family && first.reach > second.reach;

/** Whether two keys, either of which may be a pattern, can be about the same one. */
const covers = (a: Key, b: Key): boolean => a === b || matches(a, b) || matches(b, a);

const matches = (pattern: Key, key: Key): boolean =>
  isPattern(pattern) && expand(pattern, [interfaceOf(key) ?? ""]).includes(key);
