/**
 * The whole of a boot, not its winners alone: every file a loader meets, every line, and what became of each.
 */
import type { BootFault } from "./fault.js";
import type { Loader } from "./loader.js";
import type { BootLine } from "./parse.js";
import { readStack } from "./read.js";
import { type BootResult, simulate } from "./simulate.js";
import { type BootContent, type BootStack, bootFolders, filesInOrder } from "./stack.js";
import { targetsIn } from "./targets.js";
import { keyTree } from "./tree.js";

/**
 * - read: its lines are carried out
 * - hidden: a file of the same name in a folder of higher precedence, `by`, takes its place (sysctl.d(5))
 * - ignored: this loader does not take its name
 * - masked, dangling, folder, unreadable, special: what its content is, see `BootContent`
 */
export type TracedFile = {
  readonly path: string;
  readonly state: "read" | "hidden" | "ignored" | Exclude<BootContent["kind"], "text">;
  readonly by?: string;
};

/** File and line. */
type LinePlace = { readonly file: string; readonly line: number };

/**
 * What became of a line for one key, a slash path.
 * - sets: this line sets it
 * - repeats: it says the same as the line that sets it
 * - overridden: the line `by` sets it
 * - excluded: it is a glob, and the line `by` names the key outright or excludes it
 * - excludes: it keeps the key out of every glob
 */
export type LineEffect =
  | { readonly path: string; readonly effect: "sets" | "repeats" | "excludes" }
  | { readonly path: string; readonly effect: "overridden" | "excluded"; readonly by: LinePlace };

/** `effects` is empty for a glob that matches nothing, and for a line the loader cannot take. */
export type TracedLine = BootLine & { readonly effects: readonly LineEffect[] };

export type BootTrace = {
  /** In reading order, then those that are not read. */
  readonly files: readonly TracedFile[];
  /** In reading order. */
  readonly lines: readonly TracedLine[];
  readonly faults: readonly BootFault[];
};

/** @param paths the keys that will exist, as slash paths; see `simulate` */
export function traceBoot(stack: BootStack, loader: Loader, paths: readonly string[]): BootTrace {
  const result = simulate(stack, loader, paths);
  const targets = targetsIn(keyTree(paths), loader);
  const { lines } = readStack(stack, loader);
  return {
    files: tracedFiles(stack, loader),
    lines: lines.map((line) => ({
      ...line,
      effects: (targets(line) ?? []).flatMap(({ path }) => effectOf(line, path, result) ?? []),
    })),
    faults: result.faults,
  };
}

function effectOf(line: BootLine, path: string, { winners, exclusions }: BootResult): LineEffect | undefined {
  if (line.kind === "exclude") return { path, effect: "excludes" };
  const winner = winners.get(path);
  const exclusion = exclusions.get(path);
  if (winner && winner.file === line.file && winner.line === line.line) return { path, effect: "sets" };
  if (winner) {
    const isLoser = winner.overridden.some((lost) => lost.file === line.file && lost.line === line.line);
    if (!isLoser) return { path, effect: "repeats" };
    return { path, effect: "overridden", by: { file: winner.file, line: winner.line } };
  }
  return exclusion && { path, effect: "excluded", by: { file: exclusion.file, line: exclusion.line } };
}

function tracedFiles(stack: BootStack, loader: Loader): readonly TracedFile[] {
  const read = filesInOrder(stack, loader);
  const paths = new Set(read.map(({ path }) => path));
  const others = stack.entries.filter(({ folder, name }) => !paths.has(`${folder}/${name}`));
  return [
    ...read.map(
      ({ path, content }): TracedFile => ({ path, state: content.kind === "text" ? "read" : content.kind }),
    ),
    ...others.map(({ folder, name }): TracedFile => {
      const path = `${folder}/${name}`;
      const upper = bootFolders.map((other) => `${other}/${name}`).find((other) => paths.has(other));
      return upper === undefined ? { path, state: "ignored" } : { path, state: "hidden", by: upper };
    }),
  ];
}
