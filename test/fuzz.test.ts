/** No text from outside brings a parser down. `npm run fuzz` tries more of the same, and measures. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { brokenLaw } from "./fuzz/law.js";
import { parsersIn } from "./fuzz/parsers.js";

const folder = mkdtempSync(join(tmpdir(), "tunectl-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

const numRuns = Number(process.env["FUZZ_RUNS"] ?? 100);

const parsers = parsersIn(folder).map((parser) => [parser.name, parser] as const);

describe.each(parsers)("%s", (_, { inputs, read }) => {
  it("may be anything at all: it is taken, or refused with words that are safe to print", () =>
    fc.assert(
      fc.asyncProperty(inputs(1), async (input) => {
        expect(brokenLaw(await read(input))).toBeUndefined();
      }),
      { numRuns },
    ));
});
