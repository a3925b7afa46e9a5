/**
 * One lock for all that changes the host: flock(2) on the state folder, which the kernel drops with the
 * process, however that ends.
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  type Stats,
  statSync,
} from "node:fs";
import { type Checked, failed, ok } from "../problem.js";

type Lock = { readonly release: () => void };

/**
 * flock(2) belongs to the open file description: util-linux's flock takes it on a descriptor that this
 * process keeps.
 * @param wait seconds to wait for another run to end
 */
export function lockFolder(folder: string, wait: number): Checked<Lock> {
  const program = ["/usr/bin/flock", "/bin/flock"].find(existsSync);
  if (!program) return failed([{ code: "no-lock" }]);
  const lock = lockOnce(program, folder, wait);
  // A lock on a folder that has been moved away since keeps nobody else out.
  if (!lock.ok || isStill(folder, lock.value.fd)) return lock;
  lock.value.release();
  return failed([{ code: "no-lock", detail: `${folder} was replaced in the meantime` }]);
}

function lockOnce(program: string, folder: string, wait: number): Checked<Lock & { readonly fd: number }> {
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const run = spawnSync(program, [...(wait > 0 ? ["-w", String(wait)] : ["-n"]), "-x", "3"], {
    stdio: ["ignore", "ignore", "ignore", fd],
    env: {},
    timeout: (wait + 10) * 1000,
  });
  if (run.status === 0) return ok({ fd, release: () => closeSync(fd) });
  const holder = run.status === 1 ? holderOf(folder) : undefined;
  closeSync(fd);
  if (run.status === 1)
    return failed([
      { code: "locked", ...(holder !== undefined && { holder }), ...(wait > 0 && { waited: wait }) },
    ]);
  return failed([
    { code: "no-lock", detail: run.error?.message ?? `flock ended with ${run.status ?? run.signal}` },
  ]);
}

function isStill(folder: string, fd: number): boolean {
  const [there, held] = [lstatSync(folder, { throwIfNoEntry: false }), fstatSync(fd)];
  return there?.ino === held.ino && there.dev === held.dev;
}

/**
 * The process that holds it, as far as it can be seen: /proc/locks names the flock that took it, which has
 * ended long since. A path would do for another container's folder of the same name, too.
 */
function holderOf(folder: string): string | undefined {
  const { dev, ino } = statSync(folder);
  const others = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return others.find((pid) => openFiles(pid).some((file) => file.ino === ino && file.dev === dev));
}

function openFiles(pid: string): readonly Stats[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => statSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}
