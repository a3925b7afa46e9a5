/** What holds of every parser, whatever it is given. */
import { unsafeCharacters } from "../../src/characters.js";
import type { Problem, Warning } from "../../src/problem.js";
import { jsonText, problemJson, warningJson } from "../../src/render/json.js";
import { paint } from "../../src/render/paint.js";
import { problemWords, renderProblems } from "../../src/render/problems.js";

/** What a parser says of an input: it is taken, or there is a problem. */
export type Answer = {
  readonly isTaken: boolean;
  readonly problems: readonly Problem[];
  readonly warnings?: readonly Warning[];
  readonly sources?: ReadonlyMap<string, string>;
  /** Printed by a command. */
  readonly printed?: string;
};

const unsafe = new RegExp(`[\\t${unsafeCharacters}]`);

/** What is wrong with an answer; undefined where nothing is. */
export function brokenLaw({
  isTaken,
  problems,
  warnings = [],
  sources,
  printed = "",
}: Answer): string | undefined {
  if (!isTaken && problems.length === 0 && printed === "") return "It is refused without a problem.";
  const mute = problems.find((problem) => !/\w/.test(problemWords(problem)));
  if (mute) return `A problem has no words: ${JSON.stringify(mute)}.`;
  const text = renderProblems(problems, warnings, sources ?? new Map(), paint(false));
  const json = jsonText({ problems: problems.map(problemJson), warnings: warnings.map(warningJson) });
  const found = unsafe.exec(text) ?? unsafe.exec(json) ?? unsafe.exec(printed);
  return found ? `A control character is printed: ${JSON.stringify(found[0])}.` : undefined;
}
