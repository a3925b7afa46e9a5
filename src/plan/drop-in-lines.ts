/** The files that a plan leaves: the lines of the drop-in, and the modules to load at boot. */
import { modulesPath, printDropIn, printModules } from "../boot/drop-in.js";
import { traitsOf } from "../boot/loader.js";
import { findTunable } from "../catalogue/catalogue.js";
import { isPattern, type Key } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import type { Setting } from "../profile/profile.js";
import { type Boots, dropInValue } from "./boot-value.js";
import { inOrder } from "./order.js";
import { currentPath, targetPath, textOf } from "./own-files.js";
import type { FileChange, PlanRequest } from "./plan.js";

type Lines = ReadonlyMap<Key, { readonly value: Value; readonly setting: Setting }>;

/** @param settings with their patterns spelled out */
export function dropInLines(
  request: PlanRequest,
  settings: ReadonlyMap<Key, Setting>,
  boots: Omit<Boots, "after">,
): Lines {
  const lines = new Map<Key, { value: Value; setting: Setting }>();
  const { globs } = traitsOf(request.facts.loader);
  const isOneLine = ({ key, wanted }: Setting): boolean => globs && isPattern(key) && wanted.kind === "value";
  // A pattern stays one line, so that udev can apply it to interfaces that come later.
  for (const setting of request.settings)
    if (isOneLine(setting) && setting.wanted.kind === "value")
      lines.set(setting.key, { value: setting.wanted.value, setting });
  for (const [key, setting] of settings) {
    if (isOneLine(setting)) continue;
    const value = dropInValue(request, key, setting, boots);
    if (value !== undefined) lines.set(key, { value, setting });
  }
  return lines;
}

/** @param settings with their patterns spelled out */
export function fileChanges(
  request: PlanRequest,
  lines: Lines,
  settings: ReadonlyMap<Key, Setting>,
): readonly FileChange[] {
  const { facts, catalogue } = request;
  // At boot keys start from what they are without us, so the order must be right for that.
  const writes = [...lines].map(([key, { value }]) => {
    const before = facts.applied?.originals[key] ?? presentValue(facts.read(key));
    return { key, value, ...(before !== undefined && { before }) };
  });
  const printed = inOrder(catalogue, writes).flatMap(({ key, value }) => {
    const setting = lines.get(key)?.setting;
    return setting ? [{ key, value, profile: setting.profile, why: setting.why }] : [];
  });
  const [current, target] = [currentPath(facts), targetPath(request)];
  return [
    // Where it moves the old one goes first: no boot ever reads both.
    ...(target === current ? [] : [fileChange(current, facts.dropIn, undefined)]),
    fileChange(target, textOf(facts, target), printDropIn(request.profiles, printed)),
    fileChange(modulesPath, facts.modulesFile, printModules(bootModules(request, settings))),
    ...(request.rivals ?? []),
  ];
}

/** A file before and after; `undefined` is no file. */
export const fileChange = (
  path: string,
  before: string | undefined,
  after: string | undefined,
): FileChange => ({
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
