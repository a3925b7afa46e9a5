import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.js";
import type { Problem, Warning } from "../../src/problem.js";
import { isWarning } from "../../src/render/finding.js";
import { warningWords } from "../../src/render/messages/warnings.js";
import { paint } from "../../src/render/paint.js";
import { problemWords, renderProblems } from "../../src/render/problems.js";
import { oneOfEach } from "../fakes/problems.js";

const manual = readFileSync("docs/problems.md", "utf8");
const source = ["text-problem", "host-problem", "warning"]
  .map((name) => readFileSync(`src/problem/${name}.ts`, "utf8"))
  .join("");

const declared = [...source.matchAll(/readonly code: "([a-z-]+)"/g)]
  .map((found) => found[1] ?? "")
  .toSorted();
const words = (told: Problem | Warning): string =>
  isWarning(told) ? warningWords(told) : problemWords(told);
const samples: readonly (Problem | Warning)[] = Object.values(oneOfEach);

/** The manual's text under one heading. */
const sectionOf = (code: string): string =>
  manual.split(/^## /m).find((section) => section.startsWith(`${code}\n`)) ?? "";

describe("the manual of problems", () => {
  it("has one heading for each code that the program knows, sorted", () => {
    expect([...manual.matchAll(/^## (.*)$/gm)].map((found) => found[1])).toEqual(declared);
  });

  it.each(samples.map((told) => [told.code, told] as const))(
    "shows %s in the program's own words",
    (code, told) => {
      expect(sectionOf(code)).toContain(words(told));
    },
  );

  it("sends nobody to a command that does not exist", () => {
    const named = [...manual.matchAll(/`tunectl ([a-z-]+)/g)].map((found) => found[1]);
    const known = commands.map((command) => command.name);
    expect([...new Set(named)].filter((name) => name !== undefined && !known.includes(name))).toEqual([]);
  });

  it.each(declared)("says what %s means and the way out", (code) => {
    const [meaning = "", , wayOut = ""] = sectionOf(code).split("```");
    expect(meaning.replace(code, "").trim().length).toBeGreaterThan(25);
    expect(wayOut).toMatch(/\*\*Way out:\*\* \S.{8}/s);
  });
});

describe("the words of a problem", () => {
  it.each(samples.map((told) => [told.code, told] as const))(
    "%s are whole sentences on one line",
    (code, told) => {
      expect(words(told)).toMatch(/^\S[^\n]*[.?'…]$/);
      expect(words(told)).not.toMatch(/undefined|\[object|\bNaN\b/);
      expect(words(told)).not.toBe(code);
    },
  );
});

describe("a list of problems", () => {
  it("has for each its place, its words, its code and the spot in the text", () => {
    const text = "name: web\nsummary: s\nsettings:\n  net.core.somaxcon: { value: 1, why: w }\n";
    const place = { file: "web.yaml", line: 4, column: 3, length: 17 };
    const problem: Problem = {
      code: "unknown-tunable",
      key: "net.core.somaxcon",
      nearest: "net.core.somaxconn",
      place,
    };
    const warning: Warning = {
      ...oneOfEach["below-default"],
      place: { file: "other.yaml", line: 1, column: 1, length: 1 },
    };
    const sources = new Map([["web.yaml", text]]);
    expect(renderProblems([problem, oneOfEach.locked], [warning], sources, paint(false))).toBe(
      `other.yaml:1:1: warning: ${warningWords(warning)} [below-default]
web.yaml:4:3: error: \`net.core.somaxcon\` is not in the catalogue; did you mean \`net.core.somaxconn\`? [unknown-tunable]
   4 |   net.core.somaxcon: { value: 1, why: w }
     |   ^^^^^^^^^^^^^^^^^
error: another tunectl process (PID 4711) holds the lock. Nothing was changed. Try again when it has ended, or wait for it with --wait 30s. [locked]
`,
    );
  });

  it("is nothing where nothing is wrong", () =>
    expect(renderProblems([], [], new Map(), paint(false))).toBe(""));

  it("steers no terminal, whatever a file or a key is called", () => {
    const evil = "\u001b[2J\u202e\u0007";
    const place = { file: `x${evil}`, line: 1, column: 1, length: 1 };
    const told = renderProblems(
      [
        { code: "unknown-tunable", key: evil, place },
        { code: "file-missing", file: evil },
        { code: "usage", message: evil },
      ],
      [{ code: "no-effect", key: evil, since: evil, place }],
      new Map([[place.file, `${evil}\n`]]),
      paint(false),
    );
    expect(told).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});
