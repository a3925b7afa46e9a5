/** The files that tunectl owns, below a root. */
import { lstatSync, readFileSync } from "node:fs";
import { errnoOf, type OwnFiles } from "../host.js";
import { isLinkedByUs, stageFile } from "./replace-file.js";
import { resolveInRoot } from "./resolve-in-root.js";
import { rivalFile } from "./rival-file.js";

/** @param owners the users whom files of the administrator may belong to */
export function ownFiles(root: string, owners: readonly number[] = [0]): OwnFiles {
  return {
    rival: (path) => rivalFile(root, owners, path),
    // Neither a fifo, which would be waited for, nor a folder or link is ours: `obstacle` tells of it.
    read: (path) =>
      isRegular(resolveInRoot(root, path)) ? readIfThere(resolveInRoot(root, path)) : undefined,
    attributes: (path) => {
      const stats = lstatIfThere(resolveInRoot(root, path));
      return stats?.isFile() ? { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid } : undefined;
    },
    stage: (path, text, attributes) => ({
      ...stageFile(resolveInRoot(root, path), text, attributes),
      path,
    }),
    obstacle: (path) => {
      const real = resolveInRoot(root, path);
      const stats = lstatIfThere(real);
      if (!stats) return undefined;
      if (stats.isSymbolicLink()) return "link";
      if (!stats.isFile()) return "not-regular";
      return stats.nlink > 1 && !isLinkedByUs(real, stats) ? "hard-linked" : undefined;
    },
  };
}

const lstatIfThere = (path: string) => {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
};

const isRegular = (path: string): boolean => lstatIfThere(path)?.isFile() === true;

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
