/** One written setting → a setting, or the problems of its key and its condition. */
import { type Catalogue, findTunable, nearestKey } from "../../catalogue/catalogue.js";
import type { Key } from "../../catalogue/key.js";
import type { Tunable } from "../../catalogue/tunable.js";
import { templateParts } from "../../expression/template.js";
import type { Place, Problem } from "../../problem.js";
import type { Setting, WrittenSetting } from "../profile.js";
import type { ResolveContext } from "./context.js";
import { wantedOf } from "./wanted-value.js";

/**
 * Undefined where its condition leaves it out, or where something is wrong, which goes to `context.problems`.
 */
export function settingOf(
  key: Key,
  written: WrittenSetting,
  profile: string,
  context: ResolveContext,
): Setting | undefined {
  const tunable = usableTunable(key, written.key.place, context);
  if (!tunable || !meetsCondition(key, written, profile, context)) return undefined;
  const wanted = wantedOf(key, tunable, written, context);
  if (!wanted) return undefined;
  return {
    key,
    wanted,
    profile,
    place: written.key.place,
    why: written.why,
    evidence: written.evidence,
    source: written.source,
  };
}

function usableTunable(key: Key, place: Place, context: ResolveContext): Tunable | undefined {
  const tunable = findTunable(context.catalogue, key);
  const problem = tunable
    ? tunableProblem(key, tunable, place)
    : unknownTunable(key, place, context.catalogue);
  if (problem) context.problems.push(problem);
  return problem ? undefined : tunable;
}

function unknownTunable(key: Key, place: Place, catalogue: Catalogue): Problem {
  const guess = nearestKey(catalogue, key);
  return { code: "unknown-tunable", key, place, ...(guess && { nearest: guess }) };
}

function tunableProblem(key: Key, tunable: Tunable, place: Place): Problem | undefined {
  if (tunable.removed && tunable.renamed_to)
    return { code: "renamed-tunable", key, place, version: tunable.removed, successor: tunable.renamed_to };
  if (tunable.removed)
    return {
      code: "removed-tunable",
      key,
      place,
      version: tunable.removed,
      because: tunable.meaning ?? tunable.summary,
    };
  if (tunable.access === "read-only") return { code: "read-only-tunable", key, place };
  if (tunable.access === "write-only") return { code: "write-only-tunable", key, place };
  // A profile is read by many and the drop-in by all: no place for a key that protects something.
  if (tunable.secret) return { code: "secret-tunable", key, place };
  return undefined;
}

function meetsCondition(
  key: Key,
  written: WrittenSetting,
  profile: string,
  context: ResolveContext,
): boolean {
  if (!written.when) return true;
  const { text, place } = written.when;
  const parts = templateParts(text.trim());
  const only = parts?.length === 1 ? parts[0] : undefined;
  if (!only || !("expression" in only)) {
    context.problems.push({
      code: "bad-expression",
      expression: text,
      fault: { kind: "not-one-expression" },
      place,
    });
    return true;
  }
  const result = context.expressions.evaluate(only.expression);
  if (result.kind === "unknown") return true;
  if (result.kind === "boolean") {
    if (!result.truth)
      context.leftOut.push({ key, profile, place: written.key.place, condition: only.expression.trim() });
    return result.truth;
  }
  context.problems.push(
    result.kind === "wrong"
      ? { code: "bad-expression", expression: only.expression, fault: result.fault, place }
      : {
          code: "expression-type",
          expression: only.expression,
          wanted: "boolean",
          found: result.text,
          place,
        },
  );
  return true;
}
