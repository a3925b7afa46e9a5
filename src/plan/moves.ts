/** What writes change besides their own keys: foreseen in a plan, remembered, and put right where it was undone. */

import { affectedBy, effectOn, inherited } from "../catalogue/affected.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { expand, interfaceOf, type Key } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import { meets } from "../profile/wanted.js";
import type { Moved } from "../record/applied.js";
import { type BootOutcome, type Boots, bootValue } from "./boot-value.js";
import { type BootValue, isLiveChange, type PlannedKey, type PlannedMove, type PlanRequest } from "./plan.js";

/** The keys that the writes of a plan move, each under the first write that does. */
export function plannedMoves(
  { catalogue, facts }: PlanRequest,
  keys: readonly PlannedKey[],
): readonly PlannedMove[] {
  const held = new Set(keys.map(({ key }) => key));
  const found = new Map<Key, PlannedMove>();
  for (const { key: cause, after } of keys.filter(isLiveChange))
    for (const { key, value } of after === undefined
      ? []
      : movedBy(catalogue, cause, after, facts.interfaces)) {
      const now = facts.read(key);
      const isNew = !held.has(key) && !found.has(key) && now.status === "present";
      if (isNew && presentValue(now) !== value)
        found.set(key, { key, cause, now, ...(value !== undefined && { after: value }) });
    }
  return [...found.values()];
}

type MovedKey = { readonly key: Key; readonly value: Value | undefined };

/** What a write moves, as far as the catalogue knows; the value is undefined where it does not say. */
export const movedBy = (
  catalogue: Catalogue,
  cause: Key,
  value: Value,
  interfaces: readonly string[],
): readonly MovedKey[] =>
  affectedBy(catalogue, cause)
    .flatMap(({ key, becomes }) =>
      expand(key, interfaces).map((one) => ({ key: one, value: effectOn(value, becomes) })),
    )
    .filter(({ key }) => key !== cause);

/** What an apply had moved, whose cause is still set so, and which something has set back since. */
export function movedBack(request: PlanRequest, held: ReadonlySet<Key>, boots: Boots): readonly PlannedKey[] {
  const { facts, settings } = request;
  const isStillSet = (cause: string): boolean =>
    settings.some(({ key, wanted }) => {
      const live = presentValue(facts.read(cause as Key));
      return (
        expand(key, [interfaceOf(cause as Key) ?? ""]).includes(cause as Key) &&
        live !== undefined &&
        meets(wanted, live)
      );
    });
  return Object.entries(facts.applied?.moved ?? {}).flatMap(([name, { value, cause }]): PlannedKey[] => {
    const key = name as Key;
    const now = facts.read(key);
    if (held.has(key) || now.status !== "present" || now.value === value || !isStillSet(cause)) return [];
    const move = { key, value, cause: cause as Key };
    const boot = { now: movedAtBoot(move, boots.now), after: movedAtBoot(move, boots.after) };
    return [{ key, now, action: "set", after: value, movedBy: move.cause, boot }];
  });
}

/**
 * Where the model does not say what the line of the cause makes of the key, it makes of it at boot what the
 * write of today did.
 */
function movedAtBoot(
  { key, value, cause }: { readonly key: Key; readonly value: Value; readonly cause: Key },
  outcome: BootOutcome,
): BootValue {
  const own = bootValue(key, outcome);
  if (own.from === "file" && own.via !== cause) return own;
  const causing = bootValue(cause, outcome);
  return own.value === undefined && causing.from === "file" ? { ...causing, value, via: cause } : own;
}

/** What is remembered as moved: what this change moved, and what earlier ones did and is still so. */
export function movedAfter(
  catalogue: Catalogue,
  written: readonly { readonly key: Key; readonly value: Value }[],
  sideEffects: readonly { readonly key: Key; readonly after: Value | null }[],
  earlier: Readonly<Record<string, Moved>> | undefined,
  settingKeys: ReadonlySet<string>,
): Readonly<Record<string, Moved>> | undefined {
  const interfaces = [...new Set(sideEffects.flatMap(({ key }) => interfaceOf(key) ?? []))];
  const causes = written.map((write) => ({
    cause: write.key,
    reached: new Set([
      ...movedBy(catalogue, write.key, write.value, interfaces).map(({ key }) => key),
      ...inherited(write.key, interfaces),
    ]),
  }));
  const causeOf = (key: Key): string | undefined => causes.find(({ reached }) => reached.has(key))?.cause;
  const moved = sideEffects.flatMap(({ key, after }) => {
    const cause = causeOf(key);
    return after === null || cause === undefined ? [] : [[key, { value: after, cause }] as const];
  });
  const kept = Object.entries(earlier ?? {}).filter(
    ([key, { cause }]) => !settingKeys.has(key) && settingKeys.has(cause),
  );
  const all = Object.fromEntries([...kept, ...moved]);
  return Object.keys(all).length === 0 ? undefined : all;
}
