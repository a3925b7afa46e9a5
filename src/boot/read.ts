import type { BootFault, BootFileFault } from "./fault.js";
import { type BootLine, parseProcps, parseSystemd } from "./parse.js";
import type { BootFile, BootStack, Loader } from "./stack.js";
import { filesInOrder } from "./stack.js";

/** All lines a loader reads, in reading order, and what it stumbles over. A fault `blocked` means that it applies none. */
export type ReadStack = { readonly lines: readonly BootLine[]; readonly faults: readonly BootFault[] };

/** Both loaders read every file before they write the first key, so one they cannot finish (a fifo) blocks all. */
export function readStack(stack: BootStack, loader: Loader): ReadStack {
  const parse = loader === "systemd" ? parseSystemd : parseProcps;
  const files = filesInOrder(stack, loader);
  const read = files.map((file) => (file.content.kind === "text" ? parse(file.path, file.content.text) : undefined));
  const faults = files.flatMap((file, index) => read[index]?.faults ?? fileFault(file, loader) ?? []);
  const isBlocked = faults.some((fault) => fault.code === "blocked");
  return { lines: isBlocked ? [] : read.flatMap((file) => file?.lines ?? []), faults };
}

function fileFault({ path, content }: BootFile, loader: Loader): BootFileFault | undefined {
  switch (content.kind) {
    case "unreadable":
      return { code: "unreadable-file", file: path, fails: true, reason: content.reason };
    case "dangling":
      return { code: "dangling-file", file: path, fails: loader === "procps" };
    case "folder":
      return { code: "folder-as-file", file: path, fails: loader === "systemd" };
    case "special":
      return { code: "blocked", file: path, fails: true };
    default:
      return undefined;
  }
}
