/** Checks that need no parser: what a profile's text may hold at all. */
import { unsafeCharacters } from "../../characters.js";
import type { Place, Problem } from "../../problem.js";

/** Levels of nesting; a profile needs three. */
export const maximumNesting = 16;

export function placeOfOffset(file: string, text: string, offset: number, length = 1): Place {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { file, line, column: offset - before.lastIndexOf("\n"), length: Math.max(1, length) };
}

/** Also what an escape such as "\\e" in double quotes becomes; line breaks and tabs are white space to us. */
export const controlCharacter = (text: string): string | undefined => {
  const found = new RegExp(forbidden).exec(text)?.[0];
  return found === undefined ? undefined : codePoint(found);
};

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** A byte order mark at the start and the line ends of Windows are the habits of honest editors. */
const forbidden = `(?!\\r\\n)(?!^\\ufeff)[${unsafeCharacters}]`;

export function checkText(file: string, text: string): readonly Problem[] {
  if (text.split("\n").every((line) => /^\s*(#|$)/.test(line)))
    return [{ code: "profile-empty", place: placeOfOffset(file, text, 0) }];
  const tooMany = tooManyParts(file, text);
  return tooMany.length > 0
    ? tooMany
    : [...forbiddenCharacters(file, text), ...tabs(file, text), ...nesting(file, text)];
}

/**
 * Far beyond any profile; what a parser and a catalogue search would chew on for minutes is refused unread.
 */
const mostParts = 10_000;

function tooManyParts(file: string, text: string): Problem[] {
  let parts = 0;
  for (let at = 0; at < text.length; at++)
    if ((text[at] === "\n" || text[at] === ",") && ++parts > mostParts)
      return [{ code: "profile-too-long", limit: mostParts, place: placeOfOffset(file, text, at) }];
  return [];
}

const forbiddenCharacters = (file: string, text: string): Problem[] =>
  [...text.matchAll(new RegExp(forbidden, "g"))].slice(0, 20).map((found) => ({
    code: "control-character",
    character: codePoint(found[0]),
    place: placeOfOffset(file, text, found.index),
  }));

const tabs = (file: string, text: string): Problem[] =>
  [...text.matchAll(/^ *\t/gm)].slice(0, 20).map((found) => ({
    code: "yaml-tab",
    place: placeOfOffset(file, text, found.index + found[0].length - 1),
  }));

/** Deep nesting alone can exhaust a parser's stack, so it is found before parsing. */
function nesting(file: string, text: string): Problem[] {
  const offset = tooDeepFlow(text) ?? tooDeepBlock(text);
  return offset === undefined
    ? []
    : [{ code: "yaml-nesting", limit: maximumNesting, place: placeOfOffset(file, text, offset) }];
}

function tooDeepFlow(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if ((letter === '"' || letter === "'") && opensQuote(text, at)) at = closingQuote(text, at);
    else if (letter === "[" || letter === "{") depth++;
    else if (letter === "]" || letter === "}") depth = Math.max(0, depth - 1);
    if (depth > maximumNesting) return at;
  }
  return undefined;
}

/** A quote opens a text only where a value can begin; elsewhere it is an apostrophe. */
const opensQuote = (text: string, at: number): boolean =>
  /(^|[\n[{,:-])[ ]*$/.test(text.slice(Math.max(0, at - 40), at));

function closingQuote(text: string, from: number): number {
  const quote = text[from];
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\" && quote === '"') at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}

function tooDeepBlock(text: string): number | undefined {
  const open: number[] = [];
  let offset = 0;
  for (const line of text.split("\n")) {
    const lead = /^[ ]*(?:[-?:] +)*/.exec(line)?.[0] ?? "";
    const markers = lead.replace(/ /g, "").length;
    const indent = lead.length;
    if (indent < line.length) {
      while ((open.at(-1) ?? -1) >= indent) open.pop();
      open.push(indent);
    }
    if (open.length > maximumNesting || markers > maximumNesting) return offset;
    offset += line.length + 1;
  }
  return undefined;
}
