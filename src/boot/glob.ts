import { nameMatcher } from "../catalogue/wildcard.js";
import { compareBytes, toBytes } from "./bytes.js";
import { isName } from "./key-path.js";
import type { KeyTree } from "./tree.js";

/**
 * A key or folder a glob leads to. `literal` keeps the pattern's doubled slashes and dots, as glob(3) does.
 */
export type Match = { readonly path: string; readonly literal: string };

const longestGlob = 4096; // PATH_MAX
const mostAlternatives = 1024;

/** Whether a key is a glob to the loaders: braces alone are letters (S26, P9). */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** Whether a pattern is longer than any path can be; systemd-sysctl crashes on some of these. */
export function isTooLarge(pattern: string): boolean {
  return pattern.length > longestGlob;
}

/**
 * The keys and folders of the tree that a glob without braces leads to, in byte order. `*` never crosses a
 * slash nor matches a leading dot (S26).
 */
export function expandGlob(tree: KeyTree, pattern: string): readonly Match[] {
  let found: readonly Found[] = [{ nodes: [tree], path: [], literal: [] }];
  // glob(3) drops a backslash that quotes a slash.
  const parts = pattern.replace(/(?<!\\)((?:\\\\)*)\\(?=\/)/g, "$1").split("/");
  for (const part of parts) found = found.flatMap(stepInto(part));
  return found.map((at) => ({ path: at.path.join("/"), literal: at.literal.join("/") }));
}

/**
 * The names that a pattern with braces leads to, one alternative after the other (P2).
 * @param names in byte order
 */
export const matchNames = (pattern: string, names: readonly string[]): readonly string[] =>
  (expandBraces(pattern) ?? []).flatMap((alternative) => names.filter(byteMatcher(alternative)));

/**
 * `a{b,c*}` as `ab` and `ac*`, as glob(3) with GLOB_BRACE. Where a brace is never closed, it and all after it
 * stay as they are. Undefined if there are more alternatives than we go through.
 */
export function expandBraces(pattern: string): readonly string[] | undefined {
  if (isTooLarge(pattern)) return undefined;
  const waiting = [pattern];
  const done: string[] = [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const alternatives = firstBrace(next);
    if (alternatives === undefined) done.push(next);
    else waiting.push(...alternatives.reverse());
    if (done.length + waiting.length > mostAlternatives) return undefined;
  }
  return done;
}

/** The loaders run without a locale: `?` stands for a byte. */
function byteMatcher(pattern: string): (name: string) => boolean {
  const fits = nameMatcher(toBytes(pattern));
  return (name) => fits(toBytes(name));
}

/** Whether a whole path fits a pattern, whose `*` crosses slashes: fnmatch(3) without FNM_PATHNAME. */
export const pathMatcher = (pattern: string): ((path: string) => boolean) => {
  // A letter in front: here a dot at the start is like any other.
  const fits = byteMatcher(`/${pattern}`);
  return (path) => fits(`/${path}`);
};

/** Where a glob has come to; `nodes` are the folders on the way there, and the place itself as the last. */
type Found = {
  readonly nodes: readonly KeyTree[];
  readonly path: readonly string[];
  readonly literal: readonly string[];
};

function stepInto(part: string): (at: Found) => readonly Found[] {
  if (part === "..") return climb;
  if (!isName(part)) return (at) => [{ ...at, literal: [...at.literal, part] }];
  if (!/[*?[\\]/.test(part)) return (at) => enter(at, part);
  const fits = byteMatcher(part);
  return (at) => {
    const names = [...(at.nodes.at(-1)?.keys() ?? [])].filter(fits);
    return names.sort(compareBytes).flatMap((name) => enter(at, name));
  };
}

function enter(at: Found, name: string): readonly Found[] {
  const node = at.nodes.at(-1)?.get(name);
  return node === undefined
    ? []
    : [{ nodes: [...at.nodes, node], path: [...at.path, name], literal: [...at.literal, name] }];
}

function climb(at: Found): readonly Found[] {
  const isKey = at.nodes.at(-1)?.size === 0;
  return isKey
    ? []
    : [{ nodes: at.nodes.slice(0, -1), path: at.path.slice(0, -1), literal: [...at.literal, ".."] }];
}

function firstBrace(pattern: string): string[] | undefined {
  const open = unquoted(pattern, "{", 0);
  if (open < 0) return undefined;
  const commas: number[] = [open];
  let depth = 0;
  for (let at = open; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "\\") at++;
    else if (char === "{") depth++;
    else if (char === "," && depth === 1) commas.push(at);
    else if (char === "}" && --depth === 0) return alternatives(pattern, [...commas, at]);
  }
  return undefined;
}

function alternatives(pattern: string, marks: readonly number[]): string[] {
  const before = pattern.slice(0, marks[0]);
  const after = pattern.slice((marks.at(-1) ?? 0) + 1);
  return marks.slice(1).map((end, index) => before + pattern.slice((marks[index] ?? 0) + 1, end) + after);
}

function unquoted(pattern: string, wanted: string, from: number): number {
  for (let at = from; at < pattern.length; at++) {
    if (pattern.charAt(at) === "\\") at++;
    else if (pattern.charAt(at) === wanted) return at;
  }
  return -1;
}
