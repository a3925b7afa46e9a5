/** Limits of which more is more room: a lower one than the kernel's own is seldom what was meant. */
import { overlaps, type Target } from "./target.js";
import type { Tunable } from "./tunable.js";
import { fieldwiseMin, type Value } from "./value.js";

const units = new Set([
  "bytes",
  "kibibytes",
  "pages",
  "connections",
  "sockets",
  "entries",
  "buckets",
  "files",
  "watches",
  "instances",
  "processes",
  "packets",
  "messages",
]);

export const isCapacity = ({ unit, type }: Tunable): boolean =>
  units.has(unit ?? "") && (type === "integer" || type === "vector");

/** All ones mean "no limit" for every key. */
const isUnlimited = (value: string, { no_limit }: Tunable): boolean =>
  value === no_limit ||
  /^(4294967295|18446744073709551615|2147483647|9223372036854775807|18446744073692774399)$/.test(value);

/** Whether a value gives less room than another, in any field. */
export function isLess(tunable: Tunable, value: Value, than: Value): boolean {
  if (!isCapacity(tunable) || value === than || value === tunable.no_limit) return false;
  const [ours, others] = [value.split(" "), than.split(" ")];
  if (ours.length !== others.length) return false;
  const compared = others
    .map((other, at) => (isUnlimited(other, tunable) ? (ours[at] ?? other) : other))
    .join(" ");
  return fieldwiseMin(compared as Value, value) !== compared;
}

/**
 * The default that a value is below, with the version that brought it: of the newest kernels of the target
 * that have one.
 */
export function belowDefault(
  tunable: Tunable,
  value: Value,
  target: Target,
): { readonly value: string; readonly since?: string } | undefined {
  const history =
    tunable.default_history ?? (tunable.default === undefined ? [] : [{ value: tunable.default }]);
  return history
    .map((era, at) => {
      const before = history[at - 1]?.since;
      return { era, versions: { ...(era.since && { since: era.since }), ...(before && { before }) } };
    })
    .filter(({ versions }) => overlaps(target, versions))
    .map(({ era }) => era)
    .find((era) => isLess(tunable, value, era.value as Value));
}
