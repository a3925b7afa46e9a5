import { expandBraces, expandGlob, isGlob, isTooLarge, type Match } from "./glob.js";
import type { Loader } from "./loader.js";
import { type BootLine, procpsPath } from "./parse.js";
import type { KeyTree } from "./tree.js";

/**
 * The keys a line is about: its own, existing or not, or those its glob matches. Undefined if that is not
 * known.
 */
export type Targets = (line: BootLine) => readonly Match[] | undefined;

/** Targets as the loader finds them in this tree: with braces for systemd, without for procps (S26, P9). */
export function targetsIn(tree: KeyTree, loader: Loader): Targets {
  const expand = remembering((pattern) =>
    loader.name === "systemd" ? withBraces(tree, pattern) : withoutBraces(tree, pattern),
  );
  return (line) => {
    const literal = loader.name === "systemd" ? line.key : procpsPath(line.text);
    return isGlobLine(line) ? expand(literal) : [{ path: line.key, literal: literal }];
  };
}

/**
 * Whether a line is a glob. Asked of the text: in procps a `*` that a later `..` cancels is not in the key.
 */
export function isGlobLine(line: BootLine): boolean {
  return isGlob(line.text);
}

function withBraces(tree: KeyTree, pattern: string): readonly Match[] | undefined {
  const found = expandBraces(pattern)?.flatMap((alternative) => expandGlob(tree, alternative));
  return found && [...new Map(found.map((match) => [match.path, match])).values()];
}

function withoutBraces(tree: KeyTree, pattern: string): readonly Match[] | undefined {
  return isTooLarge(pattern) ? undefined : expandGlob(tree, pattern);
}

function remembering<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly made: T }>();
  return (text) => {
    const { made } = known.get(text) ?? { made: compute(text) };
    known.set(text, { made });
    return made;
  };
}
