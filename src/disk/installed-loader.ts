/** The loader that an image will boot with, as far as its files tell. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { type FileTree, hasLoader, installedLoader } from "../boot/installed-loader.js";
import type { Loader } from "../boot/loader.js";
import { resolveInRoot } from "./resolve-in-root.js";

/** @param root a folder that stands for `/` */
export const loaderBelow = (root: string): Loader => installedLoader(treeBelow(root));

/** Whether there is any. */
export const hasLoaderBelow = (root: string): boolean => hasLoader(treeBelow(root));

const treeBelow = (root: string): FileTree => ({
  has: (path) => orElse(() => existsSync(resolveInRoot(root, `${path}/.`)), false),
  names: (path) => orElse(() => readdirSync(resolveInRoot(root, `${path}/.`)), []),
  text: (path) => orElse(() => readFileSync(resolveInRoot(root, `${path}/.`), "utf8"), ""),
  link: (path) => orElse(() => readlinkSync(resolveInRoot(root, path)), undefined),
});

function orElse<T, Other>(read: () => T, other: Other): T | Other {
  try {
    return read();
  } catch {
    return other;
  }
}
