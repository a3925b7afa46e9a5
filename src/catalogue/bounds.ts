/** Bounds between two keys that the kernel holds at every write: one is never above the other. */
import { type Catalogue, findTunable } from "./catalogue.js";
import { interfaceOf, type Key, withInterface } from "./key.js";
import { isInside, type Target } from "./target.js";
import type { Value } from "./value.js";

/**
 * The key that keeps the kernel from taking this value: it bounds it, or would be left outside of it. Of a
 * vector the first field counts; what is not known is in nobody's way.
 */
export function boundInTheWay(
  catalogue: Catalogue,
  key: Key,
  value: Value,
  target: Target,
  have: (key: Key) => Value | undefined,
): Key | undefined {
  const above = boundOf(catalogue, key, target);
  if (above !== undefined && !isAtMost(value, have(above))) return above;
  return bounded(catalogue, key)
    .filter((other) => boundOf(catalogue, other, target) === key)
    .find((other) => !isAtMost(have(other), value));
}

function isAtMost(lower: Value | undefined, higher: Value | undefined): boolean {
  const [low, high] = [first(lower), first(higher)];
  return low === undefined || high === undefined || low <= high;
}

function boundOf(catalogue: Catalogue, key: Key, target: Target): Key | undefined {
  const { bounded_by, bounded_since, limit_unchecked } = findTunable(catalogue, key) ?? {};
  const isHeld =
    limit_unchecked === undefined &&
    (bounded_since === undefined || isInside(target, { since: bounded_since }));
  return isHeld && bounded_by !== undefined ? forSameInterface(bounded_by, key) : undefined;
}

/** The keys that this one may bound. */
function bounded(catalogue: Catalogue, key: Key): readonly Key[] {
  const name = interfaceOf(key) === undefined ? key : withInterface(key, "*");
  return catalogue.causes(name).map((other) => forSameInterface(other, key));
}

function forSameInterface(name: string, key: Key): Key {
  const own = interfaceOf(key);
  return own !== undefined && interfaceOf(name as Key) === "*"
    ? withInterface(name as Key, own)
    : (name as Key);
}

function first(value: Value | undefined): bigint | undefined {
  const [word = ""] = value?.split(" ") ?? [];
  return /^-?\d+$/.test(word) ? BigInt(word) : undefined;
}
