/** What the next boot gives a key, and whether our drop-in needs a line for it. */
import type { BootOutcome } from "../boot/simulate.js";
import { defaultOf, findTunable } from "../catalogue/catalogue.js";
import { type Key, keyPath } from "../catalogue/key.js";
import { readValue, type Value } from "../catalogue/value.js";
import { within } from "../profile/merge.js";
import type { Setting } from "../profile/profile.js";
import type { BootValue, PlanRequest } from "./plan.js";
import { valueIn } from "./reading.js";

/** The boot three ways: as it would go now, without our drop-in, and with the new one. `paths` are the keys that exist. */
export type Boots = {
  readonly paths: readonly string[];
  readonly now: BootOutcome;
  readonly without: BootOutcome;
  readonly after: BootOutcome;
};

export function bootValue(request: PlanRequest, key: Key, outcome: BootOutcome): BootValue {
  const winner = outcome.winners.get(keyPath(key));
  const tunable = findTunable(request.catalogue, key);
  if (winner) return { from: "file", value: readValue(tunable, winner.value), file: winner.file, line: winner.line };
  const value = unset(request, key);
  return { from: "kernel", ...(value !== undefined && { value }) };
}

/** What the kernel starts with, as far as it is known: the value from before our first apply, the catalogue's, or what is live and not ours. */
function unset(request: PlanRequest, key: Key): Value | undefined {
  const original = request.facts.applied?.originals[key];
  if (original !== undefined && original !== null) return original;
  return staticDefault(request, key) ?? (original === null ? undefined : valueIn(request.facts.read(key)));
}

function staticDefault({ catalogue, facts }: PlanRequest, key: Key): Value | undefined {
  const tunable = findTunable(catalogue, key);
  const known = tunable && facts.kernel !== undefined ? defaultOf(tunable, facts.kernel) : undefined;
  return known && readValue(tunable, known.value);
}

/**
 * The value of our line for a key, or undefined where it needs none. One value always gets its line. Bounds get one only where the boot
 * could leave them: a line would pin today's number, and so lower a better default that a later kernel brings.
 */
export function lineFor(
  request: PlanRequest,
  key: Key,
  { wanted }: Setting,
  boots: Pick<Boots, "now" | "without">,
): Value | undefined {
  if (wanted.kind === "value") return wanted.value;
  const other = boots.without.winners.get(keyPath(key));
  const candidates = other
    ? [readValue(findTunable(request.catalogue, key), other.value)]
    : withoutFiles(request, key, boots.now);
  if (candidates.length === 0) return wanted.least ?? wanted.most;
  const outside = candidates.find((candidate) => within(candidate, wanted) !== candidate);
  return outside === undefined ? undefined : within(outside, wanted);
}

/** The values a boot without any line might give; none where nothing is known. */
function withoutFiles(request: PlanRequest, key: Key, now: BootOutcome): readonly Value[] {
  const original = request.facts.applied?.originals[key] ?? undefined;
  // With our line but without a record, what is live is our own doing and tells nothing of the kernel's default.
  const ours = original === undefined && now.winners.has(keyPath(key));
  const live = original ?? (ours ? undefined : valueIn(request.facts.read(key)));
  return [live, staticDefault(request, key)].filter((value) => value !== undefined);
}
