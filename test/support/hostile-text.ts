/** Text that takes hold of a terminal, a log or a review where a program prints it as it is. */
import { expect } from "vitest";
import type { Said } from "./host.js";

/**
 * Sets the window's title, clears the screen, sounds the bell, reverses colours (C1), turns the writing round,
 * breaks the line in four ways, and forges a line of its own.
 */
export const hostile =
  "\u001b]0;owned\u0007\u001b[2J\u009b7m\u202e\u061c\u2066\u2028\u0085\rx\nFORGED: all is well";

/** The same as printf(1) takes it. */
export const hostilePrintf = [...Buffer.from(hostile)]
  .map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
  .join("");

/** As YAML and JSON write it in double quotes. */
export const hostileQuoted = [...hostile]
  .map((one) => `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`)
  .join("");

const steering = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/** What of an answer obeys the hostile text: a character that steers, or a line that it forged. */
const obeyed = (text: string): readonly string[] =>
  text
    .split("\n")
    .filter((line) => steering.test(line) || line.startsWith("FORGED"))
    .map((line) => JSON.stringify(line));

/** What none of these answers may do. */
export function expectObedienceOfNone(said: Readonly<Record<string, Said>>): void {
  for (const [line, { out, err }] of Object.entries(said)) {
    expect(obeyed(out), line).toEqual([]);
    expect(obeyed(err), line).toEqual([]);
    expect(err, line).not.toContain("internal error");
  }
}

/** Command lines by name. */
type Asked = Readonly<Record<string, string>>;

const inFormats = (line: string, formats: readonly string[]): Asked =>
  Object.fromEntries(formats.map((format) => [`${line} (${format})`, `${line} --format ${format}`]));

export const inBoth = (line: string): Asked => inFormats(line, ["text", "json"]);
export const inAll = (line: string): Asked => inFormats(line, ["text", "patch", "markdown", "json"]);
export const merged = (...all: readonly Asked[]): Asked => Object.assign({}, ...all);
