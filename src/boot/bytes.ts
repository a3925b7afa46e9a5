/** Order of strings as strcmp(3) has it for their UTF-8 bytes, which is the order of their code points. */
export function compareBytes(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at++) {
    if (a[at] !== b[at]) return weight(a.charCodeAt(at)) - weight(b.charCodeAt(at));
  }
  return a.length - b.length;
}

// UTF-16 puts surrogates (U+10000 and above) before U+E000 to U+FFFF; UTF-8 puts them after.
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
