/** What settings want: in words, whether a value meets it, and when two of them can both be kept. */
import { fieldwiseMax, fieldwiseMin, type Value } from "../catalogue/value.js";
import type { Setting, Wanted } from "./profile.js";

type Bounds = Extract<Wanted, { kind: "bounds" }>;

/**
 * One setting that satisfies both, or undefined where none can. Order does not matter, except for whose words
 * are kept.
 */
export function combine(a: Setting, b: Setting): Setting | undefined {
  if (a.wanted.kind === "value" && b.wanted.kind === "value")
    return a.wanted.value === b.wanted.value ? a : undefined;
  if (a.wanted.kind === "value" && b.wanted.kind === "bounds")
    return isWithin(a.wanted.value, b.wanted) ? a : undefined;
  if (a.wanted.kind === "bounds" && b.wanted.kind === "value")
    return isWithin(b.wanted.value, a.wanted) ? b : undefined;
  if (a.wanted.kind === "bounds" && b.wanted.kind === "bounds")
    return combineBounds(a, a.wanted, b, b.wanted);
  return undefined;
}

/** Whether a value keeps within bounds: moving it inside would not change it. */
export const isWithin = (value: Value, bounds: Bounds): boolean => clamp(value, bounds) === value;

/** Whether a value is what is wanted. */
export const meets = (wanted: Wanted, value: Value): boolean =>
  wanted.kind === "value" ? wanted.value === value : isWithin(value, wanted);

/** A value moved just inside the bounds, field by field. */
export function clamp(value: Value, { least, most }: Bounds): Value {
  const floored = least === undefined ? value : fieldwiseMax(value, least);
  return most === undefined ? floored : fieldwiseMin(floored, most);
}

function combineBounds(a: Setting, left: Bounds, b: Setting, right: Bounds): Setting | undefined {
  const least = pick(left.least, right.least, fieldwiseMax);
  const most = pick(left.most, right.most, fieldwiseMin);
  if (least !== undefined && most !== undefined && fieldwiseMin(least, most) !== least) return undefined;
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

/** What is wanted, in a word: `16384`, `at least 16384`. */
export function wantedText(wanted: Wanted): string {
  if (wanted.kind === "value") return wanted.value;
  const bounds = [
    wanted.least !== undefined && `at least ${wanted.least}`,
    wanted.most !== undefined && `at most ${wanted.most}`,
  ];
  return bounds.filter((bound) => bound !== false).join(", ");
}
