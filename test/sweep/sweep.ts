/** Sweeps in namespaces of their own, two at a time: what two cores carry. */
import { spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { unshareFlags } from "../support/host.js";
import type { Point } from "./judge.js";

export type Request = {
  /** A folder with the built program. */
  readonly dist: string;
  /** Every how many-th call. */
  readonly stride: number;
  /** Every how many-th pair of a command and a fault. */
  readonly pairs?: number;
  /** How the names of commands and faults begin, or several of them with `|` between; empty for all. */
  readonly command: string;
  readonly fault: string;
  /** Whether what dies is also followed by the command once more, and not only by a recovery. */
  readonly again: boolean;
};

export const isAsked = (name: string, asked: string): boolean =>
  asked.split("|").some((begin) => name.startsWith(begin));

export async function sweep(
  request: Request,
  workers = 2,
  told: (point: Point) => void = () => {},
): Promise<readonly Point[]> {
  const shares = Array.from({ length: workers }, (_, share) =>
    work({ ...request, share, of: workers }, told),
  );
  return (await Promise.all(shares)).flat();
}

function work(request: object, told: (point: Point) => void): Promise<readonly Point[]> {
  const here = import.meta.dirname;
  const node = [process.execPath, "--import", "tsx", join(here, "worker.ts"), JSON.stringify(request)];
  const room = ["/bin/sh", join(here, "room.sh"), readlinkSync("/proc/self/ns/net"), ...node];
  const isRoot = process.getuid?.() === 0;
  const child = spawn("nice", ["-n", "10", "unshare", ...unshareFlags, "--", ...room], {
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...(!isRoot && { SUDO_UID: "65534" }) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const points: Point[] = [];
  let err = "";
  child.stderr.on("data", (text) => {
    err += text;
  });
  createInterface(child.stdout).on("line", (line) => {
    const point = JSON.parse(line) as Point;
    points.push(point);
    told(point);
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code) => (code === 0 ? resolve(points) : reject(new Error(`A sweep broke: ${err}`))));
  });
}
