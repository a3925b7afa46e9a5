/** docs/faults.md names the test that shows each row: a name that no test has would be a promise of nobody. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync("docs/faults.md", "utf8");
const rows = page
  .split("\n")
  .filter((line) => /^\| \d+ \|/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((part) => part.trim()),
  );

const named = rows.flatMap(([number = "", , , tests = ""]) =>
  [...tests.matchAll(/`(test\/[^`]+)`: ((?:"[^"]+"(?:, )?)+)/g)].flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => ({ number, file, name })),
  ),
);

describe("the page of faults", () => {
  it("has every fault once, with what is done about it", () => {
    expect(rows.map(([number]) => Number(number))).toEqual(Array.from({ length: 76 }, (_, at) => at + 1));
    for (const row of rows) expect(row.length, row.join(" | ")).toBe(4);
  });

  it.each(named)('names a test that there is: "$name" of $file, for fault $number', ({ file, name }) => {
    expect(existsSync(file)).toBe(true);
    // As the text of a test's name, or the end of one that is made of a case and this.
    expect(readFileSync(file, "utf8")).toMatch(
      new RegExp(`["'\`}\\s]${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}["'\`]`),
    );
  });

  it("says of a fault that no test shows why", () => {
    for (const [number, , what = "", tests = ""] of rows)
      if (tests === "") expect(what, number).toMatch(/^\*(trial|Not shown|In part)\*/);
  });
});
