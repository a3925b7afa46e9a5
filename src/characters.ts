/**
 * What must never reach a terminal, a log or a generated file as it is, as the inside of a regular
 * expression's brackets: control characters but tab and newline, what turns writing around (bidi), odd line
 * ends, and the byte order mark.
 */
export const unsafeCharacters =
  "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff";

/** A byte of a name or text that is no UTF-8, as `boot/bytes.ts` keeps it; no half of a pair. */
export const foreignByte = "(?<![\\ud800-\\udbff])[\\udc80-\\udcff]";

/** As JSON and JavaScript write it: `\\u001b`. */
export const unicodeEscape = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
