/**
 * What a written setting wants: parameters and facts put in, then held against the grammar of the tunable's
 * values.
 */

import { checkValue } from "../../catalogue/check-value.js";
import { isPattern } from "../../catalogue/key.js";
import { seriesOf, type Target } from "../../catalogue/target.js";
import { canonicalReading, isOrdered, type Value } from "../../catalogue/value.js";
import { templateParts } from "../../expression/template.js";
import type { Place, ValueFault } from "../../problem.js";
import type { Wanted, Written } from "../profile.js";
import type { ResolveContext } from "./context.js";
import type { JudgedSetting } from "./offered.js";

export function wantedOf(one: JudgedSetting, context: ResolveContext): Wanted | undefined {
  const { key, tunable, written } = one;
  const value = checkedText(one, written.value, context);
  if (value === "unknown") return undefined;
  if (value !== undefined) return { kind: "value", value };
  if (written.value) return undefined;
  const [least, most] = [
    checkedText(one, written.atLeast, context),
    checkedText(one, written.atMost, context),
  ];
  if (least === "unknown" || most === "unknown") return undefined;
  const bound = written.atLeast ?? written.atMost;
  if (bound && !isOrdered(tunable)) {
    context.problems.push({
      code: "unordered-type",
      key,
      bound: written.atLeast ? "at_least" : "at_most",
      place: bound.place,
    });
    return undefined;
  }
  if (bound && isPattern(key)) {
    context.problems.push({
      code: "bound-on-pattern",
      key,
      bound: written.atLeast ? "at_least" : "at_most",
      place: bound.place,
    });
    return undefined;
  }
  if (least === undefined && most === undefined) return undefined;
  if (least !== undefined && most !== undefined && isEmptyRange(least, most)) {
    context.problems.push({ code: "empty-range", key, least, most, place: written.key.place });
    return undefined;
  }
  return { kind: "bounds", ...(least !== undefined && { least }), ...(most !== undefined && { most }) };
}

const isEmptyRange = (least: Value, most: Value): boolean => {
  const ceilings = most.split(" ");
  return least.split(" ").some((floor, at) => BigInt(floor) > BigInt(ceilings[at] ?? floor));
};

/**
 * The checked value; undefined where there is none or it is wrong (and reported), `unknown` where only a host
 * can tell.
 */
function checkedText(
  one: JudgedSetting,
  written: Written | undefined,
  context: ResolveContext,
): Value | "unknown" | undefined {
  if (!written) return undefined;
  const text = expandTemplate(written, context);
  if (text === undefined || text === "unknown") return "unknown";
  const { key, tunable, target } = one;
  const { place } = written;
  const live = context.host?.value(key);
  const fieldCount = tunable.fields_vary && live !== undefined ? live.split(" ").length : undefined;
  const checked = checkValue(tunable, text, { ...target, ...(fieldCount !== undefined && { fieldCount }) });
  if (!checked.ok) return refusedText(one, text, live, checked.fault, place, context);
  const { unusual, refused } = checked;
  // What some kernels refuse need not be called unusual besides.
  if (unusual && !refused) context.warnings.push({ code: "unusual-value", key, fault: unusual, place });
  if (refused) {
    const series = seriesOf(target);
    context.warnings.push({
      code: "refused-by-some-kernels",
      key,
      fault: refused,
      ...(series !== undefined && { kernel: target.from }),
      place,
    });
  }
  return checked.value;
}

/**
 * What the host has already, its kernel takes, but for the 0 that a write of the exclusive counterpart left.
 * A version may have been given what a later one brought.
 */
function refusedText(
  { key, tunable, target }: JudgedSetting,
  text: string,
  live: string | undefined,
  fault: ValueFault,
  place: Place,
  context: ResolveContext,
): Value | undefined {
  const isCounterparts = tunable.exclusive_with !== undefined && live === "0";
  if (live !== undefined && !isCounterparts && canonicalReading(tunable, text) === live) return live as Value;
  const isTakenElsewhere =
    (fault.kind === "range" && fault.taken !== undefined) ||
    (fault.kind === "not-one-of" && fault.versions !== undefined);
  if (isTakenElsewhere) {
    context.refused.push({ code: "refused-by-kernel", key, fault, kernel: targetWords(target), place });
    return canonicalReading(tunable, text);
  }
  context.problems.push({ code: "bad-value", key, fault, place });
  return undefined;
}

/** `5.4.0-190-generic`, `4.18 to 5.7`. */
const targetWords = ({ from, to }: Target): string => {
  const last = to?.replace(/\.999999$/, "");
  return last === undefined || last === from ? from : `${from} to ${last}`;
};

function expandTemplate(written: Written, context: ResolveContext): string | "unknown" | undefined {
  if (!written.text.includes("${")) return written.text;
  const parts = templateParts(written.text);
  if (!parts) {
    context.problems.push({
      code: "bad-expression",
      expression: written.text,
      fault: { kind: "not-closed" },
      place: written.place,
    });
    return undefined;
  }
  const texts = parts.map((part) =>
    "literal" in part ? part.literal : expressionText(part.expression, written, context),
  );
  if (texts.some((text) => text === undefined)) return undefined;
  return texts.includes("unknown") ? "unknown" : texts.join("");
}

function expressionText(source: string, written: Written, context: ResolveContext): string | undefined {
  const result = context.expressions.evaluate(source);
  if (result.kind === "text") return result.text;
  if (result.kind === "unknown" && context.purpose === "check") return "unknown";
  if (result.kind === "unknown") {
    context.problems.push({
      code: "bad-expression",
      expression: source,
      fault: { kind: "host-unknown" },
      place: written.place,
    });
    return undefined;
  }
  context.problems.push(
    result.kind === "wrong"
      ? { code: "bad-expression", expression: source, fault: result.fault, place: written.place }
      : {
          code: "expression-type",
          expression: source,
          wanted: "number-or-text",
          place: written.place,
        },
  );
  return undefined;
}
