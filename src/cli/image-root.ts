import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { dropInPath, modulesPath } from "../boot/print.js";
import { bootFolders } from "../boot/stack.js";
import { inside } from "../disk/inside.js";
import { stateFolder } from "../disk/state-folder.js";

/** The folder of `--root`, absolute; or what is wrong with it. A script whose `$ROOT` is not set may not be given the running host in its place. */
export function imageRoot(
  cwd: string,
  folder: string,
): { readonly path: string } | { readonly fault: string } {
  if (folder === "") return { fault: "It is empty; name the folder of the image." };
  const path = resolve(cwd, folder);
  if (!isFolder(path)) return { fault: "There is no such folder." };
  if (realpathSync(path) === "/")
    return { fault: "That is this host itself; leave --root out to work on it." };
  const circular = [...bootFolders, dropInPath, modulesPath, stateFolder].find(
    (inner) => !leadsInside(path, inner),
  );
  if (circular !== undefined) return { fault: `Its ${circular} is reached by links that lead in a circle.` };
  return { path };
}

function leadsInside(root: string, path: string): boolean {
  try {
    inside(root, `${path}/.`);
    return true;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
