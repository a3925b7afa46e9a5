/** A code frame: the line of a file, and a mark under the spot. */
import type { Place } from "../problem.js";
import { oneLine, plain } from "./escape.js";
import type { Paint } from "./paint.js";

const widestFrame = 140;

export function codeFrame(place: Place, source: string, paint: Paint): readonly string[] {
  const line = source.split(/\r?\n/)[place.line - 1];
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

export const placeText = (place: Place): string => `${oneLine(place.file)}:${place.line}:${place.column}`;
