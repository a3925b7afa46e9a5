/**
 * The private files of a rehearsal: a file system in memory, with copies of what the host's next boot would
 * read.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import fsExtra from "fs-extra";
import { isOurs } from "../boot/drop-in.js";
import { bootFolders } from "../boot/stack.js";

/**
 * Mounts the private root over a folder; seen in this mount namespace alone, and gone with it. An error
 * message where that fails.
 */
export function mountPrivateRoot(folder: string): string | undefined {
  const program = ["/usr/bin/mount", "/bin/mount"].find(existsSync);
  if (!program) return "mount is not installed";
  const run = spawnSync(program, ["-t", "tmpfs", "-o", "mode=0700,size=64m", "--", "tunectl", folder], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    timeout: 30_000,
  });
  if (run.status !== 0) return run.stderr.trim() || `mount ended with ${run.status ?? run.signal}`;
  for (const path of [...bootFolders, "/etc/sysctl.conf"]) copy(path, join(folder, path));
  return undefined;
}

/**
 * Copies what may be read; a drop-in of ours stays behind, since a rehearsal starts from a host where nothing
 * is applied.
 */
function copy(from: string, to: string): void {
  if (!existsSync(from)) return;
  try {
    fsExtra.ensureDirSync(dirname(to));
    fsExtra.copySync(fsExtra.realpathSync(from), to, {
      dereference: false,
      filter: (source) => isReadable(source) && !isOwn(source),
    });
  } catch {
    // What this user cannot read has no part in the rehearsal.
  }
}

const isOwn = (path: string): boolean =>
  path.endsWith(".conf") && fsExtra.lstatSync(path).isFile() && isOurs(fsExtra.readFileSync(path, "utf8"));

function isReadable(path: string): boolean {
  try {
    fsExtra.accessSync(path, fsExtra.constants.R_OK);
    return true;
  } catch {
    return fsExtra.lstatSync(path).isSymbolicLink();
  }
}
