/** Paths inside an image: a link there means the image, not the host that builds it. */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { linkTarget, onDisk } from "./byte-names.js";

const maximumLinks = 40;

/**
 * Where a path of the image lies on this host, with every link on the way resolved inside the image, as
 * chroot(2) would. The last part is not followed. For the running host (`root` empty) the path is what it is.
 * @throws ELOOP where links lead in a circle: left to the kernel, they would lead out of the image
 */
export function resolveInRoot(root: string, path: string): string {
  if (root === "") return path;
  let todo = path.split("/").filter(Boolean);
  let done: string[] = [];
  for (let links = 0; todo.length > 0; ) {
    const [part = "", ...rest] = todo;
    todo = rest;
    if (part === "..") done = done.slice(0, -1);
    if (part === "." || part === "..") continue;
    const target = rest.length > 0 ? linkAt(join(root, ...done, part)) : undefined;
    if (target === undefined) done.push(part);
    else {
      if (++links > maximumLinks) throw Object.assign(new Error(`ELOOP: ${path}`), { code: "ELOOP", path });
      if (target.startsWith("/")) done = [];
      todo = [...target.split("/").filter(Boolean), ...rest];
    }
  }
  return join(root, ...done);
}

function linkAt(path: string): string | undefined {
  try {
    return lstatSync(onDisk(path), { throwIfNoEntry: false })?.isSymbolicLink()
      ? linkTarget(path)
      : undefined;
  } catch {
    return undefined;
  }
}
