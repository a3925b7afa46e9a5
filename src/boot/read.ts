import type { BootFault, BootFileFault } from "./fault.js";
import type { Loader } from "./loader.js";
import { type BootLine, type ParsedFile, parseProcps, parseSystemd } from "./parse.js";
import type { BootContent, BootFile, BootStack } from "./stack.js";
import { filesInOrder } from "./stack.js";

/**
 * All lines a loader reads, in reading order, and what it stumbles over. A fault `blocked` means that it
 * applies none.
 */
export type ReadStack = { readonly lines: readonly BootLine[]; readonly faults: readonly BootFault[] };

/**
 * Both loaders read every file before they write the first key, so one they cannot finish (a fifo) blocks
 * all.
 */
export function readStack(stack: BootStack, loader: Loader): ReadStack {
  const files = filesInOrder(stack, loader);
  const read = files.map((file) => parsed(file, loader));
  const faults = files.flatMap((file, index) => read[index]?.faults ?? fileFault(file, loader) ?? []);
  const isBlocked = faults.some((fault) => fault.code === "blocked");
  return { lines: isBlocked ? [] : read.flatMap((file) => file?.lines ?? []), faults };
}

type KnownFile = { readonly path: string; readonly file: ParsedFile };

const parsers = {
  systemd: { parse: parseSystemd, known: new WeakMap<BootContent, KnownFile>() },
  procps: { parse: parseProcps, known: new WeakMap<BootContent, KnownFile>() },
  busybox: { parse: parseProcps, known: new WeakMap<BootContent, KnownFile>() },
};

/** A plan simulates several boots that differ in one file; the others are parsed once. */
function parsed({ path, content }: BootFile, loader: Loader): ParsedFile | undefined {
  if (content.kind !== "text") return undefined;
  const { parse, known } = parsers[loader.name];
  const before = known.get(content);
  const file = before?.path === path ? before.file : parse(path, content.text);
  known.set(content, { path, file });
  return file;
}

function fileFault({ path, content }: BootFile, loader: Loader): BootFileFault | undefined {
  switch (content.kind) {
    case "unreadable":
      return { code: "unreadable-file", file: path, fails: true, reason: content.reason };
    case "dangling":
      return { code: "dangling-file", file: path, fails: loader.name !== "systemd" };
    case "folder":
      return { code: "folder-as-file", file: path, fails: loader.name === "systemd" };
    case "special":
      return { code: "blocked", file: path, fails: true };
    default:
      return undefined;
  }
}
