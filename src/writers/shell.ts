/** What can be told of a script without running it. */
import { resolvePath, toPath } from "../boot/key-path.js";
import { type BootLine, parseProcps } from "../boot/parse.js";
import { isPattern, type Key, parseKey, pathKey } from "../catalogue/key.js";
import type { FoundWrite } from "./about.js";
import { type Keep, linesLike, linesOf } from "./sources.js";

/** A key as sysctl(8) and its files spell it. */
export const writtenKey = (text: string): Key | undefined => parseKey(pathKey(resolvePath(toPath(text))));

/** What `sysctl -p FILE` sets: a line for a key beats every pattern, wherever it stands. */
export function sysctlFileWrites(text: string, file: string): readonly FoundWrite[] {
  const writes = parseProcps(file, text).lines.flatMap(writeOf);
  return [...writes.filter(({ key }) => isPattern(key)), ...writes.filter(({ key }) => !isPattern(key))];
}

function writeOf({ kind, key: path, value, file, line }: BootLine): readonly FoundWrite[] {
  const key = parseKey(pathKey(path));
  return kind === "assign" && key !== undefined ? [{ key, value, file, line }] : [];
}

export const sysctlFileLines: Keep = linesLike(/^\s*[^#;\s].*=/);

/** The last plain assignment of each variable: `NAME=value`, `NAME="value"`. */
export function shellVariables(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { text: line } of linesOf(text)) {
    const [, name, value = ""] = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) found.set(name, unquoted(value));
  }
  return found;
}

/** The value of an assignment in sh(1), as far as it is a plain one. */
export function unquoted(value: string): string {
  const [, double, single, bare = ""] = /^(?:"((?:[^"\\]|\\.)*)"?|'([^']*)'?|([^\s#;]*))/.exec(value) ?? [];
  return double?.replace(/\\(["\\$`])/g, "$1") ?? single ?? bare;
}

const word = /(?:[^\s"';&|<>#]|"[^"]*"|'[^']*')+/g;
const redirection =
  /\b(?:echo|printf)\s+(?:-n\s+)?("[^"]*"|'[^']*'|[^\s"'<>;&|]+)\s*>\s*["']?\/proc\/sys\/([\w./:@+-]+)["']?\s*(?:$|[;&|#])/g;

/** What matters in a script. */
export const scriptLines: Keep = linesLike(/sysctl\s|\/proc\/sys\//);

/** `sysctl -w KEY=VALUE …` and `echo VALUE > /proc/sys/PATH`. */
export const scriptWrites = (text: string, file: string): readonly FoundWrite[] =>
  linesOf(text).flatMap(({ number, text: line }) =>
    line.startsWith("#") ? [] : commandWrites(line).map((write) => ({ ...write, file, line: number })),
  );

export const commandWrites = (line: string): readonly FoundWrite[] => [
  ...[...line.matchAll(/\bsysctl\s([^;&|#]*)/g)].flatMap(([, words = ""]) =>
    (words.match(word) ?? []).flatMap((one) => {
      if (!one.includes("=")) return [];
      const [, name = "", value = ""] = /^([\w./:@+-]+)=(.*)$/.exec(one.replace(/["']/g, "")) ?? [];
      return found(name, value);
    }),
  ),
  ...[...line.matchAll(redirection)].flatMap(([, value = "", path = ""]) =>
    found(path, value.replace(/["']/g, "")),
  ),
];

/** What holds a variable or a command is not known. */
function found(name: string, value: string): readonly FoundWrite[] {
  const key = writtenKey(name);
  if (key === undefined || isPattern(key)) return [];
  return [/[$`\\]/.test(value) || value === "" ? { key } : { key, value }];
}
