import { compareBytes } from "./bytes.js";
import { expandBraces, expandGlob, isGlob, isTooLarge, type Match } from "./glob.js";
import { busyboxPath, keptOrResolved, leadsSomewhere, toPath } from "./key-path.js";
import type { LoaderTraits } from "./loader.js";
import { type BootLine, procpsPath } from "./parse.js";
import type { KeyTree } from "./tree.js";

/**
 * The keys a line is about: its own, existing or not, or those its glob matches. Undefined if that is not
 * known.
 */
export type Targets = (line: BootLine) => readonly Match[] | undefined;

/** Targets as the loader finds them in this tree: with braces for systemd, without for procps (S26, P9). */
export function targetsIn(tree: KeyTree, { name, dotdot, isOldProcps, swaps }: LoaderTraits): Targets {
  const expand = remembering((pattern) =>
    name === "systemd" ? withBraces(tree, pattern) : withoutBraces(tree, pattern),
  );
  if (name === "busybox")
    return ({ text }) => {
      const path = busyboxPath(tree, text, swaps);
      return leadsSomewhere(tree, path) ? [{ path: keptOrResolved(path), literal: path }] : [];
    };
  return (line) => {
    const literal = name === "systemd" ? line.key : isOldProcps ? toPath(line.text) : procpsPath(line.text);
    if (isGlobLine(line)) return expand(literal);
    if (dotdot === "refuse") return [{ path: line.key, literal }];
    return leadsSomewhere(tree, literal) ? [{ path: keptOrResolved(line.key), literal }] : [];
  };
}

/**
 * Whether a line is a glob. Asked of the text: in procps a `*` that a later `..` cancels is not in the key.
 */
export function isGlobLine(line: BootLine): boolean {
  return line.literal !== true && isGlob(line.text);
}

function withBraces(tree: KeyTree, pattern: string): readonly Match[] | undefined {
  const found = expandBraces(pattern)?.flatMap((alternative) => expandGlob(tree, alternative));
  return found && [...new Map(found.map((match) => [match.literal, match])).values()];
}

function withoutBraces(tree: KeyTree, pattern: string): readonly Match[] | undefined {
  if (isTooLarge(pattern)) return undefined;
  return [...expandGlob(tree, pattern)].sort((a, b) => compareBytes(a.literal, b.literal));
}

function remembering<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly made: T }>();
  return (text) => {
    const { made } = known.get(text) ?? { made: compute(text) };
    known.set(text, { made });
    return made;
  };
}
