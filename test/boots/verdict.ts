/** Foretold against found. */
import { expand, parseKey } from "../../src/catalogue/key.js";
import type { Case } from "./case.js";
import type { Foretold } from "./foretell.js";
import type { Tried } from "./try.js";

export type Verdict = {
  readonly title: string;
  readonly key: string;
  /** By `diff --root`, or where that has no row, by the model. */
  readonly image: Foretold;
  /** By `diff` in the guest, where it has a row. */
  readonly live?: Foretold;
  /** Undefined where there is no such key. */
  readonly found: string | undefined;
  readonly result: "same" | "differs" | "not known";
  /** Why it was not known, where nobody can know it. */
  readonly reason?: string;
};

/** Whether it is what a boot must show. */
export const isGood = ({ result, reason }: Verdict): boolean =>
  result === (reason === undefined ? "same" : "not known");

export const verdictsOf = (tried: Tried): readonly Verdict[] =>
  tried.boot.cases.flatMap((one) => keysOf(one).map((key) => verdictOf(tried, one, key)));

/** A pattern is one key for each interface, of which a boot has these. */
function keysOf({ settings = {}, also = [] }: Case): readonly string[] {
  const names = ["all", "default", "lo", "late0"];
  const keys = [...Object.keys(settings), ...also].flatMap((text): readonly string[] => {
    const key = parseKey(text);
    return key ? expand(key, names) : [text];
  });
  return [...new Set(keys)];
}

function verdictOf({ rows, model, live, found: all }: Tried, { title, unknown }: Case, key: string): Verdict {
  const found = all.get(key);
  const image = rows.get(key) ?? model.get(key) ?? { by: "nobody" };
  const own = live.get(key);
  const results = [image, ...(own ? [own] : [])].map((one) => resultOf(one, found));
  const result = results.find((one) => one === "differs") ?? results.find((one) => one === "not known");
  const reason = unknown?.[key];
  return {
    ...{ title, key, image, found, result: result ?? "same" },
    ...(own && { live: own }),
    ...(reason !== undefined && { reason }),
  };
}

function resultOf({ value, missing }: Foretold, found: string | undefined): Verdict["result"] {
  if (missing) return found === undefined ? "same" : "differs";
  if (value === undefined) return "not known";
  return value === found ? "same" : "differs";
}

export type Difference = { readonly key: string; readonly foretold: Foretold; readonly found: string };

/** Every key of the guest that the model knows a value for, and those where it was wrong. */
export function wholeKernel({ found, model }: Tried): {
  readonly known: number;
  readonly differences: readonly Difference[];
} {
  const known = [...found].flatMap(([key, value]) => {
    const foretold = model.get(key);
    return foretold?.value === undefined ? [] : [{ key, foretold, found: value }];
  });
  return {
    known: known.length,
    differences: known.filter(({ foretold, found: is }) => foretold.value !== is),
  };
}
