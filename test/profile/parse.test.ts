import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseProfile } from "../../src/profile/read/parse.js";
import { said } from "../fakes/profiles.js";

const head = "name: p\nsummary: s\n";

/** The settings' values, or every problem. */
function answer(text: string): readonly string[] {
  const parsed = parseProfile("p.yaml", text);
  if (!parsed.ok) return parsed.problems.map(said);
  return parsed.value.settings.map(
    (one) => `${one.key.text} = ${JSON.stringify(one.value?.text ?? one.atLeast?.text ?? "")}`,
  );
}

const codes = (text: string): readonly string[] => {
  const parsed = parseProfile("p.yaml", text);
  return parsed.ok ? [] : parsed.problems.map((problem) => problem.code);
};

describe("a profile's text", () => {
  it("keeps every scalar as it stands, whatever YAML would make of it", () => {
    const written = [
      "010000",
      "18446744073692774399",
      "on",
      "1e4",
      "0x10",
      "2024-01-01",
      "~",
      "1:30",
      "null",
      "1.0",
    ];
    const lines = written.map((text, at) => `  a.b${at}: { value: ${text}, why: w }\n`);
    expect(answer(`${head}settings:\n${lines.join("")}`)).toEqual(
      written.map((text, at) => `a.b${at} = ${JSON.stringify(text)}`),
    );
  });

  it("knows where each thing stands", () => {
    const parsed = parseProfile(
      "p.yaml",
      `${head}include: [base]\nsettings:\n  vm.swappiness:\n    at_most: 10\n    why: w\n`,
    );
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        include: [{ text: "base", place: { file: "p.yaml", line: 3, column: 11, length: 4 } }],
        settings: [
          {
            key: { text: "vm.swappiness", place: { line: 5, column: 3, length: 13 } },
            atMost: { text: "10", place: { line: 6, column: 14, length: 2 } },
          },
        ],
      },
    });
  });

  it("may start with a byte order mark and end its lines as on Windows", () => {
    const text = `${head}settings:\n  a.b: { value: 1, why: w }\n`;
    expect(answer(`\ufeff${text}`)).toEqual(['a.b = "1"']);
    expect(answer(text.replace(/\n/g, "\r\n"))).toEqual(['a.b = "1"']);
  });

  it("is the same each time it is read", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(parseProfile("p.yaml", head + text)).toEqual(parseProfile("p.yaml", head + text));
      }),
    ));

  it("gives back the profile that was written, whatever its words", () => {
    const words = fc
      .string({ minLength: 1 })
      .filter((text) => text.trim() !== "" && !/[^\x20-\x7e]/.test(text));
    const setting = fc.record({ value: words, why: words, source: fc.array(words) });
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,9}\.[a-z]{1,9}$/), setting),
        words,
        (settings, summary) => {
          const parsed = parseProfile("p.yaml", JSON.stringify({ name: "p", summary, settings }));
          if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
          const back = parsed.value.settings.map(({ key, value, why, source }) => [
            key.text,
            value?.text,
            why,
            source,
          ]);
          expect(back).toEqual(
            Object.entries(settings).map(([key, one]) => [
              key,
              one.value,
              one.why.replace(/\s+/g, " ").trim(),
              one.source,
            ]),
          );
        },
      ),
    );
  });
});

describe("a trap of YAML", () => {
  it.each([
    [
      "a key twice",
      `${head}settings:\n  a.b: { value: 1, why: w }\n  a.b: { value: 2, why: w }\n`,
      "p.yaml:5:3 yaml-duplicate-key",
    ],
    ["a field twice", `${head}summary: t\n`, "p.yaml:3:1 yaml-duplicate-key"],
    ["a tab", `${head}settings:\n\ta.b: { value: 1, why: w }\n`, "p.yaml:4:1 yaml-tab"],
    ["an alias", `${head}settings:\n  a.b: &x { value: 1, why: w }\n  c.d: *x\n`, "p.yaml:5:8 yaml-alias"],
    ["a tag", `${head}settings:\n  a.b: !secret { value: 1, why: w }\n`, "p.yaml:4:16 yaml-tag"],
    ["an open brace", `${head}settings: { a.b: { value: 1, why: w }\n`, "p.yaml:4:1 yaml-syntax"],
    ["a NUL", `${head}description: a\u0000b\n`, "p.yaml:3:15 control-character"],
    ["an escaped NUL", `${head}description: "a\\0b"\n`, "p.yaml:3:14 control-character"],
    ["an escape sequence", `${head}description: "a\\e[2Jb"\n`, "p.yaml:3:14 control-character"],
    ["writing turned around", `${head}description: a\u202eb\n`, "p.yaml:3:15 control-character"],
    ["a byte order mark inside", `${head}description: a\ufeffb\n`, "p.yaml:3:15 control-character"],
    ["a lone carriage return", `${head}description: a\rb\n`, "p.yaml:3:15 control-character"],
    ["a C1 control", `${head}description: a\u009bb\n`, "p.yaml:3:15 control-character"],
    ["nothing", "", "p.yaml:1:1 profile-empty"],
    ["blanks", " \n \n", "p.yaml:1:1 profile-empty"],
    ["a list", "- a\n", "p.yaml:1:1 profile-structure"],
    ["a word", "hello", "p.yaml:1:1 profile-structure"],
  ])("%s, is told with its place", (_, text, words) => expect(answer(text)).toEqual([words]));

  it("a second document, is told: what stands there would have no effect", () => {
    expect(codes(`${head}---\n${head}`)).toEqual(["yaml-syntax"]);
  });

  it("a bomb of aliases, is told before it grows", () => {
    const layer = (name: string, below: string): string =>
      `${name}: &${name} [${Array(9).fill(`*${below}`).join(",")}]\n`;
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((name, at) => layer(name, "abcdefghi"[at] ?? "")).join("")}`;
    expect(codes(bomb)).toContain("yaml-alias");
  });

  it.each([
    ["brackets", "[".repeat(100_000)],
    ["braces", "{a: ".repeat(100_000)],
    ["dashes", `\n${"- ".repeat(100_000)}x`],
    ["questions", `\n${"? ".repeat(100_000)}x`],
    ["indents", `\n${Array.from({ length: 1000 }, (_, at) => `${" ".repeat(at + 1)}a:`).join("\n")}`],
  ])("nesting by %s, is told before the parser's stack ends", (_, nest) => {
    expect(codes(`${head}settings: ${nest}\n`)).toEqual(["yaml-nesting"]);
  });

  it("a million bytes of one line, of none, or of blanks, is no crash", () => {
    expect(codes("x".repeat(1_000_000))).toEqual(["profile-structure"]);
    expect(codes("\n".repeat(1_000_000))).toEqual(["profile-empty"]);
    expect(codes(`${head}${" ".repeat(1_000_000)}`)).toEqual([]);
    expect(codes(`${head}${"\t\n".repeat(500)}`)).toHaveLength(20);
    expect(codes(`${head}${"\t\n".repeat(500_000)}`)).toEqual(["profile-too-long"]);
  });

  it.each(["}", '  "\n', '"a" ', "&a ", "!a ", "* ", '"\\q" '])(
    "%j for the whole length of a file, is told by its first twenty errors",
    (piece) => expect(codes(piece.repeat(9000)).filter((code) => code === "yaml-syntax")).toHaveLength(20),
  );

  it("a banner of number signs, costs no more than any other comment", () => {
    expect(parseProfile("p.yaml", `${"#".repeat(200)}\n# ${"# ".repeat(200)}\n${head}`).ok).toBe(true);
  });

  it.each([
    ["of comments alone", `${"#".repeat(200)}\n\n  # x\n`],
    ["of blanks alone", " \n\t\n"],
    ["of nothing", ""],
  ])("a file %s, is empty", (_, text) => {
    expect(codes(text)).toEqual(["profile-empty"]);
  });

  it("a name that every object has, is a name like any other", () => {
    expect(answer(`${head}__proto__: { x: 1 }\n`)).toEqual(["p.yaml:3:1 unknown-field"]);
    const settings = "settings:\n  __proto__: { value: 1, why: w }\n  constructor: { value: 2, why: w }\n";
    expect(answer(head + settings)).toEqual(['__proto__ = "1"', 'constructor = "2"']);
    expect(({} as { value?: string }).value).toBeUndefined();
  });

  it("a merge key, brings nothing in", () => {
    expect(codes(`${head}settings:\n  <<: { a.b: { value: 1, why: w } }\n`)).toContain("unknown-field");
  });

  it("whatever the text, ends in a profile or in problems, each with its place", () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            "a.b",
            ":",
            " ",
            "\n",
            "  ",
            "- ",
            "{",
            "}",
            "[",
            "]",
            "&x",
            "*x",
            "!t",
            '"',
            "'",
            "|",
            ">",
            "#",
            "%",
            "---",
            "?",
            ",",
            "settings",
            "value",
            "why",
            "1",
          ),
          { maxLength: 60 },
        ),
        (pieces) => {
          const parsed = parseProfile("p.yaml", head + pieces.join(""));
          if (parsed.ok) return;
          for (const problem of parsed.problems) expect(said(problem)).toMatch(/^p\.yaml:\d+:\d+ [a-z-]+$/);
        },
      ),
      { numRuns: 1000 },
    ));
});

describe("a profile's structure", () => {
  it.each([
    ["summary: s\n", ["p.yaml:1:1 profile-structure"]],
    ["name: p\n", ["p.yaml:1:1 profile-structure"]],
    ["name: p\nsummary: s\ninclude: web-base\n", ["p.yaml:3:1 profile-structure"]],
    ["name: p\nsummary: s\nsetings: {}\n", ["p.yaml:3:1 unknown-field"]],
  ])("%j is told", (text, words) => expect(answer(text)).toEqual(words));

  it.each([
    ["{ valu: 1, why: w }", ["p.yaml:4:10 unknown-field"]],
    ["{ value: 1, at_least: 2, why: w }", ["p.yaml:4:3 profile-structure"]],
    ["{ value: 1 }", ["p.yaml:4:3 profile-structure"]],
    ["{ value: 1, why: '' }", ["p.yaml:4:20 profile-structure"]],
    ["{ value: [1, 2], why: w }", ["p.yaml:4:10 profile-structure"]],
    ["4096", ["p.yaml:4:8 missing-why"]],
    ["unset", ['a.b = ""']],
  ])("with the setting %s is told", (setting, words) =>
    expect(answer(`${head}settings:\n  a.b: ${setting}\n`)).toEqual(words),
  );

  it("with several faults tells them all at once", () => {
    expect(codes("name: Web\nsettings:\n  a.b: 1\n  c.d: { why: w }\n")).toEqual([
      "profile-structure",
      "profile-structure",
      "missing-why",
      "profile-structure",
    ]);
  });

  it("holds a why that says something", () => {
    expect(codes(`${head}settings:\n  a.b: { value: 1, why: "   " }\n`)).toEqual(["profile-structure"]);
  });
});
