/** The plan that makes a host's tuning exactly what a set of settings asks for. */
import { compareBytes } from "../boot/bytes.js";
import { dropInPath, readDropIn } from "../boot/drop-in.js";
import { mayMove } from "../catalogue/affected.js";
import { findTunable } from "../catalogue/catalogue.js";
import { expand, isPattern, type Key, recordedKey } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import { roundedValue } from "../catalogue/rounding.js";
import type { Value } from "../catalogue/value.js";
import type { HostProblem } from "../problem.js";
import type { Setting } from "../profile/profile.js";
import { wantedText } from "../profile/wanted.js";
import type { Applied } from "../record/applied.js";
import { withoutDenied } from "./boot-problems.js";
import { type Boots, bootPaths, bootWith } from "./boot-value.js";
import { dropInLines, fileChanges } from "./drop-in-lines.js";
import { judgePlan } from "./judge-plan.js";
import { movedBack, plannedMoves } from "./moves.js";
import { inOrder } from "./order.js";
import { currentPath, targetPath } from "./own-files.js";
import { isLiveChange, type Plan, type PlanFacts, type PlannedKey, type PlanRequest } from "./plan.js";
import { leavingKey, settingKey } from "./planned-key.js";
import { fileProblems, keyProblems } from "./problems.js";
import { planWarnings } from "./warnings.js";
import { withWaysOut } from "./ways-out.js";

/**
 * Compares settings with the host. Pure: the same request gives the same plan, whatever the order of its
 * settings.
 */
export function planSettings(asked: PlanRequest): Plan {
  const request = { ...asked, settings: asked.settings.map((setting) => rounded(asked, setting)) };
  const { catalogue, facts } = request;
  const settings = expandPatterns(request);
  const leaving = leavingKeys(request, settings);
  const before = bootsBefore(request, [...settings.keys(), ...leaving]);
  const files = fileChanges(request, dropInLines(request, settings, before), settings);
  const boots = { ...before, after: bootWith(request, files, before.paths) };
  const held = new Set<Key>([...settings.keys(), ...leaving]);
  const keys = ordered(request, [
    ...movedBack(request, held, boots),
    ...[...settings].map(([key, setting]) => settingKey(request, key, setting, boots)),
    ...leaving.map((key) => leavingKey(request, key, boots)),
  ]);
  const judged = judgePlan(request, keys);
  const ofKeys = keyProblems(request, keys, boots);
  const written = keys.filter(isLiveChange).map(({ key }) => key);
  return {
    kind: "apply",
    profiles: request.profiles,
    host: hostOf(facts),
    keys: withoutDenied(catalogue, keys, ofKeys),
    mayMove: mayMove(catalogue, written, facts.interfaces),
    moves: plannedMoves(request, keys),
    rounded: roundings(asked, request.settings),
    leftOut: request.leftOut,
    files,
    modulesToLoad: missingModules(keys),
    applied: { before: facts.applied ?? null, after: appliedAfter(request, keys) },
    recordChanges: recordKey(roundedSet(asked)) !== recordKey(request),
    problems: [
      ...withWaysOut(request, keys, { ...boots, files }, untold(ofKeys, judged.problems)),
      ...judged.problems,
      ...fileProblems(request, files),
    ],
    accepted: [],
    excused: [],
    warnings: [...planWarnings(request, keys, boots, files), ...judged.warnings],
  };
}

/** Two values of the set that the kernel does not take together are told as that, not once more for the boot. */
function untold(
  problems: readonly HostProblem[],
  judged: readonly { readonly code: string; readonly key?: string; readonly other?: string }[],
): readonly HostProblem[] {
  const told = new Set(
    judged.flatMap(({ code, key, other }) => (code === "contradicting-values" ? [key, other] : [])),
  );
  return problems.filter(
    (problem) =>
      problem.code !== "overridden-at-boot" || problem.cause !== "refused" || !told.has(problem.key),
  );
}

/** What the kernel makes of a value that it keeps in coarser steps: that is what is planned and written. */
function rounded({ catalogue, facts }: Pick<PlanRequest, "catalogue" | "facts">, setting: Setting): Setting {
  const { key, wanted } = setting;
  const tunable = findTunable(catalogue, key);
  if (tunable?.rounded === undefined) return setting;
  const round = (value: Value): Value => roundedValue(tunable, value, facts.view?.hz);
  if (wanted.kind === "value") return { ...setting, wanted: { kind: "value", value: round(wanted.value) } };
  const { least, most } = wanted;
  return {
    ...setting,
    wanted: {
      kind: "bounds",
      ...(least !== undefined && { least: round(least) }),
      ...(most !== undefined && { most: round(most) }),
    },
  };
}

const roundings = ({ settings }: PlanRequest, planned: readonly Setting[]): Plan["rounded"] =>
  settings.flatMap(({ key, wanted }, at) => {
    const to = planned[at]?.wanted;
    return to && wantedText(to) !== wantedText(wanted)
      ? [{ key, from: wantedText(wanted), to: wantedText(to) }]
      : [];
  });

/** The applied set, rounded as this host does: an image's was made where the steps were not known. */
function roundedSet(request: PlanRequest): PlanRequest["facts"]["applied"] {
  const { applied } = request.facts;
  return applied && { ...applied, settings: applied.settings.map((setting) => rounded(request, setting)) };
}

/** What of an applied set makes it another one: not the words, nor where a profile's file lies. */
function recordKey(set: Pick<PlanRequest, "profiles" | "settings"> | undefined): string {
  const settings = (set?.settings ?? []).map(({ key, wanted }) => JSON.stringify([key, wanted])).sort();
  return JSON.stringify([set?.profiles ?? [], settings]);
}

function appliedAfter(request: PlanRequest, keys: readonly PlannedKey[]): Applied | null {
  const { profiles, parameters, settings } = request;
  if (profiles.length === 0) return null;
  const target = targetPath(request);
  return {
    profiles,
    ...(request.arguments && { arguments: request.arguments }),
    parameters,
    // Sorted, so that the record depends on the settings alone and not on their order.
    settings: [...settings].sort((a, b) => compareBytes(a.key, b.key)),
    originals: originalsOf(request, keys),
    ...(target !== dropInPath && { dropIn: nameOf(target) }),
  };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/**
 * What each key of the set was before tunectl, remembered from the first time on; and its exclusive
 * counterpart, which alone can bring back a 0.
 */
function originalsOf(
  { catalogue, facts }: PlanRequest,
  keys: readonly PlannedKey[],
): Readonly<Record<Key, Value | null>> {
  // A null stays one: what is live by now may be our own doing.
  const known = facts.applied?.originals ?? {};
  const held = keys.filter((planned) => planned.setting).map(({ key }) => key);
  const counterparts = held.flatMap(
    (key) => (findTunable(catalogue, key)?.exclusive_with as Key | undefined) ?? [],
  );
  return Object.fromEntries(
    [...held, ...counterparts].map((key) => [
      key,
      known[key] === undefined ? (presentValue(facts.read(key)) ?? null) : known[key],
    ]),
  );
}

export const hostOf = ({ hostName, kernel, taken, loader }: PlanFacts): Plan["host"] => ({
  ...(hostName !== undefined && { name: hostName }),
  ...(kernel !== undefined && { kernel }),
  ...(taken !== undefined && { taken }),
  loader: loader.name,
});

/**
 * Patterns spelled out over the keys that this host has. As in sysctl.d(5), a key named outright takes
 * precedence over any pattern; of two patterns the later one in the drop-in wins, which has them by their
 * names.
 */
function expandPatterns({ settings, facts }: PlanRequest): ReadonlyMap<Key, Setting> {
  const patterns = settings.filter(({ key }) => isPattern(key)).sort((a, b) => compareBytes(a.key, b.key));
  return new Map([
    ...patterns.flatMap((setting) => matched(setting.key, facts).map((key) => [key, setting] as const)),
    ...settings.flatMap((setting) => (isPattern(setting.key) ? [] : [[setting.key, setting] as const])),
  ]);
}

/**
 * An interface may lack a key (IPv6 on a small MTU), and `all` has none of `neigh`. Where nothing at all
 * matches, every key is missing.
 */
function matched(pattern: Key, { interfaces, read }: PlanFacts): readonly Key[] {
  const keys = expand(pattern, interfaces);
  const there = keys.filter((key) => recordedKey(key) !== undefined && read(key).status !== "missing");
  return there.length > 0 ? there : keys;
}

/**
 * Keys that the applied set, or our file, holds and this one does not. A key that is another name of one in
 * the set, or its exclusive counterpart, goes with that one and is not restored by itself.
 */
function leavingKeys({ catalogue, facts }: PlanRequest, settings: ReadonlyMap<Key, Setting>): readonly Key[] {
  const inFile = (readDropIn(facts.dropIn ?? "")?.lines ?? []).map(({ key }) => key);
  const held = [
    ...new Set([...Object.keys(facts.applied?.originals ?? {}), ...inFile.filter((key) => !isPattern(key))]),
  ];
  const related = (key: Key): readonly (string | undefined)[] => {
    const tunable = findTunable(catalogue, key);
    return [tunable?.same_as, tunable?.exclusive_with];
  };
  const relatedToSet = new Set<string | undefined>([...settings.keys()].flatMap(related));
  const isHeld = (key: Key): boolean =>
    settings.has(key) || relatedToSet.has(key) || related(key).some((other) => settings.has(other as Key));
  return held
    .map(recordedKey)
    .filter((key) => key !== undefined)
    .filter((key) => !isHeld(key));
}

function bootsBefore(request: PlanRequest, keys: readonly Key[]): Omit<Boots, "after"> {
  const { facts, rivals = [] } = request;
  const paths = bootPaths(request, keys);
  const ours = { path: currentPath(facts) };
  return {
    paths,
    now: bootWith(request, [{ ...ours, ...(facts.dropIn !== undefined && { after: facts.dropIn }) }], paths),
    without: bootWith(request, [ours, ...rivals], paths),
  };
}

function ordered({ catalogue }: PlanRequest, keys: readonly PlannedKey[]): readonly PlannedKey[] {
  const byKey = new Map(keys.map((planned) => [planned.key, planned]));
  const writes = keys.map(({ key, after, now }) => {
    const before = presentValue(now);
    return { key, value: (after ?? before ?? "") as Value, ...(before !== undefined && { before }) };
  });
  return inOrder(catalogue, writes).flatMap(({ key }) => byKey.get(key) ?? []);
}

const missingModules = (keys: readonly PlannedKey[]): readonly string[] =>
  [
    ...new Set(
      keys.flatMap(({ action, module }) => (action === "set" && module !== undefined ? [module] : [])),
    ),
  ].sort();
