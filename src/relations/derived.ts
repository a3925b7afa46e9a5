/** Relations that the catalogue's own fields say: two names of one value, counterparts, and bounds. */
import { boundedKeys } from "../catalogue/bounds.js";
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { forInterfaceOf, type Key } from "../catalogue/key.js";
import { isInside, type Target } from "../catalogue/target.js";
import type { Value } from "../catalogue/value.js";

/** `limit`, of a bound: the first field of the other key. */
export type DerivedRelation = {
  readonly id: "same-value" | "exclusive-values" | "bounded-value";
  readonly key: Key;
  readonly value: Value;
  readonly other: Key;
  readonly otherValue: Value;
};

type Request = {
  readonly catalogue: Catalogue;
  /** The keys that are set to one value, and what they are set to. */
  readonly wanted: ReadonlyMap<Key, Value>;
  readonly target: Target;
  readonly value: (key: Key) => Value | null | undefined;
};

/** Each pair once, by the key that the catalogue names the other from. */
export function derivedRelations(request: Request): readonly DerivedRelation[] {
  return [...request.wanted].flatMap(([key, value]) => [
    ...sameValue(request, key, value),
    ...exclusive(request, key, value),
    ...bounded(request, key, value),
  ]);
}

function sameValue({ catalogue, wanted }: Request, key: Key, value: Value): readonly DerivedRelation[] {
  const other = otherKey(findTunable(catalogue, key)?.same_as, key);
  const otherValue = other && wanted.get(other);
  const isSecond = other !== undefined && findTunable(catalogue, other)?.same_as === key && other < key;
  return other === undefined || otherValue === undefined || otherValue === value || isSecond
    ? []
    : [{ id: "same-value", key, value, other, otherValue }];
}

function exclusive({ catalogue, wanted }: Request, key: Key, value: Value): readonly DerivedRelation[] {
  const other = otherKey(findTunable(catalogue, key)?.exclusive_with, key);
  const otherValue = other && wanted.get(other);
  return other === undefined || otherValue === undefined || other < key || value === "0" || otherValue === "0"
    ? []
    : [{ id: "exclusive-values", key, value, other, otherValue }];
}

/** Either side of a bound may be the one that is set; where both are, the bounded one tells. */
function bounded(
  { catalogue, wanted, target, value: valueNow }: Request,
  key: Key,
  value: Value,
): readonly DerivedRelation[] {
  const { bounded_by: name, bounded_since: since } = findTunable(catalogue, key) ?? {};
  // A kernel that only may check it is asked, and answers when it is written.
  const limit = since === undefined || isInside(target, { since }) ? otherKey(name, key) : undefined;
  const below = boundedKeys(catalogue, key).filter(
    (other) => !wanted.has(other) && !findTunable(catalogue, other)?.limit_unchecked,
  );
  const pairs = [
    ...(limit === undefined ? [] : [{ key, value, other: limit, otherValue: valueNow(limit) }]),
    ...below.map((other) => ({ key: other, value: valueNow(other), other: key, otherValue: value })),
  ];
  return pairs.flatMap(({ value: own, otherValue, ...pair }) =>
    own && otherValue && first(own) > first(otherValue)
      ? [{ id: "bounded-value" as const, ...pair, value: own, otherValue }]
      : [],
  );
}

const first = (value: Value): bigint => {
  const [word = ""] = value.split(" ");
  return /^-?\d+$/.test(word) ? BigInt(word) : 0n;
};

/** The key that the catalogue names, for the same interface. */
const otherKey = (name: string | undefined, key: Key): Key | undefined =>
  name === undefined ? undefined : forInterfaceOf(key, name as Key);
