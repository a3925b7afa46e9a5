/** Text from outside, made safe for where it goes. */
import { unicodeEscape, unsafeCharacters } from "../characters.js";

/**
 * For a terminal, a log and a generated file: control characters and what turns writing around are shown, not
 * obeyed.
 */
export const plain = (text: string): string =>
  text.replace(dangerous, (character) => (character === "\t" ? " " : unicodeEscape(character)));

const dangerous = new RegExp(`[\\t${unsafeCharacters}]`, "g");

/** The same on one line. */
export const oneLine = (text: string): string => plain(text.includes("\n") ? linesOf(text).join(" ") : text);

const linesOf = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** As one word of a command that a person may copy into a shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${plain(text).replace(/'/g, "'\\''")}'`;

/** For a cell of a Markdown table. */
export const cell = (text: string): string => oneLine(text).replace(/[\\|<>`*_[\]]/g, "\\$&");
