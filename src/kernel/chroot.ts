/** Whether this process is in a chroot, whose files are not those of the kernel that runs. */
import { readFileSync, readlinkSync, statSync } from "node:fs";

/**
 * Two signs, as PID 1's root may be read by few: no mount is at `/`, which is so in a chroot that is not a
 * mount point; or an ancestor in the same mount namespace has another root. A container has a root of its own
 * and is none.
 */
export function isChroot(): boolean {
  return !hasRootMount(textOf("/proc/self/mountinfo")) || ancestors().some(hasOtherRoot);
}

/** Without /proc nothing can be said; what needs it fails by itself. */
export const hasRootMount = (mountinfo: string): boolean =>
  mountinfo === "" || mountinfo.split("\n").some((line) => line.split(" ")[4] === "/");

function hasOtherRoot(pid: string): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync("/proc/self/ns/mnt")) return false;
    const [there, here] = [statSync(`/proc/${pid}/root/.`), statSync("/")];
    return there.dev !== here.dev || there.ino !== here.ino;
  } catch {
    return false;
  }
}

/** Their process ids, the parent first. */
function ancestors(): readonly string[] {
  const found: string[] = [];
  for (let pid = parentOf("self"); pid !== undefined && pid !== "0"; pid = parentOf(pid)) found.push(pid);
  return found;
}

const parentOf = (pid: string): string | undefined =>
  /^PPid:\s+(\d+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1];

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
