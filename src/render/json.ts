/** The JSON outputs; each has a schema in `schema/` and a version. */

import { newestLimits } from "../catalogue/accepted.js";
import type { Key } from "../catalogue/key.js";
import type { Reading } from "../catalogue/reading.js";
import { withoutSecrets } from "../catalogue/secret.js";
import type { Tunable } from "../catalogue/tunable.js";
import type { Drift } from "../plan/drift.js";
import type { Excused, Plan, PlannedKey } from "../plan/plan.js";
import { hasNoChanges } from "../plan/plan.js";
import type { Problem, Warning } from "../problem.js";
import type { WrittenProfile } from "../profile/profile.js";
import type { Resolved } from "../profile/resolve/resolve.js";
import { wantedText } from "../profile/wanted.js";
import type { Applied } from "../record/applied.js";
import { relationsAbout } from "../relations/shipped.js";
import { driftWords } from "./drift.js";
import { safeJson } from "./escape.js";
import { isWarning } from "./finding.js";
import { warningWords } from "./messages/warnings.js";
import { problemWords } from "./problems.js";

/** Two blanks of indent: these are read by people too, and on terminals. */
export const jsonText = (value: object): string =>
  `${safeJson(JSON.stringify({ version: 1, ...value }, null, 2))}\n`;

/**
 * `message` is the whole sentence. What a library said, where that is a part of the problem, is its `detail`.
 */
export function problemJson(problem: Problem): object {
  if (problem.code === "usage") return { severity: "error", ...problem };
  const { otherWanted, ...rest } = problem as Problem & { readonly otherWanted?: string };
  return {
    severity: "error",
    ...rest,
    ...(otherWanted !== undefined && { other_wanted: otherWanted }),
    message: problemWords(problem),
  };
}

/** What was accepted in place of settings, by `--on-override yield`. */
export const yieldedJson = ({ yielded = {} }: Pick<Applied, "yielded">): readonly object[] =>
  Object.entries(yielded).map(([key, { value, by }]) => ({ key, value: value ?? null, by: by ?? null }));

/** One drift with its words. */
export function driftJson(drift: Drift): object {
  const message = driftWords(drift);
  return drift.kind === "live" || drift.kind === "moved"
    ? { ...drift, found: readingJson(drift.found), message }
    : { ...drift, message };
}

const readingJson = (reading: Reading): object =>
  reading.status === "present" ? { status: "present", value: reading.value } : reading;

export const warningJson = (warning: Warning): object => ({
  severity: "warning",
  ...warning,
  message: warningWords(warning),
});

export const excusedJson = ({ finding, why }: Excused): object => ({
  ...(isWarning(finding) ? warningJson(finding) : problemJson(finding)),
  excuse: why ?? null,
});

export const planJson = (plan: Plan): object => ({
  profiles: plan.profiles,
  host: {
    name: plan.host.name ?? null,
    kernel: plan.host.kernel ?? null,
    facts_taken: plan.host.taken ?? null,
    boot_loader: plan.host.loader,
  },
  changes: !hasNoChanges(plan),
  keys: plan.keys.map(keyJson),
  moves: plan.moves.map(({ key, cause, now, after }) => ({
    key,
    cause,
    now: readingJson(now),
    after: after ?? null,
  })),
  rounded: plan.rounded,
  left_out: plan.leftOut.map(({ key, profile, place, condition }) => ({ key, profile, place, condition })),
  files: plan.files.map(({ path, before, after, theirs }) => ({
    path,
    before: fileText(before),
    after: fileText(after),
    ...(theirs && { theirs }),
  })),
  modules_to_load: plan.modulesToLoad,
  problems: plan.problems.map(problemJson),
  accepted: plan.accepted.map(problemJson),
  excused: plan.excused.map(excusedJson),
  warnings: plan.warnings.map(warningJson),
});

const fileText = (text: string | undefined): string | null =>
  text === undefined ? null : withoutSecrets(text);

const aboutJson = ({
  danger,
  sideEffects,
  takesEffect,
  memory,
}: NonNullable<PlannedKey["about"]> = {}): object => ({
  ...(danger && { danger }),
  ...(sideEffects && { side_effects: sideEffects }),
  ...(takesEffect && { takes_effect: takesEffect }),
  ...(memory && { memory }),
});

const keyJson = (planned: PlannedKey): object => ({
  key: planned.key,
  action: planned.action,
  ...(planned.reason && { reason: planned.reason }),
  ...(planned.module && { module: planned.module }),
  ...(planned.movedBy && { moved_by: planned.movedBy }),
  now: readingJson(planned.now),
  after: planned.after ?? null,
  boot: planned.boot,
  ...aboutJson(planned.about),
  ...(planned.setting && {
    wanted: wantedText(planned.setting.wanted),
    profile: planned.setting.profile,
    place: planned.setting.place,
    why: planned.setting.why,
    evidence: planned.setting.evidence,
    source: planned.setting.source,
  }),
});

/** An entry as the catalogue has it, with the bounds of the newest kernel, and those that mean something, by name. */
export function tunableJson(tunable: Tunable): object {
  const { minimum, maximum } = newestLimits(tunable);
  const { minimum: least, maximum: most } = tunable.sensible ?? {};
  return {
    ...tunable,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(least !== undefined && { sensible_minimum: least }),
    ...(most !== undefined && { sensible_maximum: most }),
    ...relationsJson(tunable.key as Key),
  };
}

function relationsJson(key: Key): object {
  const relations = relationsAbout([key]).map(({ id, summary, severity, way_out }) => ({
    id,
    summary,
    severity,
    way_out,
  }));
  return relations.length === 0 ? {} : { relations };
}

/** A profile as `show` answers it. */
export const resolvedJson = (written: WrittenProfile, resolved: Resolved): object => ({
  name: written.name,
  summary: written.summary,
  description: written.description ?? null,
  kernels: written.kernels?.text ?? null,
  include: written.include.map((include) => include.text),
  parameters: written.parameters.map(({ name, default: defaultValue, minimum, maximum, why }) => ({
    name,
    default: defaultValue.text,
    minimum: minimum?.text ?? null,
    maximum: maximum?.text ?? null,
    why,
  })),
  settings: resolved.settings.map(({ key, wanted, profile, place, why, evidence, source, allow }) => ({
    key,
    wanted: wantedText(wanted),
    profile,
    place,
    why,
    evidence,
    source,
    ...(allow && { allow }),
  })),
  left_out: resolved.leftOut,
});
