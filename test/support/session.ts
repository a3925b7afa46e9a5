/**
 * Sessions as text: what was typed after `$ `, then all that was printed, then `[exit N]` where that is not
 * 0.
 */
import { release } from "node:os";
import { type Answer, type RoomOptions, runInRoom } from "./session-room.js";

/** One command, and the comment lines above it. */
type Step = { readonly comment: readonly string[]; readonly command: string };

/** `before` are commands that prepare the room; each must succeed. */
type ReplayOptions = RoomOptions & { readonly before?: readonly string[] };

/** Runs the commands of a session in a fresh room, and tells it anew. */
export async function replay(session: string, options: ReplayOptions = {}): Promise<string> {
  const [told = ""] = await replayAll([session], options);
  return told;
}

const consoleBlock = /(?<=^```console\n)[\s\S]*?(?=^```$)/gm;

/** The same for the `console` blocks of a Markdown page: one room for all of them. */
export async function replayMarkdown(page: string, options: ReplayOptions = {}): Promise<string> {
  const told = await replayAll(page.match(consoleBlock) ?? [], options);
  let at = 0;
  return page.replace(consoleBlock, () => told[at++] ?? "");
}

async function replayAll(
  sessions: readonly string[],
  { before = [], ...room }: ReplayOptions,
): Promise<readonly string[]> {
  const started = Date.now();
  const steps = sessions.map(stepsOf);
  const commands = [...before, ...steps.flat().map(({ command }) => command)];
  const answers = await runInRoom(commands, room);
  const failed = answers.slice(0, before.length).findIndex(({ exit }) => exit !== 0);
  if (failed >= 0)
    throw new Error(`\`${commands[failed]}\` ended with ${answers[failed]?.exit}:\n${answers[failed]?.text}`);
  const rest = answers.slice(before.length);
  return steps.map((of) => of.map((step, at) => told(step, rest.shift(), at, started)).join(""));
}

/** The commands of a session alone. */
export const commandsIn = (session: string): readonly string[] =>
  stepsOf(session).map(({ command }) => command);

/**
 * Reads the commands of a session; what they printed is passed over. A comment stands right above its
 * command, after an empty line.
 */
function stepsOf(session: string): readonly Step[] {
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

function told({ comment, command }: Step, answer: Answer | undefined, at: number, started: number): string {
  if (answer === undefined) throw new Error(`No answer to \`${command}\``);
  const output = answer.text === "" || answer.text.endsWith("\n") ? answer.text : `${answer.text}\n`;
  // Read again, this output would be taken for commands.
  if (/^\$ /m.test(output)) throw new Error(`\`${command}\` prints a line that begins with "$ "`);
  const head = comment.length === 0 ? "" : `${at === 0 ? "" : "\n"}${comment.join("\n")}\n`;
  return `${head}$ ${command}\n${steady(output, started)}${answer.exit === 0 ? "" : `[exit ${answer.exit}]\n`}`;
}

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

const bootId = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
/** Of the host that the test runs on: long before the test. */
const bootTime = /\bbegan \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/**
 * Stands in for what differs from run to run and from host to host; as wide as a time, so that columns stay
 * columns.
 */
function steady(text: string, started: number): string {
  return withoutAge(text)
    .replace(time, (found) => (Date.parse(found) < started ? found : "YYYY-MM-DDThh:mm:ss.000Z"))
    .replace(bootTime, "began YYYY-MM-DDThh:mm:ss.000Z")
    .replaceAll(release(), "<kernel>")
    .replace(bootId, "<boot>")
    .replace(/\(PID \d+\)/g, "(PID <pid>)")
    .replace(/\b(another|taken back in) (\d+ min )?\d+ s\b/g, "$1 <time>")
    .replace(/\b\d+ readings of/g, "<count> readings of")
    .replace(/\ball \d+ files\b/g, "all <count> files");
}

export const withoutAge = (text: string): string =>
  text.replace(/, \d+ (day|hour|minute|second)s? old/g, ", <age> old");
