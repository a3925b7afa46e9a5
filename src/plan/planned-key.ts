/** What a plan does with one key. */
import { findTunable } from "../catalogue/catalogue.js";
import { expand, interfaceOf, type Key } from "../catalogue/key.js";
import { presentValue, type Reading } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import type { Setting } from "../profile/profile.js";
import { clamp } from "../profile/wanted.js";
import { type Boots, bootValue, startValue } from "./boot-value.js";
import { memoryOf } from "./memory.js";
import type { AboutChange, PlannedKey, PlanRequest } from "./plan.js";

/** A key that a setting asks for. */
export function settingKey(request: PlanRequest, key: Key, setting: Setting, boots: Boots): PlannedKey {
  const now = request.facts.read(key);
  const after = liveAfter(request, key, setting, now);
  const shared = {
    key,
    setting,
    now,
    boot: bootsOf(key, boots),
    ...(after !== undefined && { after }),
  };
  if (now.status === "missing") return missingKey(request, shared);
  if (now.status === "unknown" || presentValue(now) === after) return { ...shared, action: "unchanged" };
  return isLocked(request, key, now)
    ? lockedKey(shared)
    : { ...shared, ...aboutPart(request, shared), action: "set" };
}

const mebibyte = 1024n * 1024n;

/** What the catalogue says of a change; a boot line that changes nothing live needs none of it. */
function aboutPart(
  { catalogue, facts }: PlanRequest,
  { key, after }: Pick<PlannedKey, "key" | "after">,
): { readonly about?: AboutChange } {
  const tunable = findTunable(catalogue, key);
  if (!tunable) return {};
  const { danger, side_effects: sideEffects, takes_effect: takesEffect } = tunable;
  const memory = after === undefined ? undefined : memoryOf(tunable, after, facts);
  const live = presentValue(facts.read(key));
  const before = live === undefined ? undefined : memoryOf(tunable, live, facts);
  const isWorthAWord = memory && memory.bytes >= mebibyte && memory.bytes > (before?.bytes ?? 0n);
  const about = {
    ...(danger !== undefined && { danger }),
    ...(sideEffects !== undefined && { sideEffects }),
    ...(takesEffect !== undefined && { takesEffect }),
    ...(isWorthAWord && { memory: { bytes: String(memory.bytes), reserved: memory.reserved } }),
  };
  return Object.keys(about).length > 0 ? { about } : {};
}

/** A key that the applied set held and this one does not. */
export function leavingKey(request: PlanRequest, key: Key, boots: Boots): PlannedKey {
  const now = request.facts.read(key);
  const original = request.facts.applied?.originals[key] ?? undefined;
  const shared = { key, now, boot: bootsOf(key, boots) };
  // Without the record, which only root may read, or which is lost, the original is not known.
  if (original === undefined) return { ...shared, action: "skip", reason: "original-unknown" };
  if (now.status !== "present" || now.value === original)
    return { ...shared, action: "unchanged", after: original };
  return isLocked(request, key, now) ? lockedKey(shared) : { ...shared, action: "restore", after: original };
}

const bootsOf = (key: Key, { now, after }: Boots): PlannedKey["boot"] => ({
  now: bootValue(key, now),
  after: bootValue(key, after),
});

/** A one-way value is live: the kernel refuses every other one until a reboot. */
function isLocked({ catalogue }: PlanRequest, key: Key, now: Reading): boolean {
  const live = presentValue(now);
  return live !== undefined && findTunable(catalogue, key)?.one_way?.includes(live) === true;
}

function lockedKey({ after: _, ...shared }: Omit<PlannedKey, "action">): PlannedKey {
  const live = presentValue(shared.now);
  return { ...shared, action: "skip", reason: "locked", ...(live !== undefined && { after: live }) };
}

/** Not there yet: a module brings it, or the interface, or nothing, which is a problem of the plan. */
function missingKey({ catalogue, facts }: PlanRequest, shared: Omit<PlannedKey, "action">): PlannedKey {
  const module = findTunable(catalogue, shared.key)?.module;
  if (module !== undefined && !facts.modules.includes(module)) return { ...shared, action: "set", module };
  const name = interfaceOf(shared.key);
  const { after: _, ...absent } = shared;
  if (name !== undefined && !facts.interfaces.includes(name))
    return { ...absent, action: "skip", reason: "interface-absent" };
  return { ...shared, action: "set" };
}

function liveAfter(request: PlanRequest, key: Key, { wanted }: Setting, now: Reading): Value | undefined {
  if (wanted.kind === "value") return wanted.value;
  const base = baseline(request, key, presentValue(now) ?? startValue(request.facts, key));
  return base === undefined ? (wanted.least ?? wanted.most) : clamp(base, wanted);
}

/**
 * What bounds start from: the live value, or, where that is still what we made it, the original.
 * So a switch of profiles ends where the new one alone would have ended.
 */
function baseline({ facts }: PlanRequest, key: Key, live: Value | undefined): Value | undefined {
  const original = facts.applied?.originals[key] ?? undefined;
  if (original === undefined) return live;
  const held = facts.applied?.settings.find((setting) =>
    expand(setting.key, [interfaceOf(key) ?? ""]).includes(key),
  );
  if (held === undefined) return live;
  const ours = held.wanted.kind === "value" ? held.wanted.value : clamp(original, held.wanted);
  return live === ours ? original : live;
}
