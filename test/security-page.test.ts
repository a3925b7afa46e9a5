/** SECURITY.md names the test that holds each rule: a name that no test has would be a promise of nobody. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync("SECURITY.md", "utf8");
const rows = page
  .slice(page.indexOf("| --- | --- | --- |"))
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| **") && !line.startsWith("| ---"))
  .map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((part) => part.trim()),
  );

type Named = { readonly file: string; readonly name: string };
const named: readonly Named[] = rows.flatMap(([, , tests = ""]) =>
  [...tests.matchAll(/`(test\/[^`]+)`: ((?:"[^"]+"(?:, )?)+)/g)].flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => ({ file, name })),
  ),
);

describe("the page about security", () => {
  it("has rules, and a test for most", () => {
    expect(rows.length).toBeGreaterThan(40);
    expect(named.length).toBeGreaterThan(rows.length / 2);
    for (const row of rows) expect(row.length, row.join(" | ")).toBe(3);
  });

  it.each(named)('names a test that there is: "$name" of $file', ({ file, name }) => {
    expect(existsSync(file)).toBe(true);
    const text = readFileSync(file, "utf8");
    // As the text of a test's name, or the end of one that is made of a case and this.
    expect(text).toMatch(new RegExp(`["'\`}\\s]${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}["'\`]`));
  });

  it("says of a rule without a test why", () => {
    for (const [rule = "", how = "", tests = ""] of rows)
      if (tests === "") expect(how, rule).toMatch(/\*(not held|in part)|no unit is shipped/);
  });

  it("leads to files that there are", () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });
});
