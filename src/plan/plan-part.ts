/** The plan that takes back some settings of a change and leaves the others applied. */
import { expand, type Key, parseKey } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import { nameMatcher } from "../catalogue/wildcard.js";
import { distinct, type HostProblem } from "../problem.js";
import type { Setting } from "../profile/profile.js";
import type { Applied } from "../record/applied.js";
import { restoreTarget } from "../record/restore.js";
import { givenBackFor } from "./give-back.js";
import { currentPath, textOf } from "./own-files.js";
import { isLiveChange, type Plan, type PlannedKey } from "./plan.js";
import { decide, type RollbackRequest, settled } from "./plan-rollback.js";
import { planSettings } from "./plan-settings.js";

export type PartRequest = RollbackRequest & {
  /** Keys, or patterns with `*`, of the settings that go back. */
  readonly only: readonly string[];
  /** What is applied now. */
  readonly applied: Applied;
};

/** A plan, or the first of `only` that no setting of the set answers to; undefined where there is no such change. */
export type PartPlan = { readonly plan: Plan } | { readonly unmatched: string };

export function planPart(request: PartRequest): PartPlan | undefined {
  const { catalogue, facts, applied, only, id } = request;
  const target = restoreTarget(request.records, id);
  if (!target) return undefined;
  const unmatched = only.find((text) => !applied.settings.some(({ key }) => isMeant([text], key)));
  if (unmatched !== undefined) return { unmatched };
  const goes = ({ key }: Setting): boolean => isMeant(only, key);
  const settings = [
    ...applied.settings.filter((setting) => !goes(setting)),
    ...(target.applied?.settings ?? []).filter(goes),
  ];
  const going = new Set<Key>(
    [...applied.settings, ...(target.applied?.settings ?? [])]
      .filter(goes)
      .flatMap(({ key }) => [key, ...expand(key, facts.interfaces)]),
  );
  const staying = settings.flatMap(({ key }) => expand(key, facts.interfaces));
  const plan = planSettings({
    catalogue,
    profiles: settings.length === 0 ? [] : applied.profiles,
    settings,
    leftOut: [],
    parameters: applied.parameters,
    ...(applied.arguments && { arguments: applied.arguments }),
    facts,
    rivals: givenBackFor(request, [...going], staying),
  });
  const conflicts = distinct([
    ...target.keys
      .filter(({ key }) => going.has(key))
      .flatMap((restore) => decide(request, restore).conflict ?? []),
    ...editedDropIn(request),
  ]);
  const { open, kept } = settled(request, conflicts);
  const { before, after } = plan.applied;
  return {
    plan: {
      ...plan,
      applied: { before, after: after && { ...after, ...yieldedBut(applied, going) } },
      kind: "rollback",
      backTo: id,
      only,
      keys: plan.keys
        .map((planned) => (going.has(planned.key) ? planned : asItIs(planned)))
        .map((planned) => (isKept(kept, planned) ? left(planned) : planned)),
      // The other settings were accepted when they were applied.
      problems: open,
      accepted: kept,
      warnings: [],
    },
  };
}

/** What the settings that stay had yielded. */
function yieldedBut({ yielded = {} }: Applied, going: ReadonlySet<Key>): Pick<Applied, "yielded"> {
  const stays = Object.entries(yielded).filter(([key]) => !going.has(key as Key));
  return stays.length === 0 ? {} : { yielded: Object.fromEntries(stays) };
}

const isMeant = (only: readonly string[], key: Key): boolean =>
  only.some((text) => parseKey(text) === key || nameMatcher(text)(key));

const isKept = (kept: readonly HostProblem[], { key }: PlannedKey): boolean =>
  kept.some((problem) => problem.code === "modified-externally" && problem.key === key);

/** The other settings are none of its business, even where something else has changed them. */
function asItIs(planned: PlannedKey): PlannedKey {
  const now = presentValue(planned.now);
  return isLiveChange(planned) && now !== undefined
    ? { ...planned, action: "unchanged", after: now }
    : planned;
}

function left({ after: _, ...planned }: PlannedKey): PlannedKey {
  return { ...planned, action: "skip", reason: "modified-externally" };
}

/** The drop-in is printed anew: what somebody has added to it would be lost. */
function editedDropIn({ facts }: PartRequest): readonly HostProblem[] {
  const path = currentPath(facts);
  const written = facts.written?.[path];
  return written === undefined || (textOf(facts, path) ?? null) === written
    ? []
    : [{ code: "file-modified", file: path }];
}
