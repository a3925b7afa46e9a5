/**
 * Tests on the real kernel: skipped where a tool for them is missing, but failed there in CI, where nobody
 * reads of skipped ones.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { it } from "vitest";
import { unshareFlags } from "./host.js";

const folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/lib/systemd", "/lib/systemd"];
const always = ["unshare", "mount", "pivot_root", "flock"];
// A machine that is busy with something else needs its time: a test starts up to a hundred processes.
const longest = 300_000;
const isThere = (need: string): boolean =>
  need === "root" ? process.getuid?.() === 0 : folders.some((folder) => existsSync(join(folder, need)));
const namespacesAllowed = spawnSync("unshare", [...unshareFlags, "true"]).status === 0;

/**
 * One test.
 * @param needs what it needs besides the kernel: tools, or `root` itself where a user namespace has nobody
 * else to give a file to
 */
export function realKernel(title: string, body: () => Promise<void>, needs: readonly string[] = []): void {
  const missing =
    [...always, ...needs].find((need) => !isThere(need)) ??
    (namespacesAllowed ? undefined : "namespaces allowed");
  if (missing === undefined) it(title, { timeout: longest }, body);
  else if (process.env["CI"] === undefined) it.skip(`${title} (skipped: no ${missing})`, body);
  else
    it(title, () => {
      throw new Error(`This needs ${missing}`);
    });
}
