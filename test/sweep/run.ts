/**
 * `npm run sweep`: a fault at every call of every command that changes the host; rewrites `results.md`.
 * `npm run sweep -- --stride 9 --command rollback --fault EIO` takes a part, and only prints it.
 * `--points FILE` adds each point to a file as it comes.
 */
import { appendFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { setup } from "../support/build-first.js";
import { sweep } from "./sweep.js";
import { badPoints, resultsPage, sweepTable } from "./table.js";

const { values } = parseArgs({
  options: {
    stride: { type: "string", default: "1" },
    command: { type: "string", default: "" },
    fault: { type: "string", default: "" },
    points: { type: "string" },
  },
});

setup();
const { command, fault } = values;
const stride = Number(values.stride);
if (values.points) writeFileSync(values.points, "");
let count = 0;
const points = await sweep({ dist: resolve("dist"), stride, command, fault, again: true }, 2, (point) => {
  if (values.points) appendFileSync(values.points, `${JSON.stringify(point)}\n`);
  count++;
  if (count % 100 === 0) process.stderr.write(`${count} points\n`);
});
const bad = badPoints(points);
const table = sweepTable(points);
process.stdout.write(`${table}\n${bad.map((line) => `${line}\n`).join("")}`);
if (command === "" && fault === "")
  writeFileSync(
    join(import.meta.dirname, "results.md"),
    resultsPage(points, stride, `Linux ${release().split("-")[0]} with Node ${process.version}`),
  );
process.exitCode = bad.length === 0 ? 0 : 1;
