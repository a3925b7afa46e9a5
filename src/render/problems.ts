/** The words for everything that can be wrong: what it is, and the way out. */
import {
  findingId,
  type HostProblem,
  type Place,
  type Problem,
  type TextProblem,
  type Warning,
} from "../problem.js";
import { oneLine } from "./escape.js";
import { codeFrame, linesOf, placeText } from "./frame.js";
import { hostMessages } from "./messages/host-problems.js";
import { type Messages, messageOf } from "./messages/sentences.js";
import { textMessages } from "./messages/text-problems.js";
import { warningWords } from "./messages/warnings.js";
import type { Paint } from "./paint.js";

/** File name → its text, for code frames. */
export type Sources = ReadonlyMap<string, string>;

const messages: Messages<TextProblem | HostProblem> = { ...textMessages, ...hostMessages };

/** One problem in one sentence or two, without its place. */
export function problemWords(problem: Problem): string {
  return oneLine(messageOf(messages, problem));
}

const placeOf = (problem: Problem | Warning): Place | undefined =>
  "place" in problem ? problem.place : undefined;

/** All problems as a person reads them: place, words, code frame, the heading in docs/problems.md. */
export function renderProblems(
  problems: readonly Problem[],
  warnings: readonly Warning[],
  sources: Sources,
  paint: Paint,
): string {
  const entries = [
    ...warnings.map((warning) => ({
      kind: paint.yellow("warning:"),
      what: warning,
      words: oneLine(warningWords(warning)),
    })),
    ...problems.map((problem) => ({
      kind: paint.red("error:"),
      what: problem,
      words: problemWords(problem),
    })),
  ];
  const source = linesOf(sources);
  const lines = entries
    .sort((a, b) => byPlace(a.what, b.what))
    .flatMap(({ kind, what, words }) => entry(kind, what, words, source, paint));
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** By file and line, as an editor walks through them; what has no place comes last. */
function byPlace(a: Problem | Warning, b: Problem | Warning): number {
  const [left, right] = [placeOf(a), placeOf(b)];
  if (!left || !right) return Number(left === undefined) - Number(right === undefined);
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}

function entry(
  kind: string,
  what: Problem | Warning,
  words: string,
  linesIn: ReturnType<typeof linesOf>,
  paint: Paint,
): readonly string[] {
  const place = placeOf(what);
  const head = place ? `${paint.bold(`${placeText(place)}:`)} ${kind} ${words}` : `${kind} ${words}`;
  const lines = place && linesIn(place.file);
  return [
    `${head} ${paint.dim(`[${findingId(what)}]`)}`,
    ...(place && lines ? codeFrame(place, lines, paint) : []),
  ];
}
