/** Makes a plan. */

import { byBytes } from "../boot/bytes.js";
import {
  dropInFolder,
  dropInName,
  dropInPath,
  modulesPath,
  printDropIn,
  printModules,
} from "../boot/print.js";
import { type BootOutcome, simulate } from "../boot/simulate.js";
import { withFile } from "../boot/stack.js";
import { findTunable } from "../catalogue/catalogue.js";
import { expand, interfaceOf, isPattern, type Key, keyPath, recordedKey } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import { appliedFromDropIn } from "../history/settings.js";
import { within } from "../profile/merge.js";
import type { Setting } from "../profile/profile.js";
import { type Boots, bootValue, lineFor, startOf } from "./boot-value.js";
import { inOrder } from "./order.js";
import type { FileChange, Plan, PlanFacts, PlannedKey, PlanRequest } from "./plan.js";
import { planProblems, planWarnings } from "./problems.js";
import { type Reading, valueIn } from "./reading.js";

/** Compares settings with the host. Pure: the same request gives the same plan, whatever the order of its settings. */
export function plan(request: PlanRequest): Plan {
  const settings = concrete(request);
  const leaving = leavingKeys(request, settings);
  const boots = bootsNow(request, [...settings.keys(), ...leaving]);
  const lines = dropInLines(request, settings, boots);
  const files = fileChanges(request, lines, settings);
  const after = simulate(
    withFile(request.facts.boot, dropInFolder, dropInName, files[0]?.after),
    request.facts.loader,
    boots.paths,
  );
  const keys = ordered(request, [
    ...[...settings].map(([key, setting]) => plannedKey(request, key, setting, { ...boots, after })),
    ...leaving.map((key) => returningKey(request, key, { ...boots, after })),
  ]);
  const draft = { keys, files, load: missingModules(keys) };
  return {
    profiles: request.profiles,
    host: hostOf(request.facts),
    ...draft,
    leftOut: request.leftOut,
    recordChanges: recordOf(request.facts.applied) !== recordOf(request),
    problems: planProblems(request, keys, files[0]?.after),
    accepted: [],
    warnings: planWarnings(request, keys, boots, files[0]?.after),
  };
}

/** What of an applied set makes it another one: not the words, nor where a profile's file lies. */
function recordOf(set: Pick<PlanRequest, "profiles" | "settings"> | undefined): string {
  const settings = (set?.settings ?? []).map(({ key, wanted }) => JSON.stringify([key, wanted])).sort();
  return JSON.stringify([set?.profiles ?? [], settings]);
}

const hostOf = ({ hostName, kernel, taken, loader }: PlanFacts): Plan["host"] => ({
  ...(hostName !== undefined && { name: hostName }),
  ...(kernel !== undefined && { kernel }),
  ...(taken !== undefined && { taken }),
  loader,
});

/**
 * Patterns spelled out over the keys that this host has. As in sysctl.d(5), a key named outright beats any pattern; of two patterns
 * the later one in the drop-in wins, which has them by their names.
 */
function concrete({ settings, facts }: PlanRequest): ReadonlyMap<Key, Setting> {
  const patterns = settings.filter(({ key }) => isPattern(key)).sort((a, b) => byBytes(a.key, b.key));
  return new Map([
    ...patterns.flatMap((setting) => matched(setting.key, facts).map((key) => [key, setting] as const)),
    ...settings.flatMap((setting) => (isPattern(setting.key) ? [] : [[setting.key, setting] as const])),
  ]);
}

/** An interface may lack a key (IPv6 on a small MTU), and `all` has none of `neigh`; where nothing at all matches, every key is missed. */
function matched(pattern: Key, { interfaces, read }: PlanFacts): readonly Key[] {
  const keys = expand(pattern, interfaces);
  const there = keys.filter((key) => recordedKey(key) !== undefined && read(key).status !== "missing");
  return there.length > 0 ? there : keys;
}

/**
 * Keys that the applied set, or our file, holds and this one does not. A key that is
 * another name of one in the set, or its exclusive twin, goes with that one and does not return by itself.
 */
function leavingKeys({ catalogue, facts }: PlanRequest, settings: ReadonlyMap<Key, Setting>): readonly Key[] {
  const inFile = appliedFromDropIn(dropInPath, facts.dropIn ?? "")?.originals ?? {};
  const held = [...new Set([...Object.keys(facts.applied?.originals ?? {}), ...Object.keys(inFile)])];
  const twinsOf = (key: Key): readonly (string | undefined)[] => {
    const tunable = findTunable(catalogue, key);
    return [tunable?.same_as, tunable?.exclusive_with];
  };
  const twins = new Set<string | undefined>([...settings.keys()].flatMap(twinsOf));
  const isHeld = (key: Key): boolean =>
    settings.has(key) || twins.has(key) || twinsOf(key).some((twin) => settings.has(twin as Key));
  return held
    .map(recordedKey)
    .filter((key) => key !== undefined)
    .filter((key) => !isHeld(key));
}

function bootsNow({ facts }: PlanRequest, keys: readonly Key[]): Omit<Boots, "after"> {
  const paths = keys.filter((key) => facts.read(key).status !== "missing").map(keyPath);
  const simulated = (text: string | undefined): BootOutcome =>
    simulate(withFile(facts.boot, dropInFolder, dropInName, text), facts.loader, paths);
  return { paths, now: simulated(facts.dropIn), without: simulated(undefined) };
}

function dropInLines(
  request: PlanRequest,
  settings: ReadonlyMap<Key, Setting>,
  boots: Omit<Boots, "after">,
): ReadonlyMap<Key, { value: Value; setting: Setting }> {
  const lines = new Map<Key, { value: Value; setting: Setting }>();
  // A pattern stays one line, so that udev can apply it to interfaces that come later.
  for (const setting of request.settings)
    if (isPattern(setting.key) && setting.wanted.kind === "value")
      lines.set(setting.key, { value: setting.wanted.value, setting });
  for (const [key, setting] of settings) {
    if (isPattern(setting.key) && setting.wanted.kind === "value") continue;
    const value = lineFor(request, key, setting, boots);
    if (value !== undefined) lines.set(key, { value, setting });
  }
  return lines;
}

/** The drop-in first, then the list of modules. */
function fileChanges(
  request: PlanRequest,
  lines: ReadonlyMap<Key, { value: Value; setting: Setting }>,
  settings: ReadonlyMap<Key, Setting>,
): readonly FileChange[] {
  const { facts, catalogue } = request;
  // At boot keys start from what they are without us, so that is what the order must be right for.
  const starts = (key: Key): Value | undefined => facts.applied?.originals[key] ?? valueIn(facts.read(key));
  const writes = [...lines].map(([key, { value }]) => ({ key, value, ...beforeOf(starts(key)) }));
  const printed = inOrder(catalogue, writes).flatMap(({ key, value }) => {
    const setting = lines.get(key)?.setting;
    return setting ? [{ key, value, profile: setting.profile, why: setting.why }] : [];
  });
  return [
    fileChange(dropInPath, facts.dropIn, printDropIn(request.profiles, printed)),
    fileChange(modulesPath, facts.modulesFile, printModules(bootModules(request, settings))),
  ];
}

const beforeOf = (value: Value | undefined): { before?: Value } =>
  value === undefined ? {} : { before: value };

const fileChange = (path: string, before: string | undefined, after: string | undefined): FileChange => ({
  path,
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});

/** Modules that are not part of the kernel image and that a setting's key needs before sysctl.d is read. */
function bootModules(
  { catalogue, facts }: PlanRequest,
  settings: ReadonlyMap<Key, Setting>,
): readonly string[] {
  const needed = [...settings.keys()].map((key) => ({ key, module: findTunable(catalogue, key)?.module }));
  const loadable = needed.flatMap(({ key, module }) => {
    if (module === undefined) return [];
    const absent = facts.read(key).status !== "present";
    return absent || facts.loadableModules.includes(module) ? [module] : [];
  });
  return [...new Set(loadable)].sort();
}

function plannedKey(request: PlanRequest, key: Key, setting: Setting, boots: Boots): PlannedKey {
  const now = request.facts.read(key);
  const after = afterOf(request, key, setting, now);
  const boot = { now: bootValue(request, key, boots.now), after: bootValue(request, key, boots.after) };
  const shared = { key, setting, now, boot, ...(after !== undefined && { after }) };
  if (now.status === "missing") return missingKey(request, shared);
  return { ...shared, action: now.status !== "unknown" && valueIn(now) !== after ? "set" : "keep" };
}

/** Not there yet: a module brings it, or the interface, or nobody, which `planProblems` tells. */
function missingKey({ catalogue, facts }: PlanRequest, shared: Omit<PlannedKey, "action">): PlannedKey {
  const module = findTunable(catalogue, shared.key)?.module;
  if (module !== undefined && !facts.modules.includes(module)) return { ...shared, action: "set", module };
  const name = interfaceOf(shared.key);
  const { after: _, ...absent } = shared;
  if (name !== undefined && !facts.interfaces.includes(name))
    return { ...absent, action: "skip", reason: "interface-absent" };
  return { ...shared, action: "set" };
}

function afterOf(request: PlanRequest, key: Key, { wanted }: Setting, now: Reading): Value | undefined {
  if (wanted.kind === "value") return wanted.value;
  const base = withoutUs(request, key, valueIn(now) ?? startOf(request.facts, key));
  return base === undefined ? (wanted.least ?? wanted.most) : within(base, wanted);
}

/**
 * What bounds start from: the live value, or, where that is still what we made it, the one from before us.
 * So a switch of profiles ends where the new one alone would have ended.
 */
function withoutUs({ facts }: PlanRequest, key: Key, live: Value | undefined): Value | undefined {
  const original = facts.applied?.originals[key] ?? undefined;
  if (original === undefined) return live;
  const held = facts.applied?.settings.find((setting) =>
    expand(setting.key, [interfaceOf(key) ?? ""]).includes(key),
  );
  if (held === undefined) return live;
  const ours = held.wanted.kind === "value" ? held.wanted.value : within(original, held.wanted);
  return live === ours ? original : live;
}

function returningKey(request: PlanRequest, key: Key, boots: Boots): PlannedKey {
  const now = request.facts.read(key);
  const original = request.facts.applied?.originals[key] ?? undefined;
  const boot = { now: bootValue(request, key, boots.now), after: bootValue(request, key, boots.after) };
  // Without the record, which only root may read, or which is lost, nobody knows what it was.
  if (original === undefined) return { key, now, boot, action: "skip", reason: "original-unknown" };
  const due = now.status === "present" && now.value !== original;
  return { key, now, boot, action: due ? "return" : "keep", after: original };
}

function ordered({ catalogue }: PlanRequest, keys: readonly PlannedKey[]): readonly PlannedKey[] {
  const byKey = new Map(keys.map((planned) => [planned.key, planned]));
  const writes = keys.map(({ key, after, now }) => ({
    key,
    value: (after ?? valueIn(now) ?? "") as Value,
    ...beforeOf(valueIn(now)),
  }));
  return inOrder(catalogue, writes).flatMap(({ key }) => byKey.get(key) ?? []);
}

const missingModules = (keys: readonly PlannedKey[]): readonly string[] =>
  [
    ...new Set(
      keys.flatMap((planned) =>
        planned.action === "set" && planned.module !== undefined ? [planned.module] : [],
      ),
    ),
  ].sort();
