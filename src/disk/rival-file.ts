/** Whether lines of a file of the administrator may be commented out, and what it holds. */
import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { isOddlyNamed, rivalPath } from "../boot/drop-in.js";
import { hasPlainLines } from "../boot/taken-over.js";
import { withoutSecrets } from "../catalogue/secret.js";
import { errnoOf } from "../host.js";
import type { Problem, TakeOverObstacle } from "../problem.js";
import type { Rival } from "../record/rival.js";
import { ownershipProblem } from "./ownership.js";
import { namesBeside } from "./replace-file.js";
import { resolveInRoot } from "./resolve-in-root.js";
import { readTracedFile, type TracedText } from "./text-file.js";

/**
 * @param root of an image, or empty for this host
 * @param owners the users whom the file, and every folder and link on the way to it, may belong to
 */
export function rivalFile(root: string, owners: readonly number[], file: string): Rival {
  const base = root === "/" ? "" : root;
  try {
    if (!rivalPath.test(file)) return refused(isOddlyNamed(file) ? "odd-name" : "not-administrators");
    const path = endOf(base, file);
    if (!rivalPath.test(path)) return refused(isOddlyNamed(path) ? "odd-name" : "elsewhere", path);
    // On this host every link on the way is looked at; in an image links mean the image, and are resolved.
    const read = readTracedFile(base === "" ? file : base + path);
    return read.ok ? judged(base, owners, path, read.value) : refused(readFault(read.problems), path);
  } catch (error) {
    return refused(errnoOf(error) === "ELOOP" ? "elsewhere" : "unreadable");
  }
}

/** Where a path leads, as a path inside the root, with no link left in it. */
function endOf(base: string, file: string): string {
  if (base === "") return realpathSync(file);
  let at = file;
  for (let hops = 0; hops < 40; hops++) {
    const real = resolveInRoot(base, at);
    if (!lstatSync(real).isSymbolicLink()) return real.slice(base.length);
    const link = readlinkSync(real);
    at = link.startsWith("/") ? link : `${real.slice(base.length, real.lastIndexOf("/"))}/${link}`;
  }
  throw Object.assign(new Error("ELOOP"), { code: "ELOOP" });
}

function judged(base: string, owners: readonly number[], path: string, { text, trace }: TracedText): Rival {
  const problem = ownershipProblem(trace, owners);
  if (problem?.code === "file-untrusted")
    return refused(problem.why === "owner" ? "owner" : "writable", problem.path.slice(base.length));
  const stats = trace.steps?.at(-1)?.stats;
  if (!stats) return refused("unreadable", path);
  if (stats.nlink > 1n && !isLeftByUs(base + path, stats)) return refused("hard-linked", path);
  if (!hasPlainLines(text)) return refused("not-text", path);
  if (withoutSecrets(text) !== text) return refused("secret", path);
  const attributes = { mode: Number(stats.mode & 0o7777n), uid: Number(stats.uid), gid: Number(stats.gid) };
  return { ok: true, path, text, attributes };
}

/** The other name that a killed run of ours left, made for an undo. */
function isLeftByUs(real: string, { ino, dev, nlink }: { ino: bigint; dev: bigint; nlink: bigint }): boolean {
  const former = lstatSync(namesBeside(real).former, { throwIfNoEntry: false, bigint: true });
  return nlink === 2n && former?.ino === ino && former.dev === dev;
}

const refused = (why: TakeOverObstacle, path?: string): Rival => ({
  ok: false,
  why,
  ...(path !== undefined && { path }),
});

function readFault([problem]: readonly Problem[]): TakeOverObstacle {
  switch (problem?.code) {
    case "file-not-regular":
      return "not-regular";
    case "file-not-text":
      return "not-text";
    case "file-too-large":
      return "too-large";
    default:
      return "unreadable";
  }
}
