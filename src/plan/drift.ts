/** What is no longer as it was applied: the plan of the applied settings against the host, read as drift. */
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import { isMet } from "../profile/merge.js";
import { wantedText } from "../profile/wanted.js";
import { plan } from "./make.js";
import { type Applied, isDue, isFileChanged, type Plan, type PlanFacts } from "./plan.js";
import type { Reading } from "./reading.js";

export type Drift =
  | { readonly kind: "live"; readonly key: Key; readonly wanted: string; readonly found: Reading }
  | {
      readonly kind: "boot";
      readonly key: Key;
      readonly wanted: string;
      readonly value: string;
      readonly file?: string;
      readonly line?: number;
    }
  | { readonly kind: "file"; readonly path: string; readonly change: "removed" | "edited" | "added" };

/** The plan that would bring the applied settings back, and its differences one by one. */
export function driftOf(
  catalogue: Catalogue,
  applied: Applied,
  facts: PlanFacts,
): { readonly plan: Plan; readonly drifts: readonly Drift[] } {
  const made = plan({
    catalogue,
    profiles: applied.profiles,
    settings: applied.settings,
    leftOut: [],
    parameters: applied.parameters,
    facts,
  });
  return {
    plan: made,
    drifts: [...liveDrifts(made), ...bootDrifts(made), ...fileDrifts(made, facts.written)],
  };
}

const liveDrifts = (made: Plan): readonly Drift[] =>
  made.keys
    .filter(isDue)
    .flatMap(({ key, setting, now }): Drift[] =>
      setting ? [{ kind: "live", key, wanted: wantedText(setting.wanted), found: now }] : [],
    );

/** What the next boot gives as the files stand now, where that is known and not what was applied. */
function bootDrifts(made: Plan): readonly Drift[] {
  return made.keys.flatMap(({ key, setting, boot }): Drift[] => {
    if (!setting || boot.now.value === undefined || isMet(setting.wanted, boot.now.value)) return [];
    const from = boot.now.from === "file" ? { file: boot.now.file, line: boot.now.line } : {};
    return [{ kind: "boot", key, wanted: wantedText(setting.wanted), value: boot.now.value, ...from }];
  });
}

/** A file that is as we wrote it has not drifted, though today we would write another one. */
const fileDrifts = (made: Plan, written: PlanFacts["written"]): readonly Drift[] =>
  made.files
    .filter(isFileChanged)
    .filter(({ path, before }) => written?.[path] === undefined || written[path] !== (before ?? null))
    .map(({ path, before, after }) => ({
      kind: "file",
      path,
      change: before === undefined ? "removed" : after === undefined ? "added" : "edited",
    }));
