import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAtLeastBytes, procpsLines, strip, systemdLines } from "../../src/boot/lines.js";

const texts = (lines: Iterable<{ text: string }>) => [...lines].map((line) => line.text);

describe("lines", () => {
  it.each(["\n", "\r", "\0", "\r\n", "\n\r", "\n\0", "\r\0", "\r\n\0", "\n\r\0"])(
    "end once at %j for systemd (S11)",
    (end) => {
      expect(texts(systemdLines(`a${end}b`))).toEqual(["a", "b"]);
    },
  );

  it.each([
    ["a\n\nb", ["a", "", "b"]],
    ["a\r\rb", ["a", "", "b"]],
    ["a\0\nb", ["a", "", "b"]],
    ["a\n\r\nb", ["a", "", "b"]],
    ["a\n", ["a"]],
    ["", []],
  ])("of %j are what systemd counts (S17)", (text, lines) => {
    expect(texts(systemdLines(text))).toEqual(lines);
    expect([...systemdLines(text)].map((line) => line.number)).toEqual(lines.map((_, index) => index + 1));
  });

  it("end at a newline alone for procps, which keeps it, and a NUL hides the rest of its line (P4)", () => {
    expect(texts(procpsLines("a\rb\nc\0d\n\ne"))).toEqual(["a\rb\n", "c", "\n", "e"]);
  });

  it("hold every letter of the text, whatever ends them", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r", "\0") }), (text) => {
        expect(texts(systemdLines(text)).join("")).toBe(text.replace(/[\n\r\0]/g, ""));
      }),
    );
  });
});

describe("a text", () => {
  it("loses the blanks at its ends and keeps those within", () => {
    expect(strip(" \ta b\f ", " \t")).toBe("a b\f");
    expect(strip(" \t ", " \t")).toBe("");
  });

  it("has as many bytes as its UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, limit) => {
        expect(isAtLeastBytes(text, limit)).toBe(Buffer.byteLength(text) >= limit);
      }),
    );
  });
});
