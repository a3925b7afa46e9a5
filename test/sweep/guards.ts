/** The guards of trials in a sweep: one that costs nothing, and the end of all. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { isAlive } from "../../src/disk/guard-process.js";

const stateFolder = "/var/lib/tunectl";

export type Spawn = (program: string, words: readonly string[]) => ChildProcess;

/**
 * A guard that is there and never acts, in place of a second Node: it waits for a word of this process, and so
 * ends with it.
 */
export const startStandIn: Spawn = (_program, words) => {
  const id = words.at(-1) ?? "";
  const child = spawn("/bin/sh", ["-c", "read word", "guard", id], { stdio: ["pipe", "ignore", "ignore"] });
  child.unref();
  (child.stdin as unknown as { unref: () => void } | null)?.unref();
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8").replace(/^.*\) /s, "");
  const path = `${stateFolder}/${id.padStart(6, "0")}.guard`;
  writeFileSync(path, `${child.pid} ${stat.split(" ")[19]}\n`);
  chmodSync(path, 0o600);
  return child;
};

/** The changes whose guards are there. */
export const livingGuards = (names: readonly string[]): readonly string[] =>
  names
    .flatMap((name) => /(\d+)\.guard$/.exec(name)?.[1] ?? [])
    .filter((id) => isAlive(stateFolder, Number(id)));

/** Ends the guards in this mount namespace, also one that has not yet written down that it is there. */
export function endGuards(): void {
  const guards = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isGuardHere(pid));
  for (const pid of guards) kill(Number(pid));
  // On a busy machine a process that is killed is there for a while.
  while (guards.some(isRunning)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}

function isRunning(pid: string): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function isGuardHere(pid: string): boolean {
  try {
    return (
      /\0guard\0\d+\0$/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8")) &&
      readlinkSync(`/proc/${pid}/ns/mnt`) === readlinkSync("/proc/self/ns/mnt")
    );
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
