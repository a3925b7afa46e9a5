/** Text from outside, made safe for where it goes. */
import { foreignByte, unicodeEscape, unsafeCharacters } from "../characters.js";
import { styles } from "./paint.js";

/**
 * For a terminal, a log and a generated file: control characters and what turns writing around are shown, not
 * obeyed.
 */
export const plain = (text: string): string =>
  text.replace(dangerous, (character) => (character === "\t" ? " " : unicodeEscape(character)));

const dangerous = new RegExp(`[\\t${unsafeCharacters}]|${foreignByte}`, "g");

/** The same on one line. */
export const oneLine = (text: string): string => plain(text.includes("\n") ? linesOf(text).join(" ") : text);

const linesOf = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** A name, whose line's end is shown and not taken for a space; the net before the terminal shows all else. */
export const shownPath = (path: string): string => path.replace(/\n/g, unicodeEscape);

/** As one word of a command that a person may copy into a shell; a line's end in it is shown as well. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text)
    ? text
    : `'${plain(text).replace(/\n/g, unicodeEscape).replace(/'/g, "'\\''")}'`;

/** For a cell of a Markdown table. */
export const cell = (text: string): string => oneLine(text).replace(/[\\|<>`*_[\]&]/g, "\\$&");

/** As code in a cell of a Markdown table: a name of an interface may hold a bar or a backtick. */
export function codeCell(text: string): string {
  const fence = "`".repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length)));
  const space = text.includes("`") ? " " : "";
  return `${fence}${space}${oneLine(text).replace(/\|/g, "\\|")}${space}${fence}`;
}

/** A sentence of ours in Markdown: what stands in backticks is code, the rest is text and no markup. */
export const prose = (text: string): string =>
  oneLine(text)
    .split(/(`[^`]*`)/)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(/[\\<>`*_[\]&]/g, "\\$&")))
    .join("");

/**
 * The last net before a stream: what a renderer has forgotten is shown and not obeyed. Line ends and tabs
 * stay, and where colours may be used, those of `paint`.
 */
export const printable = (text: string, colour: boolean): string =>
  text.replace(colour ? exceptColours : unsafe, (found) => (found.length > 1 ? found : unicodeEscape(found)));

const unsafe = new RegExp(`[${unsafeCharacters}]|${foreignByte}`, "g");
const exceptColours = new RegExp(`${styles}|[${unsafeCharacters}]|${foreignByte}`, "g");

/** Text of a JSON answer; in its strings alone can there be something to escape. */
export const safeJson = (text: string): string => text.replace(unsafe, unicodeEscape);
