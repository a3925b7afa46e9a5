/** Gathers the sysctl.d stack as the boot loaders would find it, below a root. */
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type BootContent, type BootEntry, type BootStack, bootFolders } from "../boot/stack.js";
import { errnoOf } from "../host.js";
import { resolveInRoot } from "./resolve-in-root.js";
import { readBytes } from "./text-file.js";

export function readBootStack(root: string): BootStack {
  const seen = new Set<string>();
  const folders = bootFolders.map((folder) => readFolder(root, folder, seen));
  const sysctlConf = contentOf(root, "/etc/sysctl.conf");
  return {
    entries: folders.flatMap(({ entries }) => entries),
    ...(sysctlConf && { sysctlConf }),
    unreadableFolders: folders.flatMap(({ unreadable }) => unreadable ?? []),
  };
}

type Folder = {
  readonly entries: readonly BootEntry[];
  readonly unreadable?: { readonly folder: string; readonly reason: string };
};

function readFolder(root: string, folder: string, seen: Set<string>): Folder {
  try {
    // `/lib` is mostly another name of `/usr/lib`, and one folder is read once.
    const real = root === "" ? realpathSync(folder) : resolveInRoot(root, `${folder}/.`);
    if (seen.has(real)) return { entries: [] };
    seen.add(real);
    const names = readdirSync(real).filter((name) => name.endsWith(".conf") && !isOwnLeftover(name));
    return { entries: names.flatMap((name) => entryOf(root, folder, name)) };
  } catch (error) {
    const reason = errnoOf(error);
    // No such folder, or something else in its place: the loaders find nothing there either.
    return reason === "ENOENT" || reason === "ENOTDIR"
      ? { entries: [] }
      : { entries: [], unreadable: { folder, reason } };
  }
}

function entryOf(root: string, folder: string, name: string): readonly BootEntry[] {
  const content = contentOf(root, `${folder}/${name}`);
  return content ? [{ folder, name, content }] : [];
}

const largest = 16 * 1_048_576;

const isOwnLeftover = (name: string): boolean => name.includes(".tunectl-");

function contentOf(root: string, path: string): BootContent | undefined {
  try {
    if (!lstatSync(resolveInRoot(root, path)).isSymbolicLink()) return fileContent(resolveInRoot(root, path));
    const target = finalTarget(root, path);
    if (target === "/dev/null") return { kind: "masked" };
    if (!statSync(resolveInRoot(root, target), { throwIfNoEntry: false })) return { kind: "dangling" };
    const content = fileContent(resolveInRoot(root, target));
    return content.kind === "text" ? { ...content, target } : content;
  } catch (error) {
    return errnoOf(error) === "ENOENT" ? undefined : { kind: "unreadable", reason: errnoOf(error) };
  }
}

const longestChain = 40;

/** Where a link ends, as a path inside the root: absolute targets of an image's links mean the image. */
function finalTarget(root: string, path: string): string {
  let at = path;
  for (let hops = 0; hops < longestChain; hops++) {
    if (
      at === "/dev/null" ||
      !lstatSync(resolveInRoot(root, at), { throwIfNoEntry: false })?.isSymbolicLink()
    )
      return at;
    at = resolve(dirname(at), readlinkSync(resolveInRoot(root, at)));
  }
  return at;
}

function fileContent(path: string): BootContent {
  const stats = statSync(path);
  if (stats.isDirectory()) return { kind: "folder" };
  if (!stats.isFile()) return { kind: "special" };
  const bytes = readBytes(path, largest);
  // The loaders read bytes, whatever they mean: no strictness about UTF-8 or NUL here.
  if (bytes.ok) return { kind: "text", text: bytes.value.toString("utf8") };
  const problem = bytes.problems[0];
  return {
    kind: "unreadable",
    reason: problem && "errno" in problem ? problem.errno : (problem?.code ?? "unreadable"),
  };
}
