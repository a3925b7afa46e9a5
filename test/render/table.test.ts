import { expect, it } from "vitest";
import { table } from "../../src/render/table.js";

it("a column is as wide as its widest cell", () => {
  expect(
    table([
      ["a", "b", "c"],
      ["long", "", "d"],
    ]),
  ).toEqual(["a     b  c", "long     d"]);
});

it("a list of ports pushes no row aside but its own", () => {
  const ports = "1,3,5,".repeat(100);
  expect(
    table([
      ["key", ports, "→", "2"],
      ["other key", "5", "→", "3"],
    ]),
  ).toEqual([`key        ${ports}  →  2`, "other key  5  →  3"]);
});

it("a table may have more rows than a function takes arguments", () => {
  expect(table(Array.from({ length: 200_000 }, () => ["a", "b"]))).toHaveLength(200_000);
});
