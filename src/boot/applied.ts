import type { Match } from "./glob.js";
import type { BootLine } from "./parse.js";
import { isGlobLine, type Targets } from "./targets.js";

/** Lines that say the same and count as one, which is named after the first. */
export type Entry = readonly [BootLine, ...BootLine[]];

/** The assignments that a loader carries out, in order. A glob leaves out what has a line of its own. */
export type Applied = { readonly entries: readonly Entry[]; readonly hasOwnLine: (match: Match) => boolean };

/**
 * systemd-sysctl merges all lines into one ordered map by key before it writes (S22 to S24). A key in the map, be it an
 * exclusion, has a line of its own (S27).
 */
export function appliedBySystemd(lines: readonly BootLine[]): Applied {
  const merged = merge(lines);
  return {
    entries: [...merged.values()].filter((entry) => entry[0].kind === "assign"),
    hasOwnLine: (match) => merged.has(match.path),
  };
}

/**
 * `sysctl --system` carries out every assignment of every file (P8). A key has a line of its own if one anywhere has the
 * same spelling (P9).
 */
export function appliedByProcps(lines: readonly BootLine[], targets: Targets): Applied {
  const own = new Set<string>();
  for (const line of lines) {
    if (!isGlobLine(line)) for (const match of targets(line) ?? []) own.add(match.spelt);
  }
  return {
    entries: lines.filter((line) => line.kind === "assign").map((line): Entry => [line]),
    hasOwnLine: (match) => own.has(match.spelt),
  };
}

function merge(lines: readonly BootLine[]): ReadonlyMap<string, Entry> {
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
