/** Columns of plain text, as wide as their widest cell. */
import { oneLine } from "./escape.js";

/** A longer cell, such as a list of ports, pushes its own row aside and no other. */
const widest = 64;

/**
 * Pads all but the last column; colour is put on by `style` after padding, so that it does not count as
 * width.
 */
export function table(
  rows: readonly (readonly string[])[],
  style: (cell: string, column: number, row: number) => string = (cell) => cell,
): readonly string[] {
  const flat = rows.map((row) => row.map(oneLine));
  const widths = (flat[0] ?? []).map((_, column) =>
    flat
      .map((row) => (row[column] ?? "").length)
      .filter((width) => width <= widest)
      .reduce((most, width) => Math.max(most, width), 0),
  );
  return flat.map((row, at) =>
    row
      .map((cell, column) =>
        style(column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0), column, at),
      )
      .join("  ")
      .trimEnd(),
  );
}

/** Breaks text at spaces into lines of at most this many characters, each after the indent. */
export function wrapped(text: string, indent: string, width = 110): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}

/** `1 file`, `2 files`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
