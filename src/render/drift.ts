/** Drift, for a person. */
import type { Drift } from "../plan/drift.js";
import { oneLine, shownPath } from "./escape.js";
import type { Paint } from "./paint.js";
import { readingWords, valueWords } from "./plan-words.js";

export function driftText(drifts: readonly Drift[], paint: Paint): string {
  return drifts.map((drift) => `${paint.red("drift:")} ${driftWords(drift)}\n`).join("");
}

export const driftWords = (drift: Drift): string => oneLine(wordsOf(drift));

function wordsOf(drift: Drift): string {
  switch (drift.kind) {
    case "live":
      return `${drift.key}: applied ${drift.wanted}, live ${readingWords(drift.found)}`;
    case "moved":
      return `${drift.key}: ${drift.cause} had moved it to ${valueWords(drift.wanted)}, live ${readingWords(drift.found)}`;
    case "boot":
      return `${drift.key}: applied ${drift.wanted}, the next boot gives ${valueWords(drift.value)} ${originOf(drift)}`;
    case "file":
      return `${shownPath(drift.path)}: ${fileWords[drift.change]}`;
  }
}

const fileWords = {
  removed: "was removed",
  edited: "was modified since tunectl wrote it",
  added: "should not exist",
};

function originOf({ file, line, program }: Extract<Drift, { kind: "boot" }>): string {
  const place = file === undefined ? "" : `${shownPath(file)}${line === undefined ? "" : `:${line}`}`;
  if (program !== undefined) return `by ${program}${place === "" ? "" : ` (${place})`}`;
  return place === "" ? "(the kernel's default: no file sets it)" : `from ${place}`;
}
