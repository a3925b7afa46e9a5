/** Lines of a file of the administrator that are commented out for ours, and given back. */
import type { Loader } from "./loader.js";
import { readStack } from "./read.js";
import type { BootStack } from "./stack.js";

/** What stands before such a line: every loader takes it for a comment. */
export const takenOverMark = "# Taken over by tunectl: ";

/** @param lines their numbers, from 1, as every loader counts them where lines end at \n */
export const commentedOut = (text: string, lines: ReadonlySet<number>): string =>
  text
    .split("\n")
    .map((line, at) => (lines.has(at + 1) ? `${takenOverMark}${line}` : line))
    .join("\n");

/**
 * The line with this number, and those of its file that are about the same key: once it is gone the next of
 * them would take its place.
 */
export function linesLike(stack: BootStack, loader: Loader, file: string, line: number): readonly number[] {
  const lines = readStack(stack, loader).lines.filter((one) => one.file === file);
  const key = lines.find((one) => one.line === line)?.key;
  return [line, ...lines.flatMap((one) => (one.key === key ? [one.line] : []))];
}

/** Whether all loaders find the same lines in it: a lone \r, or a NUL, ends a line for some and not for others. */
export const hasPlainLines = (text: string): boolean => !/[\0\u2028\u2029]|\r(?!\n)/.test(text);

/** With these lines, or all, as they were before; undefined where none is marked. */
export function givenBack(text: string, isMeant: (line: number) => boolean = () => true): string | undefined {
  const lines = text.split("\n");
  const back = lines.map((line, at) =>
    line.startsWith(takenOverMark) && isMeant(at + 1) ? line.slice(takenOverMark.length) : line,
  );
  return back.every((line, at) => line === lines[at]) ? undefined : back.join("\n");
}

/**
 * A text that was edited since it was `ours`, with the same lines marked as in `before`: every other line
 * stays as it is. Undefined where a line that is to be marked again is gone.
 */
export function markedAs(before: string, ours: string, text: string): string | undefined {
  const [then, since] = [marksIn(before), marksIn(ours)];
  const again = new Set([...then].filter((one) => !since.has(one)).map(withoutMark));
  const lines = text.split("\n");
  if ([...again].some((one) => !lines.includes(one) && !lines.includes(takenOverMark + one)))
    return undefined;
  return lines
    .map((line) => {
      if (line.startsWith(takenOverMark)) return then.has(line) ? line : withoutMark(line);
      return again.has(line) ? takenOverMark + line : line;
    })
    .join("\n");
}

const withoutMark = (line: string): string => line.slice(takenOverMark.length);

const marksIn = (text: string): ReadonlySet<string> =>
  new Set(text.split("\n").filter((line) => line.startsWith(takenOverMark)));

export const hasMarks = (text: string): boolean => marksIn(text).size > 0;
