/** docs/writers.md has the programs as the code has them. UPDATE_WRITERS=1 rewrites its table. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import type { Program } from "../../src/writers/program.js";
import { programs } from "../../src/writers/programs.js";

const path = "docs/writers.md";
const head = "| program | when | read | what is known | source |\n| --- | --- | --- | --- | --- |\n";

const code = (text: string): string => `\`${text}\``;

function known({ read, writers }: Program): string {
  if (!read) return "the program alone";
  return writers ? "values that its files give, else the program alone" : "values that its files give";
}

const row = (program: Program): string =>
  `| ${[
    program.name,
    program.when,
    program.reads?.map(code).join(", ") ?? "",
    known(program),
    program.source.join("; "),
  ].join(" | ")} |\n`;

const table = head + programs.map(row).join("");

describe("the page of programs that set keys at boot", () => {
  it("has them in their order, with their files and sources", () => {
    const page = readFileSync(path, "utf8");
    const start = page.indexOf("| program |");
    const end = page.indexOf("\n\n", start) + 1;
    if (process.env["UPDATE_WRITERS"]) writeFileSync(path, page.slice(0, start) + table + page.slice(end));
    else expect(page.slice(start, end)).toBe(table);
  });

  it("names none whose writes the catalogue does not know, where its files do not tell", () => {
    const names = new Set(shippedCatalogue().all.flatMap(({ writers = [] }) => writers));
    expect(programs.flatMap(({ writers = [] }) => writers).filter((name) => !names.has(name))).toEqual([]);
  });

  it("has a source for each", () => {
    expect(programs.filter(({ source }) => source.length === 0)).toEqual([]);
  });
});
