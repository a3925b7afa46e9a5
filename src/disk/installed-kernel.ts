/** The kernel that an image will run, as far as its files tell. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isAtLeast } from "../catalogue/version.js";
import { resolveInRoot } from "./resolve-in-root.js";

/** The newest release below `/lib/modules` of a tree; undefined where there is none. */
export function installedKernel(root: string): string | undefined {
  const folder = resolveInRoot(root, "/lib/modules/.");
  return releasesIn(folder)
    .filter((name) => /^\d+\.\d+/.test(name) && existsSync(join(folder, name, "modules.dep")))
    .reduce<string | undefined>(
      (newest, name) => (newest === undefined || isAtLeast(name, newest) ? name : newest),
      undefined,
    );
}

function releasesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
