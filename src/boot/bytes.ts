/**
 * Names and texts of files are bytes, mostly UTF-8. Here they are strings in which a byte that is no UTF-8 is
 * half a surrogate pair, U+DC80 to U+DCFF: text is text, no byte is lost, and JSON has an escape for it.
 */

/** The string for bytes that are given one to a character. */
export function fromBytes(bytes: string): string {
  return /^[\0-\x7f]*$/.test(bytes) ? bytes : bytes.replace(beyondAscii, decoded);
}

/** The bytes of a string, one to a character. */
export function toBytes(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : Array.from(text, encoded).join("");
}

/** Order of strings as strcmp(3) has it for their bytes. */
export function compareBytes(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left === right) continue;
    return left < 0x80 || right < 0x80 ? left - right : compareTexts(toBytes(a), toBytes(b));
  }
  return a.length - b.length;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

// Sequences as RFC 3629 has them, the longest first, or a byte that is part of none.
const beyondAscii =
  /[\xf1-\xf3][\x80-\xbf]{3}|\xf0[\x90-\xbf][\x80-\xbf]{2}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]|[\xc2-\xdf][\x80-\xbf]|[\x80-\xff]/g;

function decoded(sequence: string): string {
  const [lead = 0, ...rest] = Array.from(sequence, (byte) => byte.charCodeAt(0));
  if (rest.length === 0) return String.fromCharCode(0xdc00 + lead);
  return String.fromCodePoint(
    rest.reduce((point, byte) => point * 64 + byte - 0x80, lead & (0x3f >> rest.length)),
  );
}

function encoded(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return character;
  if (point >= 0xdc80 && point <= 0xdcff) return String.fromCharCode(point - 0xdc00);
  const rest = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  const tail = Array.from({ length: rest }, (_, at) => 0x80 | ((point >> (6 * (rest - 1 - at))) & 0x3f));
  const lead = (0xff00 >> (rest + 1)) & 0xff;
  return String.fromCharCode(lead | (point >> (6 * rest)), ...tail);
}
