/** Looks at files that say who else sets keys at boot, below a root. */
import { lstatSync, readdirSync, readlinkSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf } from "../host.js";
import type { Look, Source, Wanted } from "../writers/sources.js";
import { resolveInRoot } from "./resolve-in-root.js";
import { readBytes } from "./text-file.js";

/** No file of this kind is near as large. */
const largest = 262_144;
const mostNames = 10_000;
const longestChain = 40;

/** @param root a folder that stands for `/`; empty for this host */
export function lookBelow(root: string): Look {
  const resolve = root === "" ? (path: string): string => path : insideRoot(root);
  return (path, wanted) => {
    try {
      return found(resolve(path), path, wanted);
    } catch (error) {
      const reason = errnoOf(error);
      return reason === "ENOENT" || reason === "ENOTDIR" ? undefined : { kind: "unreadable", reason };
    }
  };
}

/** @param at where the path ends on this host; undefined where that is /dev/null */
function found(at: string | undefined, path: string, wanted: Wanted): Source | undefined {
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
function insideRoot(root: string): (path: string) => string | undefined {
  // Most paths lie in a few folders.
  const folders = new Map<string, string>();
  const real = (path: string): string => {
    const at = path.lastIndexOf("/");
    const [above, name] = [path.slice(0, at), path.slice(at + 1)];
    if (name === "" || name === "." || name === "..") return resolveInRoot(root, `${path}/.`);
    const known = folders.get(above) ?? resolveInRoot(root, `${above}/.`);
    folders.set(above, known);
    return join(known, name);
  };
  return (path) => {
    let at = path;
    for (let hops = 0; hops < longestChain; hops++) {
      if (at === "/dev/null") return undefined;
      const place = real(at);
      if (!lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) return place;
      const link = readlinkSync(place);
      // Not resolved as text: `..` behind a linked folder is the folder above the one it leads to.
      at = link.startsWith("/") ? link : `${dirname(place).slice(root.length)}/${link}`;
    }
    throw Object.assign(new Error(`ELOOP: ${path}`), { code: "ELOOP", path });
  };
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
