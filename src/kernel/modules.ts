/** Loads and unloads kernel modules with kmod's modprobe(8). */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { ModuleLoader } from "../host.js";

export const modprobe: ModuleLoader = {
  load: (name) => run(["--", name]),
  unload: (name) => run(["-r", "--", name]),
};

function run(args: readonly string[]): string | undefined {
  const program = ["/usr/sbin/modprobe", "/sbin/modprobe"].find(existsSync);
  if (!program) return "there is no modprobe on this host (package kmod)";
  const child = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    timeout: 30_000,
  });
  if (child.status === 0) return undefined;
  return child.stderr.trim() || child.error?.message || `modprobe ended with ${child.status ?? child.signal}`;
}
