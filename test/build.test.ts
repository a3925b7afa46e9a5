/** A fault in the catalogue or in a relation fails the build, with its place. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readCatalogue } from "../build/catalogue.js";
import { compiledGuards, compiledRelations } from "../build/relations.js";
import { shippedCatalogue } from "../src/catalogue/shipped.js";

const folder = mkdtempSync(join(tmpdir(), "tunectl-build-"));
cpSync("schema", folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const catalogue = shippedCatalogue().all;

const relation = (changes: Readonly<Record<string, string>>): string => {
  const fields: Readonly<Record<string, string>> = {
    id: "made-up",
    summary: "One for a test of the build",
    keys: "{ a: net.core.somaxconn }",
    holds: "a > 0",
    severity: "warning",
    message: "The queue of ${a} is made up for a test of the build.",
    way_out: "Do nothing about it.",
    source: "[a test]",
    ...changes,
  };
  return `- ${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n  ")}\n`;
};

describe("a fault in a relation", () => {
  it.each([
    ["an expression that is none", { holds: "a >" }, 4],
    ["a name that has no key", { holds: "b > 0" }, 4],
    ["text compared with a number", { holds: "a == 'many'" }, 4],
    ["a key that no kernel has", { keys: "{ a: net.core.somaxcon }" }, 3],
    ["a field of a key that has none", { keys: "'{ a: \"net.core.somaxconn[1]\" }'" }, 1],
    ["a placeholder without a name", { message: "The queue of ${c} is made up for a test of the build." }, 6],
    ["a severity that there is not", { severity: "fatal" }, 1],
  ])("%s is told with file and line", (_, changes, line) => {
    const file = join(folder, "relations.yaml");
    writeFileSync(file, relation(changes));
    expect(() => compiledRelations(catalogue, folder)).toThrow(new RegExp(`relations\\.yaml:${line}: `));
  });

  it("is none in one that is right", () => {
    writeFileSync(join(folder, "relations.yaml"), relation({}));
    expect(compiledRelations(catalogue, folder)).toContain('(v("a") > 0n)');
  });
});

describe("a fault in the catalogue", () => {
  const [first] = catalogue;
  const guarded = catalogue.find(({ guard_when }) => guard_when !== undefined);

  it("in the condition of a guard is told by the key", () => {
    if (!guarded) throw new Error("no entry has a condition");
    expect(() => compiledGuards([{ ...guarded, guard_when: "value >" }])).toThrow(guarded.key);
  });

  it("in an entry is told with file and line", () => {
    const file = join(folder, "tunables", "dev.yaml");
    const text = readFileSync(file, "utf8");
    const at = text.split("\n").findIndex((line) => line.startsWith("  type: "));
    writeFileSync(file, text.replace(/^ {2}type: \w+/m, "  type: nothing"));
    expect(() => readCatalogue(folder)).toThrow(new RegExp(`dev\\.yaml:${at + 1}: `));
    writeFileSync(file, text);
    expect(readCatalogue(folder)[0]?.key).toBe(first?.key);
  });
});
