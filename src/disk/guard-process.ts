/**
 * The process that takes a trial back in time. It outlives the command, the terminal and the session that
 * started it: a transient unit where systemd runs, else a process in a session of its own.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errnoFrom, type Guard } from "../host.js";
import { guardName } from "./record-names.js";
import { cleanEnvironment, isSystemdHere } from "./systemd.js";

/** A host on which a process takes longer to start is in no state for a trial. */
const longestStart = 15_000;
const pause = 20;

/**
 * @param folder the state folder
 * @param self how to run this very program: the executable and its first arguments
 */
export const guardProcess = (folder: string, self: readonly string[]): Guard => ({
  start: (id) => {
    rmSync(join(folder, guardName(id)), { force: true });
    const words = [...self, "guard", String(id)];
    const started = startAsUnit(id, words) || startDetached(words);
    if (!started) return "it could not be started";
    for (let waited = 0; waited < longestStart; waited += pause) {
      if (isAlive(folder, id)) return undefined;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
    return `it was not there after ${longestStart / 1000} seconds`;
  },
  isAlive: (id) => isAlive(folder, id),
});

/** A unit belongs to no session: none that ends takes it along. systemd starts it again if it is killed. */
function startAsUnit(id: number, words: readonly string[]): boolean {
  const program = ["/usr/bin/systemd-run", "/bin/systemd-run"].find(existsSync);
  if (program === undefined || !isSystemdHere()) return false;
  const options = [
    "--quiet",
    "--collect",
    `--unit=tunectl-trial-${id}`,
    `--description=Takes change ${id} of tunectl back unless it is confirmed`,
    "--property=Restart=on-failure",
    "--property=RestartSec=1",
  ];
  const run = spawnSync(program, [...options, "--", ...words], {
    stdio: "ignore",
    env: cleanEnvironment,
    timeout: longestStart,
  });
  return run.status === 0;
}

/** `detached`: setsid(2), so that no terminal that closes ends it. */
function startDetached([program = "", ...words]: readonly string[]): boolean {
  try {
    const child = spawn(program, words, {
      detached: true,
      stdio: "ignore",
      cwd: "/",
      env: cleanEnvironment,
    });
    child.on("error", () => {});
    child.unref();
    return child.pid !== undefined;
  } catch {
    return false;
  }
}

/**
 * Says that this process is the guard of a change, and whether that could be written down: on a full disk a
 * guard that systemd has started again must act all the same.
 */
export function announceGuard(folder: string, id: number): boolean {
  const path = join(folder, guardName(id));
  const errno = errnoFrom(() => {
    writeFileSync(`${path}.new`, `${process.pid} ${startOf(process.pid)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  });
  return errno === undefined;
}

export function forgetGuard(folder: string, id: number): void {
  errnoFrom(() => rmSync(join(folder, guardName(id)), { force: true }));
}

/** A process of that number that started at another time is another one. */
export function isAlive(folder: string, id: number): boolean {
  try {
    const [pid = "", start] = readFileSync(join(folder, guardName(id)), "utf8")
      .trim()
      .split(" ");
    return start !== undefined && startOf(Number(pid)) === start;
  } catch {
    return false;
  }
}

/** The 22nd field of stat, in ticks since the boot; the second may hold anything. A dead one has none. */
function startOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
