/** Why the next boot will not give what is wanted. */
import type { BootCause } from "../boot/run.js";
import { isReadAfter } from "../boot/stack.js";
import { isGlobLine } from "../boot/targets.js";
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { isPattern, type Key, keyPath } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { HostProblem, PrecedenceRule } from "../problem.js";
import type { Setting } from "../profile/profile.js";
import { meets, wantedText } from "../profile/wanted.js";
import type { BootOutcome } from "./boot-value.js";
import { isOurPath, targetPath } from "./own-files.js";
import type { PlannedKey, PlanRequest } from "./plan.js";

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
  const blocked = [...blockedBoot(request, after), ...loaderOff(after)];
  const denied = deniedModules(request, settings, after);
  const lost = settings.flatMap((planned) => {
    const isDenied = denied.some(({ module }) => module === moduleOf(request.catalogue, planned.key));
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
  const shared = { code: "overridden-at-boot" as const, ...found, loader: facts.loader.name };
  const refusal = after.of(key).refused?.findLast(({ line }) => isOurPath(request, line.file));
  if (refusal) {
    const { line, bound } = refusal;
    const other = bound && { other: bound, ...valueAfter(after, bound) };
    return { ...shared, cause: "refused", file: line.file, line: line.line, ...other };
  }
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
  const { boot, loader } = request.facts;
  if (!by || !("line" in by) || by.via !== undefined) return "moves-it";
  if (isPattern(setting.key) && !isGlobLine(by.line)) return "names-it";
  return isReadAfter(boot, loader, by.line.file, targetPath(request)) ? "read-later" : "carried-out-later";
}

/**
 * A FIFO or a device in the place of a file: the loader waits for it, and no line of any file is carried out.
 */
const blockedBoot = ({ facts }: PlanRequest, after: BootOutcome): readonly HostProblem[] =>
  after.faults
    .filter(({ code }) => code === "blocked")
    .map(({ file }): HostProblem => ({ code: "boot-blocked", file, loader: facts.loader.name }));

/** Nothing runs the loader. */
function loaderOff({ around, isOff }: BootOutcome): readonly HostProblem[] {
  if (!around || !isOff) return [];
  const { unit, state, file } = around.unit;
  return [{ code: "boot-unit-off", unit, state, ...(file !== undefined && { file }) }];
}

type ModuleDenied = Extract<HostProblem, { code: "module-denied-at-boot" }>;

/** A key whose module is not loaded at that time is not there, and nothing sets it when it comes. */
function deniedModules(
  { catalogue, facts }: PlanRequest,
  settings: readonly PlannedKey[],
  { around }: BootOutcome,
): readonly ModuleDenied[] {
  const modules = new Set(settings.flatMap(({ key }) => moduleOf(catalogue, key) ?? []));
  return [...modules].flatMap((module): ModuleDenied[] => {
    const isBuiltIn = facts.modules.includes(module) && !facts.loadableModules.includes(module);
    const denial = around?.deniedModules.find((one) => one.module === module.replace(/-/g, "_"));
    if (isBuiltIn || !denial) return [];
    const { how, file, line } = denial;
    return [{ code: "module-denied-at-boot", module, how, file, ...(line !== undefined && { line }) }];
  });
}

const moduleOf = (catalogue: Catalogue, key: Key): string | undefined => findTunable(catalogue, key)?.module;
