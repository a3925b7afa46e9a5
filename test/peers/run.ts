/**
 * `npx tsx test/peers/run.ts`: what other programs that set values leave behind after the same faults as tunectl, and
 * tunectl beside them; rewrites `results.md`. `npx tsx test/peers/run.ts TuneD` takes one, and only prints it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readlinkSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setup } from "../support/build-first.js";
import { type Ran, resultsPage } from "./page.js";
import type { Point } from "./worker.js";

setup();
const here = import.meta.dirname;
const [only = ""] = process.argv.slice(2);
const dist = join(here, "../../dist/start.cjs");
const room = ["/bin/sh", join(here, "../sweep/room.sh"), readlinkSync("/proc/self/ns/net")];
const node = [process.execPath, "--import", "tsx", join(here, "worker.ts"), dist, only];
const child = spawn("unshare", ["-n", "-m", "-p", "-f", "--mount-proc", "--", ...room, ...node], {
  // Python must not put its compiled files into the folders of this machine.
  env: {
    PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/run/home",
    LC_ALL: "C",
    PYTHONDONTWRITEBYTECODE: "1",
  },
  stdio: ["ignore", "pipe", "inherit"],
});
const ended = once(child, "close");
const points: Point[] = [];
const ran: Ran[] = [];
for await (const line of createInterface(child.stdout)) {
  const told = JSON.parse(line) as Point | Ran;
  if ("offers" in told) ran.push(told);
  else points.push(told);
  process.stderr.write(`${line}\n`);
}
await ended;
if (child.exitCode !== 0) throw new Error(`the peers ended with ${child.exitCode}`);
const linux = `Linux ${release().split("-")[0]}`;
const page = resultsPage(points, ran, linux, new Date().toISOString().slice(0, 10));
if (only === "") writeFileSync(join(here, "results.md"), page);
else process.stdout.write(page);
