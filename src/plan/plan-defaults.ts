/**
 * The way back where no record tells what was before: what the next boot would give without our drop-in, now.
 */
import { modulesPath } from "../boot/drop-in.js";
import { mayMove } from "../catalogue/affected.js";
import { expand, type Key } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import { distinct } from "../problem.js";
import type { Applied } from "../record/applied.js";
import { allGivenBack } from "./give-back.js";
import { currentPath, textOf } from "./own-files.js";
import {
  type FileChange,
  isLiveChange,
  nothingBesides,
  type Plan,
  type PlanFacts,
  type PlannedKey,
} from "./plan.js";
import {
  type Decision,
  decide,
  ordered,
  type RollbackRequest,
  settled,
  unknownBoot,
} from "./plan-rollback.js";
import { hostOf } from "./plan-settings.js";
import { withBoots } from "./restored-boot.js";
import { obstacleAt } from "./restored-files.js";

export type DefaultsRequest = Pick<RollbackRequest, "catalogue" | "facts" | "conflicts"> & {
  /** By the record, or by the drop-in where there is none. */
  readonly applied: Applied;
};

export function planDefaults(request: DefaultsRequest): Plan {
  const { catalogue, facts, applied } = request;
  const ownFiles = [currentPath(facts), modulesPath];
  const obstructed = ownFiles.flatMap((path) => obstacleAt(facts, path) ?? []);
  const isLeft = (path: string): boolean =>
    obstructed.some((problem) => problem.code === "foreign-file" && problem.file === path);
  const ours = ownFiles.flatMap((path): FileChange[] => {
    const before = textOf(facts, path);
    return before === undefined || isLeft(path) ? [] : [{ path, before }];
  });
  const files = [...ours, ...allGivenBack(request)];
  const decisions = decisionsOf(request, files);
  const keys = withBoots(request, ordered(request, decisions), files);
  const conflicts = distinct(decisions.flatMap(({ conflict }) => conflict ?? []));
  // What nobody knows is no reason to leave the rest as it is.
  const unknown = conflicts.filter(({ code }) => code === "original-unknown");
  const { open, kept } = settled(
    request,
    conflicts.filter((conflict) => !unknown.includes(conflict)),
  );
  return {
    kind: "rollback",
    profiles: [],
    host: hostOf(facts),
    keys,
    mayMove: mayMove(
      catalogue,
      keys.filter(isLiveChange).map(({ key }) => key),
      facts.interfaces,
    ),
    files,
    applied: { before: applied, after: null },
    recordChanges: true,
    problems: open,
    accepted: [...unknown, ...kept, ...obstructed],
    ...nothingBesides,
  };
}

/** Every key of the set, from what we set to what the next boot gives. */
function decisionsOf(request: DefaultsRequest, files: readonly FileChange[]): readonly Decision[] {
  const { facts, applied } = request;
  const ours = applied.settings.flatMap(({ key, wanted }) =>
    expand(key, facts.interfaces).map((one) => ({ key: one, wanted })),
  );
  const booted = new Map(
    withBoots(
      request,
      ours.map(({ key }) => unplanned(facts, key)),
      files,
    ).map(({ key, boot }) => [key, boot.after.value]),
  );
  return ours.flatMap(({ key, wanted }): Decision[] => {
    const live = presentValue(facts.read(key));
    if (live === undefined) return [];
    const before = booted.get(key);
    if (before === undefined) return [{ conflict: { code: "original-unknown", key, found: live } }];
    // Of bounds it is not known which value within them is ours.
    const set = wanted.kind === "value" ? wanted.value : live;
    return [decide(request, { key, ours: set, before })];
  });
}

const unplanned = (facts: PlanFacts, key: Key): PlannedKey => ({
  key,
  now: facts.read(key),
  action: "unchanged",
  boot: unknownBoot,
});
