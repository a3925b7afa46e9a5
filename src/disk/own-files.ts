/** The files that tunectl owns, below a root. */
import { lstatSync, readFileSync } from "node:fs";
import { type Disk, errnoOf } from "../host.js";
import { inside } from "./inside.js";
import { stageFile } from "./replace-file.js";

export function ownFiles(root: string): Disk {
  return {
    // Neither a fifo, which would be waited for, nor a folder or link is ours: `obstacle` tells of it.
    read: (path) => (isRegular(inside(root, path)) ? readIfThere(inside(root, path)) : undefined),
    stage: (path, text) => stageFile(inside(root, path), text),
    obstacle: (path) => {
      const stats = lstatIfThere(inside(root, path));
      if (!stats) return undefined;
      if (stats.isSymbolicLink()) return "link";
      if (!stats.isFile()) return "not-regular";
      return stats.nlink > 1 ? "hard-linked" : undefined;
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
