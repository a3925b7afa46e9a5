import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";

/** The folder of `--root`, absolute; or what is wrong with it. A script whose `$ROOT` is not set may not be given the running host in its place. */
export function imageRoot(cwd: string, folder: string): { readonly path: string } | { readonly fault: string } {
  if (folder === "") return { fault: "It is empty; name the folder of the image." };
  const path = resolve(cwd, folder);
  if (!isFolder(path)) return { fault: "There is no such folder." };
  if (realpathSync(path) === "/") return { fault: "That is this host itself; leave --root out to work on it." };
  return { path };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
