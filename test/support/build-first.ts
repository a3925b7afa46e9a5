/** End-to-end tests run `dist`: it is built first where anything that goes into it has changed. */
import { spawnSync } from "node:child_process";
import { isBuilt } from "../../build/inputs.js";

export function setup(): void {
  if (isBuilt()) return;
  const run = spawnSync("npx", ["--no-install", "tsx", "build/build.ts", "--no-types"], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`The build failed:\n${run.stdout}${run.stderr}`);
}
