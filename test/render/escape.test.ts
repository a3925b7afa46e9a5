import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cell, codeCell, oneLine, plain, printable, prose, shellWord } from "../../src/render/escape.js";
import { codeFrame } from "../../src/render/frame.js";
import { paint } from "../../src/render/paint.js";

const control =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

describe("text from outside", () => {
  it("is shown, not obeyed", () => {
    expect(plain("a\u001b[2Jb\u202ec\u009bd\u0000e\rf\tg\nh")).toBe(
      "a\\u001b[2Jb\\u202ec\\u009bd\\u0000e\\u000df g\nh",
    );
    expect(oneLine("a\n  b\r\nc")).toBe("a b c");
    expect(cell("a|b`c`<d>\\_[e]*")).toBe("a\\|b\\`c\\`\\<d\\>\\\\\\_\\[e\\]\\*");
  });

  it("keeps every letter of every script", () => {
    expect(plain("Größe 大きさ 🐧 ≤")).toBe("Größe 大きさ 🐧 ≤");
  });

  it("holds nothing that steers a terminal, whatever it was", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(plain(text)).not.toMatch(control);
        expect(oneLine(text)).not.toMatch(/\n/);
        expect(cell(text)).not.toMatch(/(?<!\\)(\\\\)*[|<`]/);
      }),
    ));
});

describe("what goes to a stream", () => {
  const red = paint(true).red("no");

  it("keeps our own colours where it may have them, and no other command of a terminal", () => {
    expect(printable(`${red}\t\u001b[2J\u001b[8m\u009b7m\n`, true)).toBe(
      `${red}\t\\u001b[2J\\u001b[8m\\u009b7m\n`,
    );
    expect(printable(red, false)).toBe("\\u001b[31mno\\u001b[39m");
  });
});

describe("text from outside in Markdown", () => {
  it("is no tag, no link, no entity and no further column", () => {
    expect(cell("a | b <i> [x](y) &amp;")).toBe("a \\| b \\<i\\> \\[x\\](y) \\&amp;");
    expect(prose("`a<b` is <i>, not [x](y)")).toBe("`a<b` is \\<i\\>, not \\[x\\](y)");
  });

  it("is code, whatever backticks and bars it holds", () => {
    expect(codeCell("vm.swappiness")).toBe("`vm.swappiness`");
    expect(codeCell("e`|0")).toBe("`` e`\\|0 ``");
  });
});

describe("a word for a shell", () => {
  it("stands on one line and in quotes", () => {
    expect(shellWord("a b\nc'")).toBe(`'a b\\u000ac'\\'''`);
  });
});

describe("a code frame", () => {
  const frame = (source: string, line: number, column: number, length = 1): readonly string[] =>
    codeFrame({ file: "p.yaml", line, column, length }, source.split("\n"), paint(false));

  it("marks the spot", () => {
    expect(frame("name: p\nvalue: 4096k\n", 2, 8, 5)).toEqual(["   2 | value: 4096k", "     |        ^^^^^"]);
  });

  it("marks it where escapes make the line longer", () => {
    expect(frame("a\u001bb: 1\n", 1, 3)).toEqual(["   1 | a\\u001bb: 1", "     |        ^"]);
  });

  it("shows a long line around the spot", () => {
    const [shown = "", mark = ""] = frame(`${"x".repeat(5000)}HERE${"y".repeat(5000)}`, 1, 5001, 4);
    expect(shown.length).toBeLessThan(160);
    expect(shown.slice(mark.indexOf("^"), mark.lastIndexOf("^") + 1)).toBe("HERE");
  });

  it("is nothing for a line that is not there", () => expect(frame("a\n", 7, 1)).toEqual([]));
});
