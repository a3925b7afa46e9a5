/** The calls of a program that change a file or a value, and the same program with a fault at one of them. */
import { readFileSync } from "node:fs";

/** One call, so that strace finds it again. */
export type Call = {
  readonly name: string;
  readonly path: string;
  /** Which of the calls of one thread with this name, of those about these paths; of all where there are none. */
  readonly nth: number;
  readonly among: readonly string[];
  /** The first argument of the program that a peer starts for it; without it the peer's own process calls. */
  readonly child?: string;
};

const names =
  "openat,write,pwrite64,writev,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat," +
  "chmod,fchmod,fchmodat,chown,fchown,ftruncate,truncate,fsync,fdatasync";

export const tracing = (log: string): readonly string[] => [
  ...["strace", "-f", "-qq", "-y", "-s", "64", "-e", "signal=none", "-o", log],
  ...["-e", `trace=execve,${names}`],
];

/** `fault` as strace has it, such as `signal=KILL`. */
export const breaking = ({ name, nth, among }: Call, fault: string, log: string): readonly string[] => [
  ...["strace", ...(among.length > 0 ? ["-f"] : []), "-qq", "-y", "-s", "64", "-o", log],
  ...among.flatMap((path) => ["-P", path]),
  ...["-e", `trace=${name}`, "-e", `inject=${name}:${fault}:when=${nth}`],
];

type Line = { readonly pid: string; readonly name: string; readonly args: string; readonly result: string };

const linesOf = (log: string): readonly Line[] =>
  readFileSync(log, "utf8")
    .split("\n")
    .flatMap((line) => {
      const parts = /^(?:(\d+) +)?(\w+)\((.*?)(?:\) += (.*)| <unfinished \.\.\.>)$/.exec(line);
      if (parts === null) return [];
      const [, pid = "", name = "", args = "", result = ""] = parts;
      return [{ pid, name, args, result }];
    });

/** `18</etc/x>` and `"/etc/x"` are paths; what is written is not. */
const pathsIn = ({ name, args }: Line): readonly string[] =>
  [
    ...(/^p?write/.test(name) ? (args.split(",")[0] ?? "") : args).matchAll(/\d+<(\/[^>]*)>|"(\/[^"]*)"/g),
  ].map((found) => found[1] ?? found[2] ?? "");

const isChange = ({ name, args, result }: Line): boolean =>
  name !== "execve" &&
  (name !== "openat" || /O_(WRONLY|RDWR|CREAT)/.test(args)) &&
  !/ E(EXIST|NOENT) /.test(result);

/**
 * @param ours whether a path is of the state that is judged
 * @param inOne whether one thread makes all of these calls; otherwise a program and those that it starts do
 */
export function callsIn(log: string, ours: RegExp, inOne: boolean): readonly Call[] {
  const lines = linesOf(log);
  const pathOf = (line: Line): string | undefined => pathsIn(line).find((path) => ours.test(path));
  const found = lines.filter((line) => isChange(line) && pathOf(line) !== undefined);
  const all = [...new Set(found.map((line) => pathOf(line) ?? ""))];
  return found.map((line) => {
    const path = pathOf(line) ?? "";
    if (!inOne) return { name: line.name, path, among: [], ...inProgram(lines, line) };
    const ways = [[path], all].map((among) => ({ among, nth: countUpTo(lines, line, among) }));
    const way = ways.find(({ among, nth }) => isFirst(lines, line, among, nth));
    if (way === undefined) throw new Error(`another thread does the same as ${line.name} ${path}`);
    return { name: line.name, path, ...way };
  });
}

const alike = (one: Line, { name, pid }: Line, among: readonly string[]): boolean =>
  one.name === name && one.pid === pid && pathsIn(one).some((path) => among.includes(path));

const countUpTo = (lines: readonly Line[], line: Line, among: readonly string[]): number =>
  lines.slice(0, lines.indexOf(line) + 1).filter((one) => alike(one, line, among)).length;

/** strace counts for each thread: no other may come to the same count before. */
const isFirst = (lines: readonly Line[], line: Line, among: readonly string[], nth: number): boolean =>
  lines.find(
    (one) => one.name === line.name && alike(one, one, among) && countUpTo(lines, one, among) === nth,
  ) === line;

/** The count since the program began, and the first argument of one that another has started. */
function inProgram(lines: readonly Line[], line: Line): { readonly nth: number; readonly child?: string } {
  const before = lines.slice(0, lines.indexOf(line) + 1).filter(({ pid }) => pid === line.pid);
  const start = before.findLastIndex(({ name }) => name === "execve");
  const nth = before.slice(start + 1).filter(({ name }) => name === line.name).length;
  if (line.pid === lines[0]?.pid) return { nth };
  return { nth, child: /\["[^"]*", "([^"]*)"/.exec(before[start]?.args ?? "")?.[1] ?? "" };
}

/** Names that are made by chance, as one. */
const steady = (path: string): string => path.replace(/_\w{8}(?=\.conf$)/, "_…");

export const words = ({ name, path, child }: Call): string =>
  `${name} ${steady(path)}${child === undefined ? "" : `, of sysctl ${child}`}`;

/** Whether the fault came to the call that it was meant for. */
export function isHit(call: Call, log: string): boolean {
  const last = linesOf(log).findLast(({ result }) => result === "" || /INJECTED|^\?/.test(result));
  const isSame = (path: string): boolean => steady(path) === steady(call.path);
  return last?.name === call.name && isChange(last) && pathsIn(last).some(isSame);
}
