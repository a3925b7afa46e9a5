/** The kernel that an image will run, as far as its files tell. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { resolveInRoot } from "./resolve-in-root.js";

/** The newest release below `/lib/modules` of a tree; undefined where there is none. */
export function installedKernel(root: string): string | undefined {
  const folder = resolveInRoot(root, "/lib/modules/.");
  return releasesIn(folder)
    .filter((name) => /^\d+\.\d+/.test(name) && existsSync(join(folder, name, "modules.dep")))
    .sort(byNumbers)
    .at(-1);
}

/** `6.1.0-9` before `6.1.0-21`: a distribution counts its builds. */
function byNumbers(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => (name.match(/\d+/g) ?? []).map(Number));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function releasesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
