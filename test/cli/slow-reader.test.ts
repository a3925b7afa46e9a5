/** The built program, writing to a pipe that takes less at a time than it has to say. */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";

const command = [process.execPath, join(import.meta.dirname, "../../dist/start.cjs")];
const report = ["explain", "--all", "--format", "json"];
/** What a pipe holds at most before somebody reads. */
const pipeHolds = 65_536;

/** Reads what a pipe has, with a rest after each part, until the other end is closed. */
async function readSlowly(pipe: number): Promise<string> {
  const parts: Buffer[] = [];
  for (;;) {
    await pause(10);
    const part = Buffer.alloc(pipeHolds / 2);
    try {
      const length = readSync(pipe, part);
      if (length === 0) return Buffer.concat(parts).toString("utf8");
      parts.push(part.subarray(0, length));
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
    }
  }
}

it("a slow reader of a long report gets all of it through a pipe that does not block", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tunectl-pipe-"));
  const path = join(folder, "pipe");
  try {
    expect(spawnSync("mkfifo", [path]).status).toBe(0);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    // As number 1 it would be made to block: Node does so for the first three that it hands on.
    const child = spawn("/bin/sh", ["-c", 'exec "$@" >&3', "sh", ...command, ...report], {
      stdio: ["ignore", "ignore", "inherit", writer],
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    closeSync(writer);
    await pause(500);
    const read = await readSlowly(reader);
    closeSync(reader);
    const whole = spawnSync(command[0] ?? "", [...command.slice(1), ...report], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    }).stdout;
    expect(whole.length).toBeGreaterThan(3 * pipeHolds);
    expect(read.length).toBe(whole.length);
    expect(read === whole).toBe(true);
    expect(await ended).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
