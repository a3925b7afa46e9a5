import { linesInEffect, type MergedLine } from "./effective-lines.js";
import { type BootFault, lineFault } from "./fault.js";
import { exclusionFaults, keyFault, notAKey } from "./key-fault.js";
import { tidyPath } from "./key-path.js";
import { type Loader, type LoaderTraits, traitsOf } from "./loader.js";
import type { BootLine } from "./parse.js";
import { readStack, type UnreadFile } from "./read.js";
import type { BootStack } from "./stack.js";
import { isGlobLine, type Targets, targetsIn } from "./targets.js";
import { type KeyTree, keyTree, kindOf } from "./tree.js";

/** A line that would have set the key, had another not won. */
export type Overridden = { readonly file: string; readonly line: number; readonly value: string };

/** The line that sets a key. */
export type Winner = {
  readonly value: string;
  readonly file: string;
  readonly line: number;
  /** The glob as written, if it came from one. */
  readonly glob?: string;
  /** The lines that lost, in reading order; one that says the same as a systemd winner has not lost (S23). */
  readonly overridden: readonly Overridden[];
};

/** One write of the boot: a key, as a slash path, and the line that asks for it. */
export type BootWrite = { readonly path: string; readonly line: BootLine };

export type BootResult = {
  /** In reading order. */
  readonly lines: readonly BootLine[];
  /** Every write that the loader tries, in its order; what comes of each, the kernel decides. */
  readonly writes: readonly BootWrite[];
  /** By slash path, in the order they are written. */
  readonly winners: ReadonlyMap<string, Winner>;
  /** Keys that a glob would set and a `-key` line keeps out of it, by slash path, with that line. */
  readonly exclusions: ReadonlyMap<string, BootLine>;
  /** Of reading, then of applying. */
  readonly faults: readonly BootFault[];
  /** What the loader will read and we could not. */
  readonly unread: readonly UnreadFile[];
  /**
   * A file of `unread` that may hold the line which sets the key in the end; undefined where none can: all
   * are read before the line that names the key.
   */
  readonly unreadFor: (path: string) => UnreadFile | undefined;
};

/**
 * Which line sets each key at the next boot. `paths` are the keys that will exist, in slash form: globs
 * expand against them. A key named outright is a winner even if it is not among them, as a module or an
 * interface may bring it.
 *
 * Values are taken as if the kernel took them all. Which it refuses cannot be known here, and there the
 * loaders differ: an earlier good value stays under procps, the kernel's own value under systemd (S25, P8).
 */
export function simulate(stack: BootStack, loader: Loader, paths: readonly string[]): BootResult {
  const traits = traitsOf(loader);
  const { lines, runs, faults, unread } = readStack(stack, loader);
  const tree = keyTree(paths);
  const targets = targetsIn(tree, traits);
  const applied = apply(runs, traits, tree, targets);
  const rivals = once(() =>
    rivalsByPath(
      lines.filter((line) => line.kind === "assign" && keyFault([line], traits, false) === undefined),
      targets,
    ),
  );
  return {
    lines,
    writes: applied.writes,
    winners: new Map(
      [...applied.last].map(([path, entry]) => [path, winner(entry, () => rivals().get(path) ?? [])]),
    ),
    exclusions: applied.exclusions,
    faults: [...faults, ...exclusionFaults(lines, traits), ...applied.faults],
    unread,
    unreadFor: (path) => unread.find(({ after }) => !isReadFrom(after, lines, applied.last.get(path))),
  };
}

/** Whether the line that sets a key is a line for that key alone, from this place on. */
function isReadFrom(after: number, lines: readonly BootLine[], entry: MergedLine | undefined): boolean {
  const line = entry?.at(-1);
  return line !== undefined && !isGlobLine(line) && lines.lastIndexOf(line) >= after;
}

/** `last`: the line that writes each key last, in that order. */
type AppliedLines = {
  readonly writes: readonly BootWrite[];
  readonly last: ReadonlyMap<string, MergedLine>;
  readonly exclusions: ReadonlyMap<string, BootLine>;
  readonly faults: readonly BootFault[];
};

function apply(
  runs: readonly (readonly BootLine[])[],
  traits: LoaderTraits,
  tree: KeyTree,
  targets: Targets,
): AppliedLines {
  const writes: BootWrite[] = [];
  const last = new Map<string, MergedLine>();
  const exclusions = new Map<string, BootLine>();
  const faults: BootFault[] = [];
  for (const { entry, ownLine } of linesInEffect(runs, traits)) {
    const [line] = entry;
    const matches = targets(line);
    const free = isGlobLine(line) ? matches?.filter((match) => ownLine(match) === undefined) : matches;
    for (const match of isGlobLine(line) ? (matches ?? []) : [])
      noteExclusion(exclusions, match.path, ownLine(match));
    const keys = free?.filter((match) => isReachable(tree, match.path)) ?? [];
    const isFolder = free?.some(({ path }) => kindOf(tree, tidyPath(path)) === "folder") ?? false;
    const fault =
      free === undefined
        ? lineFault("glob-too-large", line, line.text, false)
        : keyFault(entry, traits, isFolder);
    // systemd refuses `..` when it comes to write, and a glob that matches nothing never does.
    if (fault !== undefined && !(traits.name === "systemd" && free?.length === 0)) faults.push(fault);
    if (fault !== undefined) continue;
    if (keys.length < (free?.length ?? 0)) faults.push(notAKey(entry, traits, isFolder));
    for (const { path } of keys) {
      writes.push({ path, line });
      // Taking it out first moves it to the end: the map keeps the order of writing.
      last.delete(path);
      last.set(path, entry);
    }
  }
  return { writes, last, exclusions, faults };
}

function noteExclusion(exclusions: Map<string, BootLine>, path: string, own: BootLine | undefined): void {
  if (own?.kind === "exclude") exclusions.set(path, own);
}

/** A plan asks for no rival: of a thousand lines about a thousand keys they would be a million. */
function winner(entry: MergedLine, rivals: () => readonly BootLine[]): Winner {
  const [line] = entry;
  const overridden = once(() => {
    const winning = new Set(entry);
    return rivals()
      .filter((rival) => !winning.has(rival))
      .map(({ file, line: number, value }) => ({ file, line: number, value }));
  });
  return {
    value: line.value,
    file: line.file,
    line: line.line,
    ...(isGlobLine(line) && { glob: line.text }),
    get overridden() {
      return overridden();
    },
  };
}

function once<T>(compute: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: compute() };
    return made.value;
  };
}

function rivalsByPath(
  lines: readonly BootLine[],
  targets: Targets,
): ReadonlyMap<string, readonly BootLine[]> {
  const rivals = new Map<string, BootLine[]>();
  for (const line of lines) {
    for (const { path } of targets(line) ?? []) {
      const known = rivals.get(path);
      if (known === undefined) rivals.set(path, [line]);
      else known.push(line);
    }
  }
  return rivals;
}

function isReachable(tree: KeyTree, path: string): boolean {
  const what = kindOf(tree, path);
  return what === "key" || what === "missing";
}
