/**
 * What a written setting wants: parameters and facts put in, then held against the grammar of the tunable's
 * values.
 */
import { isPattern, type Key } from "../../catalogue/key.js";
import type { Tunable } from "../../catalogue/tunable.js";
import { checkValue, isOrdered, type Value } from "../../catalogue/value.js";
import { templateParts } from "../../expression/template.js";
import type { Wanted, Written, WrittenSetting } from "../profile.js";
import type { ResolveContext } from "./context.js";

export function wantedOf(
  key: Key,
  tunable: Tunable,
  written: WrittenSetting,
  context: ResolveContext,
): Wanted | undefined {
  const value = checkedText(key, tunable, written.value, context);
  if (value === "unknown") return undefined;
  if (value !== undefined) return { kind: "value", value };
  if (written.value) return undefined;
  const [least, most] = [
    checkedText(key, tunable, written.atLeast, context),
    checkedText(key, tunable, written.atMost, context),
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
  key: Key,
  tunable: Tunable,
  written: Written | undefined,
  context: ResolveContext,
): Value | "unknown" | undefined {
  if (!written) return undefined;
  const text = expandTemplate(written, context);
  if (text === undefined || text === "unknown") return "unknown";
  const checked = checkValue(tunable, text);
  if (checked.ok) return checked.value;
  context.problems.push({ code: "bad-value", key, fault: checked.fault, place: written.place });
  return undefined;
}

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
