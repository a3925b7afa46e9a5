/**
 * The plan that takes back a change which a crash cut short: what of it is there, and nothing done by others
 * since.
 */
import { modulesIn, modulesPath } from "../boot/drop-in.js";
import { mayMove } from "../catalogue/affected.js";
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { interfaceOf, type Key } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import type { HostProblem } from "../problem.js";
import type { RecordedKernel, TransactionRecord } from "../record/transaction.js";
import { textOf } from "./own-files.js";
import { type FileChange, nothingBesides, type Plan, type PlanFacts, type PlannedKey } from "./plan.js";
import { unknownOriginals } from "./plan-rollback.js";
import { hostOf } from "./plan-settings.js";
import { withBoots } from "./restored-boot.js";
import { editedRival, removalsFirst } from "./restored-files.js";

export type RecoveryRequest = {
  readonly catalogue: Catalogue;
  readonly record: TransactionRecord;
  readonly facts: PlanFacts;
  /** The kernel that runs now; absent for an image. */
  readonly kernel: RecordedKernel | undefined;
  /** Keys and files that are left as they are. */
  readonly abandon?: readonly string[];
  /** Restores also what something else has set since. */
  readonly overwrite?: boolean;
};

/**
 * `accepted` holds what stays: it is neither as before the change nor as the change wanted it.
 * `afterBoot`: the change was made before a reboot that read its drop-in; only its files show that, so they
 * are put back after every value, or not at all.
 */
export type RecoveryPlan = Plan & { readonly afterBoot: boolean };

export function planRecovery(request: RecoveryRequest): RecoveryPlan {
  const { record, facts, catalogue } = request;
  const isSameBoot = record.kernel !== undefined && record.kernel.bootId === request.kernel?.bootId;
  const afterBoot = !isSameBoot && hasBooted(facts, record);
  const { restored, kept } = withoutAbandoned(request, readingsToRestore(request, isSameBoot || afterBoot));
  const files = removalsFirst(Object.entries(record.before.files), ([, before]) => before === null).map(
    ([path, before]) => fileToRestore(request, path, before),
  );
  const changes = files.flatMap(({ change }) => change ?? []);
  return {
    kind: "recovery",
    backTo: record.id,
    afterBoot,
    profiles: record.before.applied?.profiles ?? [],
    host: hostOf(facts),
    keys: withBoots(request, restored, changes),
    mayMove: mayMove(
      catalogue,
      restored.map(({ key }) => key),
      facts.interfaces,
    ),
    files: changes,
    applied: { before: record.before.applied, after: record.before.applied },
    recordChanges: true,
    problems: [],
    accepted: [
      ...kept,
      ...(afterBoot && record.kernel === undefined
        ? unknownOriginals(facts, record.after.applied?.settings ?? [])
        : []),
      ...files.flatMap(({ kept: file }) => file ?? []),
    ],
    ...nothingBesides,
    modulesToLoad: isSameBoot || request.kernel === undefined ? [] : unloadedModules(facts, changes),
  };
}

/** Another boot read the list while the change had taken them off it. */
const unloadedModules = (facts: PlanFacts, files: readonly FileChange[]): readonly string[] =>
  modulesIn(files.find(({ path }) => path === modulesPath)?.after ?? "").filter(
    (name) => !facts.modules.includes(name),
  );

/** What is to be left stays as it is, and is named. */
function withoutAbandoned({ abandon = [] }: RecoveryRequest, { restored, kept }: Readings): Readings {
  const isLeft = ({ key, action }: PlannedKey): boolean => action === "restore" && abandon.includes(key);
  const left = restored.filter(isLeft).map(({ key, now, after }): HostProblem => {
    const found = presentValue(now);
    return {
      code: "abandoned",
      what: key,
      ...(found !== undefined && { found }),
      ...(after !== undefined && { before: after }),
    };
  });
  return {
    restored: restored.map((one) => (isLeft(one) ? { ...one, action: "skip", reason: "abandoned" } : one)),
    kept: [...kept, ...left],
  };
}

/** A later boot has the values of the change too, if its files were in place by then. */
const hasBooted = (facts: PlanFacts, { before, after }: TransactionRecord): boolean =>
  Object.entries(after.files).some(
    ([path, text]) => text !== before.files[path] && (textOf(facts, path) ?? null) === text,
  );

type Readings = { readonly restored: readonly PlannedKey[]; readonly kept: readonly HostProblem[] };

function readingsToRestore(
  { record, facts, catalogue, overwrite = false }: RecoveryRequest,
  isOurs: boolean,
): Readings {
  const { before, after } = record;
  const planned = Object.keys(after.readings) as Key[];
  const live = new Map(planned.map((key) => [key, presentValue(facts.read(key)) ?? null]));
  const isBefore = (key: Key): boolean => live.get(key) === before.readings[key];
  const isWanted = (key: Key): boolean => live.get(key) === after.readings[key];
  // Recorded in the order of their writes: beyond the one after the last that arrived, none began.
  const begun = planned.slice(0, planned.findLastIndex(isWanted) + 2);
  // Of a trial all were read back: another value is somebody else's.
  const isVerified = record.trial?.moved !== undefined && !record.recovering;
  const altered = (isVerified ? [] : begun).filter(
    (key) => !isBefore(key) && !isWanted(key) && isAltered(catalogue, key),
  );
  // A recovery that was cut short has restored some, and moved others by that. On trial all were written.
  const arrived =
    record.recovering || record.trial?.moved
      ? planned
      : planned.filter((key) => isWanted(key) || altered.includes(key));
  // Where none of its values arrived, it has moved nothing else either.
  if (!isOurs || arrived.length === 0) return { restored: [], kept: [] };
  const interfaces = Object.keys(before.readings).flatMap((key) => interfaceOf(key as Key) ?? []);
  const moved = new Set(mayMove(catalogue, arrived, [...new Set(interfaces)]));
  const isForeign = (key: Key): boolean => {
    const isOdd = live.get(key) !== null && !isWanted(key) && !isBefore(key);
    return isOdd && (isVerified || !(altered.includes(key) || moved.has(key)));
  };
  const foreign = overwrite ? [] : planned.filter(isForeign);
  const restored = Object.entries(before.readings).flatMap(([name, value]): PlannedKey[] => {
    const key = name as Key;
    return value === null || foreign.includes(key) ? [] : [restoredKey(facts, key, value)];
  });
  return { restored, kept: foreign.map((key) => foreignChange(record, key, live.get(key) ?? null)) };
}

/** Whether the kernel may read another value than was written: it rounds it, or takes a long list in parts. */
function isAltered(catalogue: Catalogue, key: Key): boolean {
  const tunable = findTunable(catalogue, key);
  return tunable?.rounded !== undefined || tunable?.type.endsWith("-list") === true;
}

function restoredKey(facts: PlanFacts, key: Key, value: Value): PlannedKey {
  const now = facts.read(key);
  const action = presentValue(now) === value || now.status === "missing" ? "unchanged" : "restore";
  return { key, now, action, after: value, boot: { now: { from: "kernel" }, after: { from: "kernel" } } };
}

function foreignChange({ before, after }: TransactionRecord, key: Key, found: Value | null): HostProblem {
  const [ours, original] = [after.readings[key] ?? null, before.readings[key] ?? null];
  return {
    code: "modified-externally",
    key,
    ...(ours !== null && { ours }),
    ...(found !== null && { found }),
    ...(original !== null && { before: original }),
  };
}

function fileToRestore(
  { facts, record: { before: former, after }, abandon = [] }: RecoveryRequest,
  path: string,
  before: string | null,
): { readonly change?: FileChange; readonly kept?: HostProblem } {
  const text = textOf(facts, path) ?? null;
  if (text === before) return {};
  if (abandon.includes(path)) return { kept: { code: "abandoned", what: path } };
  const ours = after.files[path] ?? null;
  const edited = text === ours ? undefined : editedRival(facts, { path, ours, before });
  if (edited) return edited;
  if (text !== ours) return { kept: { code: "file-modified", file: path } };
  const attributes = former.attributes?.[path];
  return {
    change: {
      path,
      ...(text !== null && { before: text }),
      ...(before !== null && { after: before }),
      ...(attributes && { attributes }),
    },
  };
}
