import type { BootFault, BootFileFault } from "./fault.js";
import { type Loader, type LoaderTraits, traitsOf } from "./loader.js";
import { type BootLine, type ParsedFile, parseProcps, parseSystemd } from "./parse.js";
import { parseBusybox, parseOldProcps } from "./parse-plain.js";
import type { BootContent, BootFile, BootStack } from "./stack.js";
import { filesInOrder } from "./stack.js";

/**
 * A file that the loader will read and we could not, or a folder of such files. What it sets is not known.
 * `after` counts the lines that are read before it.
 */
export type UnreadFile = { readonly file: string; readonly reason: string; readonly after: number };

/**
 * All lines a loader reads, in reading order, and what it stumbles over. A fault `blocked` means that it
 * applies none of what comes after it, and mostly none at all.
 */
export type ReadStack = {
  readonly lines: readonly BootLine[];
  /** The same by runs of the loader: one, but for a script that runs it for each file. */
  readonly runs: readonly (readonly BootLine[])[];
  readonly faults: readonly BootFault[];
  readonly unread: readonly UnreadFile[];
};

/**
 * systemd and procps read every file before they write the first key, so one they cannot finish (a fifo)
 * blocks all. Others write as they read.
 */
export function readStack(stack: BootStack, loader: Loader): ReadStack {
  const traits = traitsOf(loader);
  const lines: BootLine[] = [];
  const runs: BootLine[][] = [];
  let run: string | undefined;
  const faults: BootFault[] = [];
  const unread: UnreadFile[] = [];
  for (const file of filesInOrder(stack, loader)) {
    const read = parsed(file, traits);
    const fault = fileFault(file, traits);
    faults.push(...(read?.faults ?? []), ...(fault ? [fault] : []));
    if (isUnread(file.content))
      unread.push({ file: file.path, reason: file.content.reason, after: lines.length });
    if (fault?.code === "blocked") {
      const isDoneSoFar = traits.isOldProcps || traits.script !== undefined;
      return isDoneSoFar ? { lines, runs, faults, unread } : { lines: [], runs: [], faults, unread };
    }
    if (runs.length === 0 || file.run !== run) runs.push([]);
    run = file.run;
    // Not by spreading: a file may have more lines than a call takes arguments.
    for (const line of read?.lines ?? []) {
      lines.push(line);
      runs.at(-1)?.push(line);
    }
  }
  const folders = (stack.unreadableFolders ?? []).map(({ folder, reason }) => ({ file: folder, reason }));
  return {
    lines,
    runs,
    faults,
    unread: [...unread, ...folders.map((one) => ({ ...one, after: lines.length }))],
  };
}

type KnownFile = { readonly path: string; readonly rules: string; readonly file: ParsedFile };

const known = new WeakMap<BootContent, KnownFile>();

/** A plan simulates several boots that differ in one file; the others are parsed once. */
function parsed({ path, content }: BootFile, traits: LoaderTraits): ParsedFile | undefined {
  if (content.kind !== "text") return undefined;
  const rules = `${traits.name} ${traits.semicolon} ${traits.isOldProcps}`;
  const before = known.get(content);
  if (before?.path === path && before.rules === rules) return before.file;
  const file = parse(path, content.text, traits);
  known.set(content, { path, rules, file });
  return file;
}

function parse(path: string, text: string, { name, semicolon, isOldProcps }: LoaderTraits): ParsedFile {
  if (name === "systemd") return parseSystemd(path, text, semicolon);
  if (name === "busybox") return parseBusybox(path, text);
  return isOldProcps ? parseOldProcps(path, text) : parseProcps(path, text);
}

/** At these the loader, which is root, fails as we do. */
const errorsForAll: readonly string[] = ["ELOOP", "ENXIO", "ENOTDIR", "EIO", "ENAMETOOLONG"];

/** Whether the loader can read what we could not. */
export const isUnread = (content: BootContent): content is Unread =>
  content.kind === "unreadable" && !errorsForAll.includes(content.reason);

type Unread = { readonly kind: "unreadable"; readonly reason: string };

function fileFault({ path, content }: BootFile, { name }: LoaderTraits): BootFileFault | undefined {
  switch (content.kind) {
    case "unreadable":
      return !errorsForAll.includes(content.reason)
        ? undefined
        : { code: "unreadable-file", file: path, fails: true, reason: content.reason };
    case "dangling":
      return { code: "dangling-file", file: path, fails: name !== "systemd" };
    case "folder":
      return { code: "folder-as-file", file: path, fails: name === "systemd" };
    case "special":
      return { code: "blocked", file: path, fails: true };
    default:
      return undefined;
  }
}
