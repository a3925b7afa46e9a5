/** A code frame: the line of a file, and a mark under the spot. */
import type { Place } from "../problem.js";
import { oneLine, plain } from "./escape.js";
import type { Paint } from "./paint.js";

const widestFrame = 140;

/** @param lines of the file; ten thousand problems of one file must not cut it into lines as often */
export function codeFrame(place: Place, lines: readonly string[], paint: Paint): readonly string[] {
  const line = lines[place.line - 1];
  if (line === undefined) return [];
  const number = String(place.line).padStart(4);
  // A long line is shown around the spot.
  const start = Math.max(0, place.column - 1 - Math.floor(widestFrame / 2));
  const shown = line.slice(start, start + widestFrame);
  const before = plain(shown.slice(0, place.column - 1 - start)).length;
  const mark = "^".repeat(Math.max(1, Math.min(place.length, shown.length - (place.column - 1 - start))));
  return [
    `${paint.dim(`${number} |`)} ${plain(shown)}`,
    `${paint.dim("     |")} ${" ".repeat(before)}${paint.red(mark)}`,
  ];
}

/** The lines of each source, cut when they are first asked for. */
export function linesOf(
  sources: ReadonlyMap<string, string>,
): (file: string) => readonly string[] | undefined {
  const known = new Map<string, readonly string[] | undefined>();
  return (file) => {
    if (!known.has(file)) known.set(file, sources.get(file)?.split(/\r?\n/));
    return known.get(file);
  };
}

export const placeText = (place: Place): string => `${oneLine(place.file)}:${place.line}:${place.column}`;
