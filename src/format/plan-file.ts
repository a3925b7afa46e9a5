/**
 * A plan as a file, in `schema/plan.schema.json`, and in memory: what was reviewed is what can be applied.
 */
import { type Key, recordedKey } from "../catalogue/key.js";
import type { Reading } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import { validatePlan } from "../generated/validate-plan.js";
import type { BootValue, Plan, PlannedKey } from "../plan/plan.js";
import type { Place, Problem, Warning } from "../problem.js";
import {
  appliedFromFile,
  appliedToFile,
  type Decoded,
  orNull,
  refused,
  type StoredApplied,
  type StoredSetting,
  settingFromFile,
  settingToFile,
  structureFault,
  versionOf,
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
  }[];
  readonly modules_to_load: readonly string[];
  readonly applied: { readonly before: StoredApplied | null; readonly after: StoredApplied | null };
  readonly record_changes: boolean;
  readonly problems: readonly Problem[];
  readonly accepted: readonly Problem[];
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
  keys: plan.keys.map(({ setting, ...planned }) => ({
    ...planned,
    ...(setting && { setting: settingToFile(setting) }),
  })),
  may_move: plan.mayMove,
  left_out: plan.leftOut,
  files: plan.files.map(({ path, before, after }) => ({
    path,
    before: before ?? null,
    after: after ?? null,
  })),
  modules_to_load: plan.modulesToLoad,
  applied: {
    before: orNull(plan.applied.before, appliedToFile),
    after: orNull(plan.applied.after, appliedToFile),
  },
  record_changes: plan.recordChanges,
  problems: plan.problems,
  accepted: plan.accepted,
  warnings: plan.warnings,
});

/** Every key goes through the grammar of keys, as any input does. */
export function planFromFile(parsed: unknown): Decoded<Plan> {
  const version = versionOf(parsed);
  if (typeof version === "number" && version > currentVersion)
    return refused({ kind: "version", found: String(version), known: String(currentVersion) });
  const fault = structureFault(validatePlan, parsed);
  if (fault) return refused(fault);
  const file = parsed as PlanFile;
  const badKey = [...file.keys.map(({ key }) => key), ...file.may_move].find(
    (key) => recordedKey(key) === undefined,
  );
  return badKey === undefined
    ? { ok: true, value: decoded(file) }
    : refused({ kind: "bad-key", key: badKey });
}

const decoded = (file: PlanFile): Plan => ({
  kind: file.action,
  ...(file.back_to !== undefined && { backTo: file.back_to }),
  profiles: file.profiles,
  host: file.host,
  keys: file.keys.map(keyFromFile),
  mayMove: file.may_move as readonly Key[],
  leftOut: file.left_out as Plan["leftOut"],
  files: file.files.map(({ path, before, after }) => ({
    path,
    ...(before !== null && { before }),
    ...(after !== null && { after }),
  })),
  modulesToLoad: file.modules_to_load,
  applied: {
    before: file.applied.before && appliedFromFile(file.applied.before),
    after: file.applied.after && appliedFromFile(file.applied.after),
  },
  recordChanges: file.record_changes,
  problems: file.problems,
  accepted: file.accepted,
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
}: StoredKey): PlannedKey {
  const setting = stored && settingFromFile(stored);
  return {
    key: key as Key,
    action,
    ...(reason && { reason }),
    ...(setting && { setting }),
    now,
    ...(after !== undefined && { after: after as Value }),
    boot,
    ...(module !== undefined && { module }),
  };
}
