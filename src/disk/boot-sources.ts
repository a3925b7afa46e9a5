/** Looks at files that say who else sets keys at boot, below a root. */
import { lstatSync, readdirSync, readlinkSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "../host.js";
import type { Look, Source, Wanted } from "../writers/sources.js";
import { resolveInRoot } from "./resolve-in-root.js";
import { readBytes } from "./text-file.js";

/** No file of this kind is near as large. */
const largest = 1_048_576;
const mostNames = 10_000;
const longestChain = 40;

/** @param root a folder that stands for `/`; empty for this host */
export const lookBelow =
  (root: string): Look =>
  (path, wanted) => {
    try {
      return found(root, path, wanted);
    } catch (error) {
      const reason = errnoOf(error);
      return reason === "ENOENT" || reason === "ENOTDIR" ? undefined : { kind: "unreadable", reason };
    }
  };

function found(root: string, path: string, wanted: Wanted): Source | undefined {
  const at = root === "" ? path : insideRoot(root, path);
  if (at === undefined) return { kind: "masked" };
  const stats = statSync(at, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (stats.isCharacterDevice() && stats.rdev === nullDevice) return { kind: "masked" };
  if (wanted === "folder" && stats.isDirectory()) return folder(at);
  if (wanted === "text") return stats.isFile() ? text(at) : special(stats);
  return wanted === "presence" && isEmptyFile(path, stats) ? { kind: "masked" } : { kind: "present" };
}

/** Of /dev/null, everywhere: major 1, minor 3. */
const nullDevice = 0x103;

/** What the kernel shows has no size. */
const isEmptyFile = (path: string, stats: Stats): boolean =>
  stats.isFile() && stats.size === 0 && !/^\/(proc|sys)\//.test(path);

/** Where a path ends, every link on the way resolved inside the image; undefined where that is /dev/null. */
function insideRoot(root: string, path: string): string | undefined {
  let at = path;
  for (let hops = 0; hops < longestChain; hops++) {
    if (at === "/dev/null") return undefined;
    const real = resolveInRoot(root, at);
    if (!lstatSync(real, { throwIfNoEntry: false })?.isSymbolicLink()) return real;
    const link = readlinkSync(real);
    // Not resolved as text: `..` behind a linked folder is the folder above the one it leads to.
    at = link.startsWith("/") ? link : `${dirname(real).slice(root.length)}/${link}`;
  }
  throw Object.assign(new Error(`ELOOP: ${path}`), { code: "ELOOP", path });
}

function folder(path: string): Source {
  const names = readdirSync(path).sort();
  return names.length > mostNames ? { kind: "unreadable", reason: "too-large" } : { kind: "folder", names };
}

function text(path: string): Source {
  const bytes = readBytes(path, largest);
  if (bytes.ok) return { kind: "text", text: bytes.value.toString("utf8") };
  const problem = bytes.problems[0];
  if (problem?.code === "file-missing") return { kind: "unreadable", reason: "ENOENT" };
  if (problem?.code === "file-too-large") return { kind: "unreadable", reason: "too-large" };
  return { kind: "unreadable", reason: problem && "errno" in problem ? problem.errno : "not-regular" };
}

const special = (stats: Stats): Source => ({
  kind: "unreadable",
  reason: stats.isDirectory() ? "folder" : "not-regular",
});
