import { type Match, pathMatcher } from "./glob.js";
import type { LoaderTraits } from "./loader.js";
import { type BootLine, procpsSpelling } from "./parse.js";

/** Lines that say the same and count as one, which is named after the first. */
export type MergedLine = readonly [BootLine, ...BootLine[]];

/**
 * An assignment that a loader carries out. As a glob it leaves out what has a line of its own: `ownLine`.
 */
export type Effective = {
  readonly entry: MergedLine;
  readonly ownLine: (match: Match) => BootLine | undefined;
};

/** What the loader carries out, in order. A run of it knows no lines but its own. */
export function linesInEffect(
  runs: readonly (readonly BootLine[])[],
  traits: LoaderTraits,
): readonly Effective[] {
  return runs.flatMap((lines) => {
    if (traits.name === "systemd") return systemdLinesInEffect(lines);
    const ownLine = traits.globs ? ownLines(lines, traits) : () => undefined;
    return lines
      .filter((line) => line.kind === "assign")
      .map((line) => ({ entry: [line] as const, ownLine }));
  });
}

/**
 * systemd-sysctl merges all lines into one ordered map by key before it writes (S22 to S24). A key in the
 * map, be it an exclusion, has a line of its own (S27).
 */
function systemdLinesInEffect(lines: readonly BootLine[]): readonly Effective[] {
  const merged = merge(lines);
  const ownLine = (match: Match): BootLine | undefined => merged.get(match.literal)?.[0];
  return [...merged.values()]
    .filter((entry) => entry[0].kind === "assign")
    .map((entry) => ({ entry, ownLine }));
}

/**
 * `sysctl --system` carries out every assignment of every file (P8). A key has a line of its own if one
 * anywhere has the same spelling (P9), be it a pattern; since 4.0.5 also if an exclusion matches it.
 */
function ownLines(
  lines: readonly BootLine[],
  { globExclusions }: LoaderTraits,
): (match: Match) => BootLine | undefined {
  const own = new Map(lines.map((line) => [procpsSpelling(line.text), line]));
  const patterns = lines
    .filter((line) => globExclusions && line.kind === "exclude" && /[*?[\\]/.test(line.text))
    .map((line) => ({ line, fits: pathMatcher(procpsSpelling(line.text)) }));
  return ({ literal }) =>
    own.get(literal) ?? (patterns.length > 0 ? patterns.find(({ fits }) => fits(literal))?.line : undefined);
}

function merge(lines: readonly BootLine[]): ReadonlyMap<string, MergedLine> {
  const merged = new Map<string, [BootLine, ...BootLine[]]>();
  for (const line of lines) {
    const entry = merged.get(line.key);
    if (entry !== undefined && saysTheSame(entry[0], line)) entry.push(line);
    else {
      // A map keeps the place of a key it knows; systemd puts the new line at the end (S22).
      merged.delete(line.key);
      merged.set(line.key, [line]);
    }
  }
  return merged;
}

function saysTheSame(a: BootLine, b: BootLine): boolean {
  return a.kind === b.kind && a.value === b.value;
}
