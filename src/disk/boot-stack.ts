/** Gathers the sysctl.d stack as the boot loaders would find it, below a root. */
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { type BootContent, type BootEntry, type BootStack, bootFolders } from "../boot/stack.js";
import { errnoOf } from "../host.js";
import { namesIn, onDisk, textOf } from "./byte-names.js";
import { resolveInRoot } from "./resolve-in-root.js";
import { readBytes } from "./text-file.js";

/** @param folder of an image; `/` and the empty text are this host */
export function readBootStack(folder: string): BootStack {
  const root = folder === "/" ? "" : folder;
  const seen = new Set<string>();
  const folders = bootFolders.map((one) => readFolder(root, one, seen));
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
    const real = endOf(root, folder);
    if (seen.has(real)) return { entries: [] };
    seen.add(real);
    const names = namesIn(real).filter((name) => name.endsWith(".conf"));
    return { entries: names.flatMap((name) => entryOf(root, folder, name)) };
  } catch (error) {
    const reason = errnoOf(error);
    // No such folder, or something else in its place: the loaders find nothing there either.
    return reason === "ENOENT" || reason === "ENOTDIR" || reason === "ELOOP"
      ? { entries: [] }
      : { entries: [], unreadable: { folder, reason } };
  }
}

function entryOf(root: string, folder: string, name: string): readonly BootEntry[] {
  const content = contentOf(root, `${folder}/${name}`);
  return content ? [{ folder, name, content }] : [];
}

function contentOf(root: string, path: string): BootContent | undefined {
  try {
    const isLink = lstatSync(onDisk(resolveInRoot(root, path))).isSymbolicLink();
    return isLink ? linkedContent(root, path) : fileContent(resolveInRoot(root, path));
  } catch (error) {
    return errnoOf(error) === "ENOENT" ? undefined : { kind: "unreadable", reason: errnoOf(error) };
  }
}

/** What a link leads to, with every link on the way resolved as the kernel does, inside an image. */
function linkedContent(root: string, path: string): BootContent {
  try {
    const real = endOf(root, path);
    if (real === `${root}/dev/null`) return { kind: "masked" };
    const content = fileContent(real);
    return content.kind === "text" ? { ...content, target: real.slice(root.length) } : content;
  } catch (error) {
    const reason = errnoOf(error);
    return reason === "ENOENT" ? { kind: "dangling" } : { kind: "unreadable", reason };
  }
}

/** Where a path ends, as a path of this host. */
const endOf = (root: string, path: string): string =>
  root === ""
    ? textOf(realpathSync.native(onDisk(path), { encoding: "buffer" }))
    : resolveInRoot(root, `${path}/.`);

/** Of /dev/null, everywhere: major 1, minor 3. */
const nullDevice = 0x103;

function fileContent(path: string): BootContent {
  const stats = statSync(onDisk(path));
  if (stats.isFile()) return regularContent(path, stats, 3);
  if (stats.isDirectory()) return { kind: "folder" };
  if (stats.isCharacterDevice() && stats.rdev === nullDevice) return { kind: "masked" };
  // A socket cannot be opened by anyone.
  return stats.isSocket() ? { kind: "unreadable", reason: "ENXIO" } : { kind: "special" };
}

const largest = 16 * 1_048_576;

/** A file that changes while it is read is read again: half an old and half a new one is neither. */
function regularContent(path: string, before: Stats, tries: number): BootContent {
  if (before.size > largest) return { kind: "unreadable", reason: "EFBIG" };
  const bytes = readBytes(onDisk(path), largest);
  if (!bytes.ok) {
    const problem = bytes.problems[0];
    return { kind: "unreadable", reason: problem && "errno" in problem ? problem.errno : "EFBIG" };
  }
  const after = statSync(onDisk(path));
  const isSame = after.ino === before.ino && after.size === before.size && after.mtimeMs === before.mtimeMs;
  // The loaders read bytes, whatever they mean: no strictness about UTF-8 or NUL here.
  if (isSame) return { kind: "text", text: textOf(bytes.value) };
  return tries > 1 ? regularContent(path, after, tries - 1) : { kind: "unreadable", reason: "EAGAIN" };
}
