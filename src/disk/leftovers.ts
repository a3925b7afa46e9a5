/** What a killed run left beside files of ours. Nothing reads it, and nothing rests on it. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dropInFolder, dropInPath, modulesPath } from "../boot/drop-in.js";
import { sysctlConfPath } from "../boot/with-texts.js";
import { errnoFrom } from "../host.js";
import { bootUnitPath } from "./boot-unit.js";
import { isAlive } from "./guard-process.js";
import { guardOwner, nameParts, undoOwner } from "./record-names.js";
import { namesBeside } from "./replace-file.js";
import { resolveInRoot } from "./resolve-in-root.js";

/**
 * @param root of an image, or empty for this host
 * @param folder the state folder
 */
export function leftovers(root: string, folder: string): readonly string[] {
  const names = namesIn(folder);
  const ids = new Set(names.flatMap((name) => nameParts(name)?.id ?? []));
  const isOrphan = (name: string): boolean => {
    const [owner, guarded] = [undoOwner(name), guardOwner(name)];
    if (guarded !== undefined) return !isAlive(folder, guarded);
    return owner !== undefined && !ids.has(owner);
  };
  const files = [
    ...unfinishedIn(folder),
    ...[sysctlConfPath, dropInPath, modulesPath, bootUnitPath].map((path) => resolveInRoot(root, path)),
    // Our drop-in under other names, and files of the administrator.
    ...unfinishedIn(resolveInRoot(root, `${dropInFolder}/.`)),
  ];
  const beside = new Set(files.flatMap((path) => Object.values(namesBeside(path))));
  return [
    ...[...beside].filter((path) => existsSync(path)),
    ...names.filter(isOrphan).map((name) => join(folder, name)),
  ];
}

/** The files of a folder that a run has begun to replace. */
const unfinishedIn = (folder: string): readonly string[] =>
  namesIn(folder).flatMap((name) => {
    const [, own] = /^\.(.+)\.tunectl-(?:new|old)$/.exec(name) ?? [];
    return own === undefined ? [] : [join(folder, own)];
  });

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Only under the lock, where no other run can be using it. What cannot be removed stays: the file itself can
 * still be replaced or left.
 */
export function removeLeftovers(root: string, folder: string): void {
  for (const path of leftovers(root, folder)) errnoFrom(() => rmSync(path, { force: true }));
}
