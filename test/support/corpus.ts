/** Settings that people really use, from `test/corpus/lists.yaml`. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { findTunable } from "../../src/catalogue/catalogue.js";
import { parseKey } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import type { Tunable } from "../../src/catalogue/tunable.js";

type List = {
  readonly origin: string;
  readonly kind: string;
  /** Key and value as they stand there. */
  readonly settings: readonly (readonly [key: string, value: string])[];
};

export const catalogue = shippedCatalogue();

export const lists: readonly List[] = parse(readFileSync("test/corpus/lists.yaml", "utf8"));

/** How the tests name a setting. */
export const settingText = (key: string, value: string): string => `${key} = ${value}`.trimEnd();

/** The key, without the dash that says, in sysctl.d(5), that a failure does not matter. */
export const keyOf = (written: string) => parseKey(written.replace(/^-/, ""));

export function tunableOf(written: string): Tunable | undefined {
  const key = keyOf(written);
  return key && findTunable(catalogue, key);
}
