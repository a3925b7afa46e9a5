/** The files that tunectl owns, below a root. */
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Disk, errnoOf } from "../host.js";
import { stageFile } from "./replace-file.js";

export function ownFiles(root: string): Disk {
  return {
    read: (path) => readIfThere(join(root, path)),
    stage: (path, text) => stageFile(join(root, path), text),
    obstacle: (path) => {
      const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
      if (!stats) return undefined;
      if (stats.isSymbolicLink()) return "link";
      if (!stats.isFile()) return "not-regular";
      return stats.nlink > 1 ? "hard-linked" : undefined;
    },
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}
