/** A line as a loader sees it, counted from 1. */
export type TextLine = { readonly number: number; readonly text: string };

/** Lines end at \n, \r, \0 and their combinations, as systemd reads them (S11, S17). */
export function* systemdLines(text: string): Generator<TextLine> {
  yield* linesBetween(text, /(?:\r\n|\n\r|\n|\r)\0?|\0/g);
}

/** Lines end at \n alone and keep it, as getline(3) reads them; a NUL hides the rest of its line (P4). */
export function* procpsLines(text: string): Generator<TextLine> {
  for (const line of linesBetween(text, /(?<=\n)/g)) {
    const end = line.text.indexOf("\0");
    yield end < 0 ? line : { number: line.number, text: line.text.slice(0, end) };
  }
}

/**
 * The text without the blanks at its ends. Not a regular expression: those are quadratic on a long run of
 * blanks.
 */
export function strip(text: string, blanks: string): string {
  return stripStart(stripEnd(text, blanks), blanks);
}

export function stripStart(text: string, blanks: string): string {
  let start = 0;
  while (start < text.length && blanks.includes(text.charAt(start))) start++;
  return text.slice(start);
}

export function stripEnd(text: string, blanks: string): string {
  let end = text.length;
  while (end > 0 && blanks.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Whether the text takes at least this many bytes in UTF-8. */
export function isAtLeastBytes(text: string, limit: number): boolean {
  if (text.length >= limit) return true;
  if (text.length * 3 < limit) return false;
  let bytes = 0;
  for (let at = 0; at < text.length; at++) bytes += bytesOf(text.charCodeAt(at));
  return bytes >= limit;
}

function bytesOf(unit: number): number {
  if (unit < 0x80) return 1;
  // Half of a surrogate pair, which takes four bytes as a whole.
  if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) return 2;
  return 3;
}

function* linesBetween(text: string, ending: RegExp): Generator<TextLine> {
  let start = 0;
  let number = 1;
  for (const end of text.matchAll(ending)) {
    yield { number, text: text.slice(start, end.index) };
    start = end.index + end[0].length;
    number++;
  }
  if (start < text.length) yield { number, text: text.slice(start) };
}
