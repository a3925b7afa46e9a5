/**
 * `npm run sweep`: a fault at every call of every command that changes the host; rewrites `results.md`.
 * `npm run sweep -- --stride 9 --command rollback --fault EIO` takes a part, and only prints it.
 * `--points FILE` adds each point to a file as it comes. `--page FILE…` sweeps nothing, and makes the page of
 * such files: of a row that is in several, the one with most calls.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { setup } from "../support/build-first.js";
import type { Point } from "./judge.js";
import { sweep } from "./sweep.js";
import { badPoints, joined, resultsPage, sweepTable } from "./table.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    stride: { type: "string", default: "1" },
    command: { type: "string", default: "" },
    fault: { type: "string", default: "" },
    points: { type: "string" },
    page: { type: "boolean", default: false },
  },
});

const { command, fault } = values;
const points = joined(values.page ? positionals.flatMap(pointsIn) : await newPoints());
const bad = badPoints(points);
process.stdout.write(`${sweepTable(points)}\n${bad.map((line) => `${line}\n`).join("")}`);
if (command === "" && fault === "")
  writeFileSync(
    join(import.meta.dirname, "results.md"),
    resultsPage(points, `Linux ${release().split("-")[0]} with Node ${process.version}`),
  );
process.exitCode = bad.length === 0 ? 0 : 1;

function pointsIn(path: string): readonly Point[] {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Point);
}

function newPoints(): Promise<readonly Point[]> {
  setup();
  if (values.points) writeFileSync(values.points, "");
  const request = { dist: resolve("dist"), stride: Number(values.stride), command, fault, again: true };
  let count = 0;
  return sweep(request, 2, (point) => {
    if (values.points) appendFileSync(values.points, `${JSON.stringify(point)}\n`);
    count++;
    if (count % 100 === 0) process.stderr.write(`${count} points\n`);
  });
}
