/** Bounds between two keys that the kernel holds at every write: one is never above the other. */
import { type Catalogue, findTunable } from "./catalogue.js";
import { entryName, forInterfaceOf, type Key } from "./key.js";
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
  return boundedKeys(catalogue, key)
    .filter((other) => boundOf(catalogue, other, target) !== undefined)
    .find((other) => !isAtMost(have(other), value));
}

function isAtMost(lower: Value | undefined, higher: Value | undefined): boolean {
  const [low, high] = [first(lower), first(higher)];
  return low === undefined || high === undefined || low <= high;
}

function boundOf(catalogue: Catalogue, key: Key, target: Target): Key | undefined {
  const { bounded_since, limit_unchecked } = findTunable(catalogue, key) ?? {};
  const isHeld =
    limit_unchecked === undefined &&
    (bounded_since === undefined || isInside(target, { since: bounded_since }));
  return isHeld ? limitOf(catalogue, key) : undefined;
}

/** The keys whose values the kernel holds below the first field of this one's. */
export const boundedKeys = (catalogue: Catalogue, limit: Key): readonly Key[] =>
  catalogue
    .causes(entryName(limit))
    .map((name) => forInterfaceOf(limit, name as Key))
    .filter((key) => limitOf(catalogue, key) === limit);

function limitOf(catalogue: Catalogue, key: Key): Key | undefined {
  const { bounded_by } = findTunable(catalogue, key) ?? {};
  return bounded_by === undefined ? undefined : forInterfaceOf(key, bounded_by as Key);
}

function first(value: Value | undefined): bigint | undefined {
  const [word = ""] = value?.split(" ") ?? [];
  return /^-?\d+$/.test(word) ? BigInt(word) : undefined;
}
