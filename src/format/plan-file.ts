/**
 * A plan as a file, in `schema/plan.schema.json`, and in memory: what was reviewed is what can be applied.
 */
import type { Key } from "../catalogue/key.js";
import type { Reading } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import { validatePlan } from "../generated/validate-plan.js";
import type { AboutChange, BootValue, FileChange, Plan, PlannedKey } from "../plan/plan.js";
import type { Place, Problem, Warning } from "../problem.js";
import type { FileAttributes } from "../record/transaction.js";
import {
  appliedFromFile,
  appliedToFile,
  type Decoded,
  decode,
  newerVersion,
  orNull,
  refused,
  type StoredApplied,
  type StoredKeys,
  type StoredSetting,
  settingFromFile,
  settingToFile,
} from "./stored.js";

type StoredKey = {
  readonly key: string;
  readonly action: PlannedKey["action"];
  readonly reason?: NonNullable<PlannedKey["reason"]>;
  readonly setting?: StoredSetting;
  readonly now: Reading;
  readonly after?: string;
  readonly boot: { readonly now: BootValue; readonly after: BootValue };
  readonly module?: string;
  readonly about?: AboutChange;
  readonly moved_by?: string;
};

export type PlanFile = {
  readonly version: 1;
  readonly kind: "plan";
  readonly action: Plan["kind"];
  readonly back_to?: number;
  readonly profiles: readonly string[];
  readonly host: Plan["host"];
  readonly keys: readonly StoredKey[];
  readonly may_move: readonly string[];
  readonly moves: readonly {
    readonly key: string;
    readonly cause: string;
    readonly now: Reading;
    readonly after?: string;
  }[];
  readonly rounded: readonly { readonly key: string; readonly from: string; readonly to: string }[];
  readonly left_out: readonly {
    readonly key: string;
    readonly profile: string;
    readonly place: Place;
    readonly condition: string;
  }[];
  readonly files: readonly {
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly attributes?: FileAttributes;
    readonly theirs?: FileChange["theirs"];
  }[];
  readonly modules_to_load: readonly string[];
  readonly applied: { readonly before: StoredApplied | null; readonly after: StoredApplied | null };
  readonly record_changes: boolean;
  readonly problems: readonly Problem[];
  readonly accepted: readonly Problem[];
  readonly excused: Plan["excused"];
  readonly warnings: readonly Warning[];
};

const currentVersion = 1;

export const planToFile = (plan: Plan): PlanFile => ({
  version: currentVersion,
  kind: "plan",
  action: plan.kind,
  ...(plan.backTo !== undefined && { back_to: plan.backTo }),
  profiles: plan.profiles,
  host: plan.host,
  keys: plan.keys.map(({ setting, movedBy, ...planned }) => ({
    ...planned,
    ...(movedBy && { moved_by: movedBy }),
    ...(setting && { setting: settingToFile(setting) }),
  })),
  may_move: plan.mayMove,
  moves: plan.moves,
  rounded: plan.rounded,
  left_out: plan.leftOut,
  files: plan.files.map(({ path, before, after, attributes, theirs }) => ({
    path,
    before: before ?? null,
    after: after ?? null,
    ...(attributes && { attributes }),
    ...(theirs && { theirs }),
  })),
  modules_to_load: plan.modulesToLoad,
  applied: {
    before: orNull(plan.applied.before, appliedToFile),
    after: orNull(plan.applied.after, appliedToFile),
  },
  record_changes: plan.recordChanges,
  problems: plan.problems,
  accepted: plan.accepted,
  excused: plan.excused,
  warnings: plan.warnings,
});

export function planFromFile(parsed: unknown): Decoded<Plan> {
  const newer = newerVersion(parsed, currentVersion);
  return newer ? refused(newer) : decode({ validate: validatePlan, keys: keysIn, decoded }, parsed);
}

const keysIn = ({ keys, may_move: mayMove, moves, left_out: leftOut, applied }: PlanFile): StoredKeys => ({
  read: [
    ...keys.flatMap(({ key, moved_by: cause }) => [key, ...(cause === undefined ? [] : [cause])]),
    ...mayMove,
    ...moves.flatMap(({ key, cause }) => [key, cause]),
  ],
  written: [...leftOut, ...keys.flatMap(({ setting }) => setting ?? [])].map(({ key }) => key),
  applied: [applied.before, applied.after],
});

const decoded = (file: PlanFile): Plan => ({
  kind: file.action,
  ...(file.back_to !== undefined && { backTo: file.back_to }),
  profiles: file.profiles,
  host: file.host,
  keys: file.keys.map(keyFromFile),
  mayMove: file.may_move as readonly Key[],
  moves: file.moves as Plan["moves"],
  rounded: file.rounded as Plan["rounded"],
  leftOut: file.left_out as Plan["leftOut"],
  files: file.files.map(({ path, before, after, attributes, theirs }) => ({
    path,
    ...(before !== null && { before }),
    ...(after !== null && { after }),
    ...(attributes && { attributes }),
    ...(theirs && { theirs }),
  })),
  modulesToLoad: file.modules_to_load,
  applied: {
    before: file.applied.before && appliedFromFile(file.applied.before),
    after: file.applied.after && appliedFromFile(file.applied.after),
  },
  recordChanges: file.record_changes,
  problems: file.problems,
  accepted: file.accepted,
  excused: file.excused,
  warnings: file.warnings,
});

function keyFromFile({
  key,
  action,
  reason,
  setting: stored,
  now,
  after,
  boot,
  module,
  about,
  moved_by: movedBy,
}: StoredKey): PlannedKey {
  return {
    key: key as Key,
    action,
    ...(reason && { reason }),
    ...(stored && { setting: settingFromFile(stored) }),
    now,
    ...(after !== undefined && { after: after as Value }),
    boot,
    ...(module !== undefined && { module }),
    ...(about && { about }),
    ...(movedBy !== undefined && { movedBy: movedBy as Key }),
  };
}
