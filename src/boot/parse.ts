import { type BootFault, lineFault } from "./fault.js";
import { isGlob } from "./glob.js";
import { keptOrResolved, tidyPath, toPath } from "./key-path.js";
import { isAtLeastBytes, procpsLines, strip, stripEnd, stripStart, systemdLines } from "./lines.js";
import type { LoaderTraits } from "./loader.js";

export type { BootFault } from "./fault.js";

/** A line that sets a key (or every key a glob matches), or keeps a key out of globs. */
export type BootLine = {
  readonly file: string;
  readonly line: number;
  readonly kind: "assign" | "exclude";
  /**
   * The path below /proc/sys, normalised: `net/ipv4/conf/eth0.100/tag`. Where the loader cannot take the key,
   * no path of a key: it is empty or a slash, leaves /proc/sys with `..`, starts with a blank or ends with a
   * slash (see `keyFault`).
   */
  readonly key: string;
  /** The key as written, without the `-` in front. */
  readonly text: string;
  /** Empty for an exclusion. */
  readonly value: string;
  readonly ignoreFailure: boolean;
  /** Set where the loader takes `*`, `?` and `[` for what they are. */
  readonly literal?: true;
};

/**
 * A file's lines and what is wrong with its syntax; what is wrong with keys comes out when they are applied.
 */
export type ParsedFile = { readonly lines: readonly BootLine[]; readonly faults: readonly BootFault[] };

const systemdBlanks = " \t\n\r";
const procpsBlanks = " \t\n\r\v\f";
const longestLine = 1024 * 1024;

/**
 * What systemd-sysctl reads in a file: S11 to S19.
 * @param semicolon what it takes a line for that starts with `;`, which differs by version
 */
export function parseSystemd(
  file: string,
  text: string,
  semicolon: LoaderTraits["semicolon"] = "comment",
): ParsedFile {
  const lines: BootLine[] = [];
  const faults: BootFault[] = [];
  for (const { number, text: whole } of systemdLines(text)) {
    if (isAtLeastBytes(whole, longestLine)) {
      faults.push(lineFault("line-too-long", { file, line: number }, whole, true));
      break;
    }
    const line = strip(whole, systemdBlanks);
    if (line === "" || (isComment(line) && !(semicolon === "text" && line.startsWith(";")))) continue;
    const parts = split(line);
    if (parts === undefined) faults.push(lineFault("not-an-assignment", { file, line: number }, line, true));
    else lines.push(systemdLine(file, number, parts));
  }
  return { lines, faults };
}

/** What `sysctl --system` reads in a file: P4 to P7. */
export function parseProcps(file: string, text: string): ParsedFile {
  const lines: BootLine[] = [];
  const faults: BootFault[] = [];
  for (const { number, text: whole } of procpsLines(text)) {
    const line = stripStart(whole, procpsBlanks);
    // Counted with its newline: a lone letter is skipped only where no newline follows.
    if (!isAtLeastBytes(line, 2) || isComment(line)) continue;
    const parts = split(line);
    if (parts === undefined)
      faults.push(
        lineFault("not-an-assignment", { file, line: number }, stripEnd(line, procpsBlanks), false),
      );
    else lines.push(procpsLine(file, number, parts));
  }
  return { lines, faults };
}

/** The path that procps opens, not normalised: `//net/ipv4` and `net/ipv4` are two (P9). */
export function procpsPath(text: string): string {
  const path = procpsSpelling(text);
  const bare = stripEnd(path, "/");
  // glob(3) forgives `conf/*/tag/`, unlike open(2); where the last name is a pattern it then wants folders.
  return isGlob(path) && !isGlob(bare.slice(bare.lastIndexOf("/") + 1)) ? bare : path;
}

/** The path as procps compares it. It takes a second dash away when it builds the path (P6). */
export const procpsSpelling = (text: string): string => toPath(text.startsWith("-") ? text.slice(1) : text);

type Parts = { readonly dash: boolean; readonly key: string; readonly value: string | undefined };

/** Undefined for what is neither an assignment nor an exclusion. */
function split(line: string): Parts | undefined {
  const at = line.indexOf("=");
  const dash = line.startsWith("-");
  const start = dash ? 1 : 0;
  if (at >= 0) return { dash, key: line.slice(start, at), value: line.slice(at + 1) };
  return dash ? { dash, key: line.slice(start), value: undefined } : undefined;
}

function systemdLine(file: string, line: number, { dash, key: written, value }: Parts): BootLine {
  const text = strip(written, systemdBlanks);
  // An empty key and `/` name the same place but are two to systemd when it merges lines.
  const key = tidyPath(toPath(text)) || (text && "/");
  if (value === undefined) return { file, line, kind: "exclude", key, text, value: "", ignoreFailure: false };
  return { file, line, kind: "assign", key, text, value: strip(value, systemdBlanks), ignoreFailure: dash };
}

function procpsLine(file: string, line: number, { dash, key: written, value }: Parts): BootLine {
  // The tool never strips the first character, be it a blank: `- = 1` looks for a key named " ".
  const text = stripEnd(written, procpsBlanks) || written.slice(0, 1);
  const path = procpsPath(text);
  const key = keptOrResolved(path);
  if (value === undefined) return { file, line, kind: "exclude", key, text, value: "", ignoreFailure: false };
  return { file, line, kind: "assign", key, text, value: strip(value, procpsBlanks), ignoreFailure: dash };
}

export function isComment(line: string): boolean {
  return line.startsWith("#") || line.startsWith(";");
}
