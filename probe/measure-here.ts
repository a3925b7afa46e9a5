/** Measures the running kernel in a process of its own, which enters a network namespace. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Measurement } from "./measurement.js";

export function measureHere(): Measurement {
  const args = ["--import", "tsx", join(import.meta.dirname, "measure.ts")];
  const ran = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (ran.status !== 0) throw new Error(`the kernel could not be measured: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as Measurement;
}
