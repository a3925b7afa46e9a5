/** Why the next boot will not give what is wanted. */
import type { BootCause } from "../boot/run.js";
import { isGlobLine } from "../boot/targets.js";
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { isPattern, type Key, keyPath } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { HostProblem, PrecedenceRule } from "../problem.js";
import type { Setting } from "../profile/profile.js";
import { meets, wantedText } from "../profile/wanted.js";
import type { BootUnit } from "../writers/other-write.js";
import type { BootOutcome } from "./boot-value.js";
import { type ModuleAtBoot, moduleAtBoot } from "./module-at-boot.js";
import { isOurPath, isReadAfterOurs } from "./own-files.js";
import type { BootValue, PlanFacts, PlannedKey, PlanRequest } from "./plan.js";

/** Those of a key, and those that are in the way of every key. */
export type BootProblems = {
  readonly ofKeys: ReadonlyMap<Key, readonly HostProblem[]>;
  readonly ofHost: readonly HostProblem[];
};

export function bootProblems(
  request: PlanRequest,
  keys: readonly PlannedKey[],
  after: BootOutcome,
): BootProblems {
  const settings = keys.filter(({ setting }) => setting);
  if (request.settings.length === 0) return { ofKeys: new Map(), ofHost: [] };
  const blocked = [...blockedBoot(request, after), ...loaderOff(request, after)];
  const { around } = after;
  const moduleOf = (key: Key): ModuleAtBoot | undefined => moduleAtBoot({ ...request, around }, key);
  const modules = settings.flatMap(({ key }) => moduleOf(key) ?? []);
  const denied = [...deniedModules(modules), ...modulesOff(request.facts, modules)];
  const lost = settings.flatMap((planned) => {
    const module = moduleOf(planned.key);
    const isDenied = module?.denied !== undefined || module?.off !== undefined;
    const problem = blocked.length > 0 || isDenied ? undefined : overridden(request, planned, after);
    return problem ? [[planned.key, [problem]] as const] : [];
  });
  return { ofKeys: new Map(lost), ofHost: [...blocked, ...denied] };
}

/** The law: a setting whose value after the next boot is known, and is not what is wanted, is a problem. */
function overridden(
  request: PlanRequest,
  { key, setting, boot }: PlannedKey,
  after: BootOutcome,
): HostProblem | undefined {
  const { facts } = request;
  const exclusion = after.exclusions.get(keyPath(key));
  const isKnown = boot.after.value !== undefined;
  if (!setting || (isKnown && meets(setting.wanted, boot.after.value as Value)) || (!isKnown && !exclusion))
    return undefined;
  const found = { key, wanted: wantedText(setting.wanted), ...(isKnown && { boot: boot.after.value }) };
  if (boot.after.from === "program" && boot.after.when === "after") {
    const { program, file, line, via } = boot.after;
    const place = { ...(file !== undefined && { file }), ...(line !== undefined && { line }) };
    return { code: "rewritten-after-boot", ...found, program, ...place, ...(via && { via }) };
  }
  const shared = {
    code: "overridden-at-boot" as const,
    ...found,
    loader: facts.loader.name,
    ...(facts.root !== undefined && { root: facts.root }),
  };
  const refusal = after.of(key).refused?.findLast(({ line }) => isOurPath(request, line.file));
  if (refusal) {
    const { line, bound } = refusal;
    const other = bound && { other: bound, ...valueAfter(after, bound) };
    return { ...shared, cause: "refused", file: line.file, line: line.line, ...other };
  }
  // systemd keeps one line for a key: a later one takes the place of ours, be its value refused.
  const rival = after.of(key).refused?.at(-1)?.line;
  if (rival && boot.after.from !== "file")
    return { ...shared, cause: "later-refused", file: rival.file, line: rival.line };
  if (boot.after.from === "file") {
    const { file, line, via } = boot.after;
    const rule = ruleOf(request, setting, after.of(key).by);
    return { ...shared, cause: "later-file", file, line, rule, ...(via && { via }) };
  }
  return exclusion
    ? { ...shared, cause: "exclusion", file: exclusion.file, line: exclusion.line }
    : { ...shared, cause: "kernel-default" };
}

const valueAfter = (outcome: BootOutcome, key: Key): { other_value?: string } => {
  const { value } = outcome.of(key);
  return value === undefined ? {} : { other_value: value };
};

/** Why a line of another file has the last word over ours. */
function ruleOf(request: PlanRequest, setting: Setting, by: BootCause | undefined): PrecedenceRule {
  if (!by || !("line" in by) || by.via !== undefined) return "moves-it";
  if (isPattern(setting.key) && !isGlobLine(by.line)) return "names-it";
  return isReadAfterOurs(request, by.line.file) ? "read-later" : "carried-out-later";
}

/**
 * A FIFO or a device in the place of a file: the loader waits for it, and no line of any file is carried out.
 */
const blockedBoot = ({ facts }: PlanRequest, after: BootOutcome): readonly HostProblem[] =>
  after.faults
    .filter(({ code }) => code === "blocked")
    .map(({ file }): HostProblem => ({ code: "boot-blocked", file, loader: facts.loader.name }));

/** Nothing runs the loader. */
function loaderOff({ facts }: PlanRequest, { around, isOff }: BootOutcome): readonly HostProblem[] {
  return around && isOff ? [unitOff(facts, around.unit)] : [];
}

const unitOff = ({ root }: PlanFacts, { unit, state, file }: BootUnit): HostProblem => ({
  code: "boot-unit-off",
  unit,
  state,
  ...(root !== undefined && { root }),
  ...(file !== undefined && { file }),
});

/** A list of modules that must not be loaded has one of ours. */
const deniedModules = (modules: readonly ModuleAtBoot[]): readonly HostProblem[] => {
  const denials = new Map(modules.flatMap(({ name, denied }) => (denied ? [[name, denied] as const] : [])));
  return [...denials].map(([module, { how, file, line }]) => ({
    code: "module-denied-at-boot",
    module,
    how,
    file,
    ...(line !== undefined && { line }),
  }));
};

/** Nothing loads what our list of modules asks for. */
const modulesOff = (facts: PlanFacts, modules: readonly ModuleAtBoot[]): readonly HostProblem[] =>
  modules.flatMap(({ off }) => (off ? [unitOff(facts, off)] : [])).slice(0, 1);

/** The keys, with nothing known of a boot that keeps their module away: no line reaches them. */
export function withoutDenied(
  catalogue: Catalogue,
  keys: readonly PlannedKey[],
  problems: readonly HostProblem[],
): readonly PlannedKey[] {
  const denied = new Set(
    problems.flatMap((one) => (one.code === "module-denied-at-boot" ? [one.module] : [])),
  );
  if (denied.size === 0) return keys;
  const unknown = ({ value: _, ...boot }: BootValue): BootValue => boot;
  return keys.map((planned) => {
    const { now, after } = planned.boot;
    return denied.has(findTunable(catalogue, planned.key)?.module ?? "")
      ? { ...planned, boot: { now: unknown(now), after: unknown(after) } }
      : planned;
  });
}
