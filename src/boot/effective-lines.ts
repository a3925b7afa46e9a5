import type { Match } from "./glob.js";
import type { BootLine } from "./parse.js";
import { isGlobLine, type Targets } from "./targets.js";

/** Lines that say the same and count as one, which is named after the first. */
export type MergedLine = readonly [BootLine, ...BootLine[]];

/**
 * The assignments that a loader carries out, in order. A glob leaves out what has a line of its own:
 * `ownLine`.
 */
export type EffectiveLines = {
  readonly entries: readonly MergedLine[];
  readonly ownLine: (match: Match) => BootLine | undefined;
};

/**
 * systemd-sysctl merges all lines into one ordered map by key before it writes (S22 to S24). A key in the
 * map, be it an exclusion, has a line of its own (S27).
 */
export function systemdLinesInEffect(lines: readonly BootLine[]): EffectiveLines {
  const merged = merge(lines);
  return {
    entries: [...merged.values()].filter((entry) => entry[0].kind === "assign"),
    ownLine: (match) => merged.get(match.path)?.[0],
  };
}

/**
 * `sysctl --system` carries out every assignment of every file (P8). A key has a line of its own if one
 * anywhere has the same spelling (P9).
 */
export function procpsLinesInEffect(lines: readonly BootLine[], targets: Targets): EffectiveLines {
  const own = new Map<string, BootLine>();
  for (const line of lines) {
    if (!isGlobLine(line)) for (const match of targets(line) ?? []) own.set(match.literal, line);
  }
  return {
    entries: lines.filter((line) => line.kind === "assign").map((line): MergedLine => [line]),
    ownLine: (match) => own.get(match.literal),
  };
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
