/** One written setting → a setting, or the problems of its key and its condition. */
import { type Catalogue, findTunable, nearestKey } from "../../catalogue/catalogue.js";
import type { Key } from "../../catalogue/key.js";
import { intersect, parseKernels, type Target } from "../../catalogue/target.js";
import type { Tunable } from "../../catalogue/tunable.js";
import { templateParts } from "../../expression/template.js";
import type { Place, Problem } from "../../problem.js";
import type { Setting, Written, WrittenSetting } from "../profile.js";
import { conditionWarnings } from "./condition.js";
import type { ResolveContext } from "./context.js";
import { isOffered } from "./offered.js";
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
  const tunable = settableTunable(key, written.key.place, context);
  if (!tunable || !meetsCondition(key, written, profile, context)) return undefined;
  const target = targetOf(written, context);
  if (!target) return undefined;
  const one = { key, tunable, written, profile, target };
  if (!isOffered(one, context)) return undefined;
  const wanted = wantedOf(one, context);
  if (!wanted) return undefined;
  return {
    key,
    wanted,
    profile,
    place: written.key.place,
    why: written.why,
    evidence: written.evidence,
    source: written.source,
    ...(written.allow.length > 0 && {
      allow: Object.fromEntries(written.allow.map(({ id, why }) => [id.text, why])),
    }),
  };
}

/** The kernels on which its condition can hold; undefined where there is none among those in question. */
function targetOf(
  { when }: WrittenSetting,
  { target, expressions, host }: ResolveContext,
): Target | undefined {
  const source = when && onlyExpression(when);
  if (source === undefined || host) return target;
  const { since, before } = expressions.asked(source).kernels;
  const narrowed = [since && `>=${since}`, before && `<${before}`].filter(Boolean).join(" ");
  const named = narrowed === "" ? undefined : parseKernels(narrowed);
  return named ? intersect(target, named) : target;
}

function settableTunable(key: Key, place: Place, context: ResolveContext): Tunable | undefined {
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
  if (tunable.never)
    return { code: "never-existed", key, place, ...(tunable.instead && { instead: tunable.instead }) };
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
  const source = onlyExpression(written.when);
  if (source === undefined) {
    context.problems.push({
      code: "bad-expression",
      expression: text,
      fault: { kind: "not-one-expression" },
      place,
    });
    return true;
  }
  context.warnings.push(...conditionWarnings(source, place, context));
  const result = context.expressions.evaluate(source);
  if (result.kind === "unknown") return true;
  if (result.kind === "boolean") {
    if (!result.truth)
      context.leftOut.push({ key, profile, place: written.key.place, condition: source.trim() });
    return result.truth;
  }
  context.problems.push(
    result.kind === "wrong"
      ? { code: "bad-expression", expression: source, fault: result.fault, place }
      : {
          code: "expression-type",
          expression: source,
          wanted: "boolean",
          found: result.text,
          place,
        },
  );
  return true;
}

/** The one `${…}` of a condition; undefined where there is more or less. */
function onlyExpression({ text }: Written): string | undefined {
  const parts = templateParts(text.trim());
  const only = parts?.length === 1 ? parts[0] : undefined;
  return only && "expression" in only ? only.expression : undefined;
}
