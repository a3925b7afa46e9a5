/** What the next boot gives a key, and whether our drop-in needs a line for it. */
import type { BootResult } from "../boot/simulate.js";
import { defaultOf, findTunable } from "../catalogue/catalogue.js";
import { type Key, keyPath } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import { roundedValue } from "../catalogue/rounding.js";
import { canonicalReading, parseAsKernel, type Value } from "../catalogue/value.js";
import type { Setting } from "../profile/profile.js";
import { clamp } from "../profile/wanted.js";
import type { BootValue, PlanRequest } from "./plan.js";

/**
 * The boot three ways: as it would go now, without our drop-in, and with the new one. `paths` are the keys
 * that exist.
 */
export type Boots = {
  readonly paths: readonly string[];
  readonly now: BootResult;
  readonly without: BootResult;
  readonly after: BootResult;
};

export function bootValue(
  request: Pick<PlanRequest, "catalogue" | "facts">,
  key: Key,
  outcome: BootResult,
): BootValue {
  const winner = outcome.winners.get(keyPath(key));
  const tunable = findTunable(request.catalogue, key);
  if (winner)
    return {
      from: "file",
      value: roundedValue(tunable, parseAsKernel(tunable, winner.value), request.facts.view?.hz),
      file: winner.file,
      line: winner.line,
    };
  const value = kernelDefault(request, key);
  return { from: "kernel", ...(value !== undefined && { value }) };
}

/**
 * What the kernel starts with, where the catalogue knows it. What is live, or was before our first apply, is
 * no witness: somebody may have tried it by hand before they wrote it into a profile.
 */
function kernelDefault(
  { catalogue, facts }: Pick<PlanRequest, "catalogue" | "facts">,
  key: Key,
): Value | undefined {
  const tunable = findTunable(catalogue, key);
  const kernel = facts.kernel ?? facts.installedKernel;
  const known = tunable && kernel !== undefined ? defaultOf(tunable, kernel) : undefined;
  return known && canonicalReading(tunable, known.value);
}

/**
 * The value of our line for a key, or undefined where it needs none. One value always gets its line. Bounds
 * get one only where the boot could leave them, or where it is not known what it gives: a line pins today's
 * number, and so lowers a better default of a later kernel.
 */
export function dropInValue(
  request: PlanRequest,
  key: Key,
  { wanted }: Setting,
  boots: Pick<Boots, "now" | "without">,
): Value | undefined {
  if (wanted.kind === "value") return wanted.value;
  const other = boots.without.winners.get(keyPath(key));
  const sure = other
    ? parseAsKernel(findTunable(request.catalogue, key), other.value)
    : kernelDefault(request, key);
  const live = other ? undefined : liveWithoutUs(request, key, boots.now);
  const candidates = [live, sure].filter((value) => value !== undefined);
  if (candidates.length === 0) return wanted.least ?? wanted.most;
  const outside = candidates.find((candidate) => clamp(candidate, wanted) !== candidate);
  if (outside !== undefined) return clamp(outside, wanted);
  return sure === undefined ? live : undefined;
}

/** A kernel may have been built with another default than the catalogue's; what is live is a sign of it. */
function liveWithoutUs(request: PlanRequest, key: Key, now: BootResult): Value | undefined {
  const original = request.facts.applied?.originals[key] ?? undefined;
  // With our line but without a record, what is live is our own doing and tells nothing of the kernel's
  // default.
  const ours = original === undefined && request.facts.starts === undefined && now.winners.has(keyPath(key));
  return original ?? (ours ? undefined : startValue(request.facts, key));
}

/** What bounds start from where nothing of ours is in the way. */
export const startValue = ({ read, starts }: PlanRequest["facts"], key: Key): Value | undefined =>
  presentValue((starts ?? read)(key));
