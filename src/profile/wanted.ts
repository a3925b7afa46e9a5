import type { Wanted } from "./profile.js";

/** What is wanted, in a word: `16384`, `at least 16384`. */
export function wantedText(wanted: Wanted): string {
  if (wanted.kind === "value") return wanted.value;
  const bounds = [
    wanted.least !== undefined && `at least ${wanted.least}`,
    wanted.most !== undefined && `at most ${wanted.most}`,
  ];
  return bounds.filter((bound) => bound !== false).join(", ");
}
