/** What is no longer as it was applied: the plan of the applied settings against the host, read as drift. */
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import { presentValue, type Reading } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import { meets, wantedText } from "../profile/wanted.js";
import type { Applied } from "../record/applied.js";
import { type BootValue, isFileChanged, isLiveChange, type Plan, type PlanFacts } from "./plan.js";
import { planSettings } from "./plan-settings.js";

export type Drift =
  | { readonly kind: "live"; readonly key: Key; readonly wanted: string; readonly found: Reading }
  | {
      readonly kind: "boot";
      readonly key: Key;
      readonly wanted: string;
      readonly value: string;
      readonly program?: string;
      readonly file?: string;
      readonly line?: number;
    }
  /** `cause`: the key whose write had moved it. */
  | {
      readonly kind: "moved";
      readonly key: Key;
      readonly wanted: string;
      readonly found: Reading;
      readonly cause: Key;
    }
  | { readonly kind: "file"; readonly path: string; readonly change: "removed" | "edited" | "added" };

/** The plan that would bring the applied settings back, and its differences one by one. */
export function driftOf(
  catalogue: Catalogue,
  applied: Applied,
  facts: PlanFacts,
): { readonly plan: Plan; readonly drifts: readonly Drift[] } {
  const plan = planSettings({
    catalogue,
    profiles: applied.profiles,
    settings: applied.settings,
    leftOut: [],
    parameters: applied.parameters,
    facts,
  });
  return {
    plan,
    drifts: [
      ...liveDrifts(plan, facts.isLaterBoot ? applied.yielded : undefined),
      ...movedDrifts(plan),
      ...(applied.liveOnly ? [] : [...bootDrifts(plan, applied.yielded), ...fileDrifts(plan, facts.written)]),
    ],
  };
}

/** @param yielded what a boot was to give in place of settings, where one has come */
const liveDrifts = (plan: Plan, yielded: Applied["yielded"]): readonly Drift[] =>
  plan.keys
    .filter(isLiveChange)
    .filter(({ key, now }) => !isAsYielded(yielded, key, presentValue(now)))
    .flatMap(({ key, setting, now }): Drift[] =>
      setting ? [{ kind: "live", key, wanted: wantedText(setting.wanted), found: now }] : [],
    );

/** Whether a key has, or will have, exactly what was accepted in place of its setting. */
const isAsYielded = (yielded: Applied["yielded"], key: Key, value: Value | undefined): boolean =>
  value !== undefined && yielded?.[key]?.value === value;

/** What an apply saw move and something else has set since. */
const movedDrifts = (plan: Plan): readonly Drift[] =>
  plan.keys.flatMap(({ key, now, after, movedBy }): Drift[] =>
    movedBy === undefined || after === undefined
      ? []
      : [{ kind: "moved", key, wanted: after, found: now, cause: movedBy }],
  );

/** What the next boot gives as the files stand now, where that is known and not what was applied. */
function bootDrifts(plan: Plan, yielded: Applied["yielded"]): readonly Drift[] {
  return plan.keys.flatMap(({ key, setting, boot }): Drift[] => {
    if (isAsYielded(yielded, key, boot.now.value)) return [];
    if (!setting || boot.now.value === undefined || meets(setting.wanted, boot.now.value)) return [];
    const from = originOf(boot.now);
    return [{ kind: "boot", key, wanted: wantedText(setting.wanted), value: boot.now.value, ...from }];
  });
}

function originOf(boot: BootValue): { program?: string; file?: string; line?: number } {
  if (boot.from === "kernel") return {};
  const { file, line } = boot;
  return {
    ...(boot.from === "program" && { program: boot.program }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
  };
}

/** A file that is as we wrote it has not drifted, though today we would write another one. */
const fileDrifts = (plan: Plan, written: PlanFacts["written"]): readonly Drift[] =>
  plan.files
    .filter(isFileChanged)
    .filter(({ path, before }) => written?.[path] === undefined || written[path] !== (before ?? null))
    .map(({ path, before, after }) => ({
      kind: "file",
      path,
      change: before === undefined ? "removed" : after === undefined ? "added" : "edited",
    }));
