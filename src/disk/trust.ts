/** Whether root may act on a file: one that others can change would hand them the host. */
import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Problem } from "../problem.js";

const worldOrGroup = 0o022;
const sticky = 0o1000;

/**
 * Checks a file and every folder above it.
 * @param owners user ids that may own it: root, and who called sudo
 */
export function distrust(shown: string, path: string, owners: readonly number[]): Problem | undefined {
  for (let at = realpathSync(path); ; at = dirname(at)) {
    const stats = statSync(at);
    if (!owners.includes(stats.uid)) return { code: "file-untrusted", file: shown, culprit: at, why: "owner" };
    // In a sticky folder such as /tmp, others cannot replace what is not theirs.
    if ((stats.mode & worldOrGroup) !== 0 && !(stats.isDirectory() && (stats.mode & sticky) !== 0))
      return { code: "file-untrusted", file: shown, culprit: at, why: "writable" };
    if (at === "/") return undefined;
  }
}
