/** What a plan's values are together, and beside what the host has: relations, effective values, memory. */
import { belowDefault, isLess } from "../catalogue/capacity.js";
import { findTunable } from "../catalogue/catalogue.js";
import { interfaceOf, type Key } from "../catalogue/key.js";
import { isWeaker } from "../catalogue/protection.js";
import { presentValue, type Reading } from "../catalogue/reading.js";
import type { Target } from "../catalogue/target.js";
import type { Value } from "../catalogue/value.js";
import type { Warning } from "../problem.js";
import { hostAnswers } from "../relations/answers.js";
import { judgeValues, type ValueFindings } from "../relations/judge-values.js";
import { startValue } from "./boot-value.js";
import { memoryWarnings } from "./memory.js";
import type { PlanFacts, PlannedKey, PlanRequest } from "./plan.js";
import { targetOf } from "./target.js";

type PlanFindings = Omit<ValueFindings, "unknown">;

export function judgePlan(request: PlanRequest, keys: readonly PlannedKey[]): PlanFindings {
  const { catalogue, facts } = request;
  const planned = new Map(keys.map((one) => [one.key, one]));
  const settings = keys.flatMap(({ key, setting, after, boot }) => {
    const value = after ?? (setting?.wanted.kind === "value" ? setting.wanted.value : boot.after.value);
    return setting && value !== undefined ? [{ key, value, place: setting.place }] : [];
  });
  const target = targetOf(facts);
  const found = judgeValues({
    catalogue,
    settings,
    now: (key) => valueNow(facts, key),
    have: (key) => planned.get(key)?.after ?? valueNow(facts, key),
    interfaces: facts.interfaces.filter((name) => name !== "all" && name !== "default"),
    target,
    answers: hostAnswers(facts),
  });
  return {
    problems: found.problems,
    warnings: [
      ...keys.flatMap((one) => lowered(request, one, target) ?? []),
      ...weakened(request, keys),
      ...memoryWarnings(request, keys),
      ...found.warnings,
      ...(found.unknown.length > 0 ? [{ code: "relations-not-judged" as const, ids: found.unknown }] : []),
    ],
  };
}

/** A setting under which a key guards the host less than now; of a pattern, the first interface tells. */
function weakened({ catalogue, facts }: PlanRequest, keys: readonly PlannedKey[]): readonly Warning[] {
  const found = keys.flatMap(
    ({ key, setting, after, now }): Extract<Warning, { code: "weakens-protection" }>[] => {
      const tunable = findTunable(catalogue, key);
      const wanted = after ?? (setting?.wanted.kind === "value" ? setting.wanted.value : undefined);
      const than = hadBefore(facts, key, now);
      if (!tunable || !setting || wanted === undefined || than === undefined) return [];
      const { key: asWritten, place } = setting;
      return presentValue(now) !== wanted && isWeaker(tunable, wanted, than)
        ? [{ code: "weakens-protection", key: asWritten, wanted, than, of: "host", place }]
        : [];
    },
  );
  return found.filter(({ place }, at) => found.findIndex((one) => one.place === place) === at);
}

/** What is ours already is no measure of what the host would have. */
const hadBefore = (facts: PlanFacts, key: Key, now: Reading): Value | undefined =>
  facts.applied?.originals[key] ?? presentValue(now) ?? startValue(facts, key);

/** Null where the kernel does not have the key, undefined where nothing is known of it. */
function valueNow(facts: PlanFacts, key: Key): Value | null | undefined {
  const reading = facts.read(key);
  return reading.status === "missing" ? null : (presentValue(reading) ?? startValue(facts, key));
}

/** A value below what the host has, or below the default of its kernel. Bounds were written to raise. */
function lowered(
  { catalogue, facts }: PlanRequest,
  { key, setting, now }: PlannedKey,
  target: Target,
): Warning | undefined {
  const tunable = findTunable(catalogue, key);
  if (!tunable || setting?.wanted.kind !== "value") return undefined;
  const { place } = setting;
  const wanted = setting.wanted.value;
  const live = hadBefore(facts, key, now);
  if (presentValue(now) !== wanted && live !== undefined && isLess(tunable, wanted, live))
    return { code: "lowers-value", key, wanted, live, place };
  const isGuess = facts.view === undefined && interfaceOf(key) !== undefined;
  const standard = isGuess ? undefined : belowDefault(tunable, wanted, target);
  return (
    standard && {
      code: "below-default",
      key,
      wanted,
      default: standard.value,
      ...(standard.since && { since: standard.since }),
      place,
    }
  );
}
