/** What is asked of a systemd that runs on this host. */
import { spawnSync } from "node:child_process";
import { existsSync, readlinkSync } from "node:fs";

/** Nothing of root's environment is systemd's business. */
export const cleanEnvironment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

/** Whether systemd runs, and what it starts or reads is in the namespaces of this process. */
export const isSystemdHere = (): boolean => existsSync("/run/systemd/system") && isOfHost();

const isOfHost = (): boolean =>
  ["net", "mnt"].every((kind) => namespaceOf("self", kind) === namespaceOf("1", kind));

function namespaceOf(pid: string, kind: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return undefined;
  }
}

/** Has systemd read its units again; what went wrong, or undefined. Where it does not run, a boot does that. */
export function reloadUnits(): string | undefined {
  if (!isSystemdHere()) return undefined;
  const program = ["/usr/bin/systemctl", "/bin/systemctl"].find(existsSync);
  if (program === undefined) return "there is no systemctl";
  const run = spawnSync(program, ["daemon-reload"], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    env: cleanEnvironment,
    timeout: 30_000,
  });
  if (run.status === 0) return undefined;
  return run.error?.message ?? (run.stderr.trim() || `systemctl ended with ${run.status ?? run.signal}`);
}
