/** When two settings for one key can both be kept. */
import { lowered, raised, type Value } from "../catalogue/value.js";
import type { Setting, Wanted } from "./profile.js";

type Bounds = Extract<Wanted, { kind: "bounds" }>;

/** One setting that satisfies both, or undefined where none can. Order does not matter, except for whose words are kept. */
export function agree(a: Setting, b: Setting): Setting | undefined {
  if (a.wanted.kind === "value" && b.wanted.kind === "value")
    return a.wanted.value === b.wanted.value ? a : undefined;
  if (a.wanted.kind === "value" && b.wanted.kind === "bounds")
    return satisfies(a.wanted.value, b.wanted) ? a : undefined;
  if (a.wanted.kind === "bounds" && b.wanted.kind === "value")
    return satisfies(b.wanted.value, a.wanted) ? b : undefined;
  if (a.wanted.kind === "bounds" && b.wanted.kind === "bounds") return together(a, a.wanted, b, b.wanted);
  return undefined;
}

/** Whether a value keeps within bounds: moving it inside would not change it. */
export const satisfies = (value: Value, bounds: Bounds): boolean => within(value, bounds) === value;

/** Whether a value is what is wanted. */
export const isMet = (wanted: Wanted, value: Value): boolean =>
  wanted.kind === "value" ? wanted.value === value : satisfies(value, wanted);

/** A value moved just inside the bounds, field by field. */
export function within(value: Value, { least, most }: Bounds): Value {
  const floored = least === undefined ? value : raised(value, least);
  return most === undefined ? floored : lowered(floored, most);
}

function together(a: Setting, left: Bounds, b: Setting, right: Bounds): Setting | undefined {
  const least = pick(left.least, right.least, raised);
  const most = pick(left.most, right.most, lowered);
  if (least !== undefined && most !== undefined && lowered(least, most) !== least) return undefined;
  const wanted: Bounds = {
    kind: "bounds",
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
  };
  // The words are those of the profile whose bound won.
  const winner = least === right.least && most === right.most ? b : a;
  return { ...winner, wanted };
}

const pick = (
  a: Value | undefined,
  b: Value | undefined,
  choose: (a: Value, b: Value) => Value,
): Value | undefined => (a === undefined ? b : b === undefined ? a : choose(a, b));
