/** Text from outside, made safe for where it goes. */

/** For a terminal, a log and a generated file: control characters and what turns writing around are shown, not obeyed. */
export const plain = (text: string): string =>
  text.replace(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (character) => (character === "\t" ? " " : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );

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
