/**
 * What JSON.parse lets through and we do not: nesting without an end, which fills the memory before the end
 * of the text is reached, and a name twice in one object, of which JSON.parse keeps the last and a person may
 * read the first.
 */
import type { BadRecord } from "../problem.js";

/** Our files need eight levels. */
const deepest = 32;

/** What is wrong with a text before it is parsed; of what is no JSON at all, JSON.parse tells. */
export function jsonTextFault(text: string): BadRecord | undefined {
  /** The names of each object that is open; none for a list. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case "{":
      case "[":
        if (open.length === deepest) return { kind: "too-deep", limit: deepest };
        open.push(text[at] === "{" ? new Set() : undefined);
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case '"': {
        const end = closingQuote(text, at);
        const names = open.at(-1);
        if (names && isName(text, end)) {
          const name = unescaped(text.slice(at, end + 1));
          if (names.has(name)) return { kind: "duplicate-name", name };
          names.add(name);
        }
        at = end;
      }
    }
  }
  return undefined;
}

function closingQuote(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** Whether a text that ends here is the name of a value. */
function isName(text: string, end: number): boolean {
  let at = end + 1;
  while (" \t\r\n".includes(text[at] ?? "x")) at++;
  return text[at] === ":";
}

/** `"a"` and `"\\u0061"` are one name. */
function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted;
  }
}
