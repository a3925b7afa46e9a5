/** Loads and unloads kernel modules with kmod's modprobe(8). */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Undefined where it went well, else what modprobe said. */
export const loadModule = (name: string): string | undefined => modprobe(["--", name]);

export const unloadModule = (name: string): string | undefined => modprobe(["-r", "--", name]);

function modprobe(args: readonly string[]): string | undefined {
  const program = ["/usr/sbin/modprobe", "/sbin/modprobe"].find(existsSync);
  if (!program) return "there is no modprobe on this host (package kmod)";
  const run = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    timeout: 30_000,
  });
  if (run.status === 0) return undefined;
  return run.stderr.trim() || run.error?.message || `modprobe ended with ${run.status ?? run.signal}`;
}
