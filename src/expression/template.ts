/** Finds the `${…}` in a text. */

/**
 * `"4096 ${a * 2} x"` in parts; undefined where a `${` is not closed. Braces and quotes inside an expression
 * are respected.
 */
export function templateParts(
  text: string,
):
  | readonly ({ readonly literal: string } | { readonly expression: string; readonly offset: number })[]
  | undefined {
  const parts: ({ literal: string } | { expression: string; offset: number })[] = [];
  let at = 0;
  for (let open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
    const close = closingBrace(text, open + 2);
    if (close === undefined) return undefined;
    if (open > at) parts.push({ literal: text.slice(at, open) });
    parts.push({ expression: text.slice(open + 2, close), offset: open + 2 });
    at = close + 1;
  }
  if (at < text.length) parts.push({ literal: text.slice(at) });
  return parts;
}

function closingBrace(text: string, from: number): number | undefined {
  let depth = 0;
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (quote !== "") {
      if (letter === "\\") at++;
      else if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "{") depth++;
    else if (letter === "}" && depth-- === 0) return at;
  }
  return undefined;
}
