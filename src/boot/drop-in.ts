/**
 * Our drop-in and our list of modules: plain sysctl.d(5) and modules-load.d(5). The same settings give the
 * same bytes, and what was printed can be read again.
 */
import { type Key, parseKey, pathKey } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import { unsafeCharacters } from "../characters.js";
import { parseSystemd } from "./parse.js";

export type DropInLine = {
  readonly key: Key;
  readonly value: Value;
  readonly profile: string;
  readonly why: string;
};

export const dropInFolder = "/etc/sysctl.d";
export const dropInName = "90-tunectl.conf";
export const dropInPath = `${dropInFolder}/${dropInName}`;
/** The files of the administrator whose lines may be taken over; our own have such names too. */
export const rivalPath = /^\/etc\/(sysctl\.conf|sysctl\.d\/[^/\0\n]+\.conf)$/;

/** Of a file that is not one of them: whether it is for its name alone. */
export const isOddlyNamed = (path: string): boolean =>
  /[\0\n]/.test(path) && rivalPath.test(path.replace(/[\0\n]/g, "-"));

/** A name under which our drop-in can be, which every loader reads and no shell takes for a pattern. */
export const isDropInName = (name: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.conf$/.test(name) && !name.includes(".tunectl-");

export const dropInPathOf = (name: string = dropInName): string => `${dropInFolder}/${name}`;

export const modulesPath = "/etc/modules-load.d/tunectl.conf";

/** The first line of every file that is ours; a file without it is not ours. */
export const dropInMarker =
  "# Written by tunectl: `tunectl apply` replaces this file, `tunectl rollback` puts the one before it back.";

/** The drop-in's text; undefined where nothing needs a line. */
export function printDropIn(profiles: readonly string[], lines: readonly DropInLine[]): string | undefined {
  if (lines.length === 0) return undefined;
  const head = [dropInMarker, `# Profiles: ${profiles.join(", ")}`];
  const body = lines.flatMap((line) => [
    "",
    ...comment(`${line.profile}: ${line.why}`),
    `${line.key} = ${line.value}`,
  ]);
  return `${[...head, ...body].join("\n")}\n`;
}

export function printModules(modules: readonly string[]): string | undefined {
  return modules.length === 0 ? undefined : `${[dropInMarker, ...modules].join("\n")}\n`;
}

const width = 118;

function comment(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "#";
  for (const word of plain(text).split(" ")) {
    if (line.length > 1 && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/**
 * A loader must never see a second line, nor a terminal a command: white space is one space, control
 * characters are gone.
 */
const plain = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(new RegExp(`[${unsafeCharacters}]`, "g"), "?")
    .trim();

/**
 * What a drop-in of ours says; `line` counts from 1. The profile and the why are those of the comment above
 * it.
 */
export type DropIn = {
  readonly profiles: readonly string[];
  readonly lines: readonly (DropInLine & { readonly line: number; readonly length: number })[];
};

/** Undefined where the text is not ours. Lines that no profile can hold, such as `-key`, are passed over. */
export function readDropIn(text: string): DropIn | undefined {
  if (!isOurs(text)) return undefined;
  const texts = text.split("\n");
  const profiles = /^# Profiles: (.*)$/.exec(texts[1] ?? "")?.[1]?.split(", ") ?? [];
  const lines = parseSystemd(dropInPath, text).lines.flatMap(
    ({ kind, key: path, value, line, ignoreFailure }) => {
      const key = parseKey(pathKey(path));
      if (kind !== "assign" || ignoreFailure || key === undefined) return [];
      const length = texts[line - 1]?.length ?? 1;
      return [{ key, value: value as Value, ...commentAbove(texts, line - 1), line, length }];
    },
  );
  return { profiles, lines };
}

export const isOurs = (text: string): boolean => text.startsWith(dropInMarker);

function commentAbove(lines: readonly string[], at: number): { profile: string; why: string } {
  const words: string[] = [];
  for (let above = at - 1; lines[above]?.startsWith("# "); above--)
    words.unshift(lines[above]?.slice(2) ?? "");
  const [, profile = "", why = ""] = /^([^:]*): (.*)$/.exec(words.join(" ")) ?? [];
  return { profile, why };
}

/** The modules that such a list names. */
export const modulesIn = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^[#;]/.test(line));
