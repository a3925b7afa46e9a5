/**
 * The plan that goes back to before a change: what each key and file was, compared with what is there now.
 */
import { mayMove } from "../catalogue/affected.js";
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { expand, isPattern, type Key, withInterface } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import { distinct, type HostProblem } from "../problem.js";
import type { Setting } from "../profile/profile.js";
import { meets } from "../profile/wanted.js";
import { type KeyRestore, type RestoreTarget, restoreTarget } from "../record/restore.js";
import { committedOf, lastCommitted, type TransactionRecord } from "../record/transaction.js";
import { inOrder, type Write } from "./order.js";
import { isLiveChange, nothingBesides, type Plan, type PlanFacts, type PlannedKey } from "./plan.js";
import { hostOf } from "./plan-settings.js";
import { withBoots } from "./restored-boot.js";
import { fileConflict, obstacleAt, restoredFiles } from "./restored-files.js";

export type RollbackRequest = {
  readonly catalogue: Catalogue;
  readonly records: readonly TransactionRecord[];
  /** The change to go back before. */
  readonly id: number;
  readonly facts: PlanFacts;
  /** What becomes of values and files that something else has changed since. */
  readonly conflicts: "refuse" | "keep" | "overwrite";
};

type ConflictRequest = Pick<RollbackRequest, "catalogue" | "facts" | "conflicts">;

/** What was found, and what becomes of it. */
export type Decision = { readonly planned?: PlannedKey; readonly conflict?: HostProblem };

/** Pure, as every plan. Undefined where there is no such change. */
export function planRollback(request: RollbackRequest): Plan | undefined {
  const { catalogue, facts, id } = request;
  const target = restoreTarget(request.records, id);
  if (!target) return undefined;
  const decisions = target.keys.map((restore) => decide(request, restore));
  const conflicts = distinct([
    ...decisions.flatMap(({ conflict }) => conflict ?? []),
    ...target.files.flatMap((file) => fileConflict(facts, file) ?? []),
    ...imageKeys(request),
  ]);
  const obstructed = target.files.flatMap(({ path }) => obstacleAt(facts, path) ?? []);
  const { open, kept } = settled(request, conflicts);
  const leftFiles = new Set([...kept, ...obstructed].flatMap(fileIn));
  const files = restoredFiles(facts, target.files, leftFiles);
  const later = distinct(laterInterfaces(request, decisions));
  const keys = ordered(request, [...decisions, ...later]);
  return {
    kind: "rollback",
    backTo: id,
    profiles: target.applied?.profiles ?? [],
    host: hostOf(facts),
    keys: withBoots(request, keys, files),
    mayMove: mayMove(catalogue, writtenKeys(keys), facts.interfaces),
    files,
    applied: { before: lastCommitted(request.records)?.after.applied ?? null, after: target.applied },
    recordChanges: isOtherRecord(request.records, target),
    problems: open,
    accepted: distinct([...kept, ...later.flatMap(({ conflict }) => conflict ?? []), ...obstructed]),
    ...nothingBesides,
  };
}

/** What stops a rollback, and what it leaves; by `overwrite` a conflict is neither. */
export function settled(
  request: ConflictRequest,
  conflicts: readonly HostProblem[],
): { readonly open: readonly HostProblem[]; readonly kept: readonly HostProblem[] } {
  const kept = conflicts.filter((conflict) => keeps(request, conflict));
  const open = conflicts.filter((conflict) => !kept.includes(conflict) && !isOverwritten(request, conflict));
  return { open, kept };
}

/** Not even `overwrite` knows a value to restore where none was seen. */
const keeps = ({ conflicts }: ConflictRequest, { code }: HostProblem): boolean =>
  code === "original-unknown"
    ? conflicts !== "refuse"
    : conflicts === "keep" && (code === "modified-externally" || code === "file-modified");

const isOverwritten = ({ conflicts }: ConflictRequest, { code }: HostProblem): boolean =>
  conflicts === "overwrite" && (code === "modified-externally" || code === "file-modified");

const fileIn = (conflict: HostProblem): readonly string[] =>
  conflict.code === "file-modified" || conflict.code === "foreign-file" ? [conflict.file] : [];

/** One key on its way back. */
export function decide(request: ConflictRequest, { key, ours, before, appliedByBoot }: KeyRestore): Decision {
  const { facts, catalogue } = request;
  const now = facts.read(key);
  const live = presentValue(now);
  // A key that is not there now has nothing to restore; one that no boot took from our drop-in is not ours.
  if (live === undefined || (appliedByBoot && live !== ours)) return {};
  const shared = { key, now, boot: unknownBoot, ...(before !== null && { after: before }) };
  if (live === before) return { planned: { ...shared, action: "unchanged" } };
  // We left it as it was, and something else has moved it since.
  if (ours === before) return {};
  if (findTunable(catalogue, key)?.one_way?.includes(live))
    return { conflict: { code: "not-restored", key, wanted: before ?? "", found: live, why: "one-way" } };
  if (live === ours) return before === null ? {} : { planned: { ...shared, action: "restore" } };
  const conflict: HostProblem = {
    code: "modified-externally",
    key,
    ...(ours !== null && { ours }),
    found: live,
    ...(before !== null && { before }),
  };
  if (before === null) return { conflict };
  return isOverwritten(request, conflict)
    ? { planned: { ...shared, action: "restore" }, conflict }
    : { planned: { key, now, boot: unknownBoot, action: "skip", reason: "modified-externally" }, conflict };
}

export const unknownBoot: PlannedKey["boot"] = { now: { from: "kernel" }, after: { from: "kernel" } };

/**
 * One of two names of a value is enough to write; of the two, the one that can be written.
 * `user.max_inotify_instances` needs a right that root may lack.
 */
function withoutAliases(
  { catalogue, facts }: Pick<RollbackRequest, "catalogue" | "facts">,
  keys: readonly PlannedKey[],
): readonly PlannedKey[] {
  const canWrite = facts.canWrite ?? (() => true);
  const written = new Set(writtenKeys(keys));
  const isSecondName = (key: Key): boolean => {
    const other = findTunable(catalogue, key)?.same_as as Key | undefined;
    if (other === undefined || !written.has(other)) return false;
    return canWrite(key) === canWrite(other) ? other < key : canWrite(other);
  };
  return keys.filter((planned) => !isLiveChange(planned) || !isSecondName(planned.key));
}

const writtenKeys = (keys: readonly PlannedKey[]): readonly Key[] =>
  keys.filter(isLiveChange).map(({ key }) => key);

/** Those that are written in their order, then the others. */
export function ordered(
  request: Pick<RollbackRequest, "catalogue" | "facts">,
  decisions: readonly Decision[],
): readonly PlannedKey[] {
  const keys = withoutAliases(
    request,
    decisions.flatMap(({ planned }) => planned ?? []),
  );
  const byKey = new Map(keys.map((planned) => [planned.key, planned]));
  const writes = keys.filter(isLiveChange).flatMap(({ key, after, now }): Write[] => {
    const before = presentValue(now);
    return after === undefined ? [] : [{ key, value: after, ...(before !== undefined && { before }) }];
  });
  return [
    ...inOrder(request.catalogue, writes).flatMap(({ key }) => byKey.get(key) ?? []),
    ...keys.filter((planned) => !isLiveChange(planned)),
  ];
}

const isOtherRecord = (records: readonly TransactionRecord[], target: RestoreTarget): boolean =>
  JSON.stringify(lastCommitted(records)?.after.applied ?? null) !== JSON.stringify(target.applied);

/** The changes that are undone. */
const undone = ({ records, id }: RollbackRequest): readonly TransactionRecord[] =>
  committedOf(records).filter((record) => record.id >= id);

/** Keys that an image brought along already set: there is no value to go back to before the next boot. */
const imageKeys = (request: RollbackRequest): readonly HostProblem[] =>
  unknownOriginals(
    request.facts,
    undone(request)
      .filter(({ kernel }) => kernel === undefined)
      .flatMap(({ after }) => after.applied?.settings ?? [])
      // Where no boot has taken it from the drop-in, nothing of it is live.
      .filter(({ key, wanted }) => {
        const live = presentValue(request.facts.read(key));
        return live === undefined || meets(wanted, live);
      }),
  );

/** What an image brought along already set had no value before. */
export const unknownOriginals = (facts: PlanFacts, settings: readonly Setting[]): readonly HostProblem[] =>
  settings.flatMap(({ key }): HostProblem[] => {
    const live = presentValue(facts.read(key));
    return live === undefined ? [] : [{ code: "original-unknown", key, found: live }];
  });

/**
 * Keys of interfaces that came after the change and took a pattern's value then. They had none before: they
 * get what a new interface starts with, which is the value of `default`.
 */
function laterInterfaces(request: RollbackRequest, decisions: readonly Decision[]): readonly Decision[] {
  const { facts } = request;
  const planned = new Map(decisions.flatMap(({ planned: one }) => (one ? [[one.key, one] as const] : [])));
  return undone(request)
    .filter(({ kind }) => kind === "apply")
    .flatMap(({ after }) => after.applied ?? [])
    .flatMap(({ settings, originals }) =>
      settings
        .filter(({ key }) => isPattern(key))
        .flatMap(({ key, wanted }) => expand(key, facts.interfaces).map((one) => ({ key: one, wanted })))
        .flatMap(({ key, wanted }): Decision[] => {
          const now = facts.read(key);
          const live = presentValue(now);
          if (key in originals || planned.has(key) || live === undefined || !meets(wanted, live)) return [];
          const model = withInterface(key, "default");
          const initial = planned.get(model)?.after ?? presentValue(facts.read(model));
          if (initial === live) return [];
          return initial === undefined || wanted.kind !== "value"
            ? [{ conflict: { code: "original-unknown", key, found: live } }]
            : [{ planned: { key, now, boot: unknownBoot, action: "restore", after: initial } }];
        }),
    );
}
