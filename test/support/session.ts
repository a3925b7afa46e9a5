/** Sessions as text: what was typed after `$ `, then all that was printed, then `[exit N]` where that is not 0. */
import { release } from "node:os";
import { type Answer, type RoomOptions, runInRoom } from "./session-room.js";

/** One command, and the comment lines above it. */
export type Step = { readonly comment: readonly string[]; readonly command: string };

/** Reads the commands of a session; what they printed is passed over. A comment stands right above its command, after an empty line. */
export function stepsOf(session: string): readonly Step[] {
  const lines = session.split("\n");
  const steps: Step[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!lines[at]?.startsWith("$ ")) continue;
    const end = commandEnd(lines, at);
    steps.push({ comment: commentAbove(lines, at), command: lines.slice(at, end).join("\n").slice(2) });
    at = end - 1;
  }
  return steps;
}

/** A command goes on after a backslash, and to the end of what it reads from `<<'EOF'`. */
function commandEnd(lines: readonly string[], start: number): number {
  let end = start;
  while (lines[end]?.endsWith("\\")) end++;
  const [, mark] = /<<-?\s*'?(\w+)'?/.exec(lines.slice(start, end + 1).join("\n")) ?? [];
  if (mark === undefined) return end + 1;
  const last = lines.indexOf(mark, end + 1);
  if (last < 0) throw new Error(`No ${mark} ends \`${lines[start]}\``);
  return last + 1;
}

function commentAbove(lines: readonly string[], at: number): readonly string[] {
  let first = at;
  while (first > 0 && /^#( |$)/.test(lines[first - 1] ?? "")) first--;
  return first === 0 || lines[first - 1] === "" ? lines.slice(first, at) : [];
}

/** Runs the commands of a session in a fresh room, and tells it anew. */
export async function replay(session: string, options: RoomOptions = {}): Promise<string> {
  const started = Date.now();
  const steps = stepsOf(session);
  const answers = await runInRoom(
    steps.map(({ command }) => command),
    options,
  );
  return steps.map((step, at) => told(step, answers[at], at, started)).join("");
}

function told({ comment, command }: Step, answer: Answer | undefined, at: number, started: number): string {
  if (answer === undefined) throw new Error(`No answer to \`${command}\``);
  const output = answer.text === "" || answer.text.endsWith("\n") ? answer.text : `${answer.text}\n`;
  const head = comment.length === 0 ? "" : `${at === 0 ? "" : "\n"}${comment.join("\n")}\n`;
  return `${head}$ ${command}\n${steady(output, started)}${answer.exit === 0 ? "" : `[exit ${answer.exit}]\n`}`;
}

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** Stands in for what differs from run to run and from host to host; as wide as a time, so that columns stay columns. */
function steady(text: string, started: number): string {
  return text
    .replace(/, \d+ (day|hour|minute|second)s? old/g, ", <age> old")
    .replace(time, (found) => (Date.parse(found) < started ? found : "YYYY-MM-DDThh:mm:ss.000Z"))
    .replaceAll(release(), "<kernel>")
    .replace(/\(process \d+\)/g, "(process <pid>)")
    .replace(/\b\d+ readings of/g, "<count> readings of")
    .replace(/\ball \d+ files\b/g, "all <count> files");
}
