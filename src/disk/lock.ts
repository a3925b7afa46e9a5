/** One lock for all that changes the host: flock(2) on the state folder, which the kernel drops with the process, however that ends. */
import { spawnSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync, readFileSync } from "node:fs";
import { bad, type Checked, good } from "../problem.js";

/** flock(2) belongs to the open file description: util-linux's flock takes it on a descriptor that this process keeps. */
export function lockFolder(folder: string): Checked<{ readonly release: () => void }> {
  const program = ["/usr/bin/flock", "/bin/flock"].find(existsSync);
  if (!program) return bad([{ code: "no-lock", message: "flock of util-linux is not installed" }]);
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const run = spawnSync(program, ["-n", "-x", "3"], { stdio: ["ignore", "ignore", "ignore", fd], env: {}, timeout: 10_000 });
  if (run.status === 0) return good({ release: () => closeSync(fd) });
  const holder = run.status === 1 ? holderOf(folder) : undefined;
  closeSync(fd);
  if (run.status === 1) return bad([{ code: "locked", ...(holder !== undefined && { holder }) }]);
  return bad([{ code: "no-lock", message: run.error?.message ?? `flock ended with ${run.status ?? run.signal}` }]);
}

/** The process that holds it, from `/proc/locks`, by the folder's inode. */
function holderOf(folder: string): string | undefined {
  try {
    const fd = openSync(folder, constants.O_RDONLY);
    const inode = /^ino:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    closeSync(fd);
    const line = readFileSync("/proc/locks", "utf8")
      .split("\n")
      .find((candidate) => candidate.includes("FLOCK") && candidate.includes(`:${inode} `));
    return line?.trim().split(/\s+/)[4];
  } catch {
    return undefined;
  }
}
