/**
 * `npm run sweep`: a fault at every call of every command that changes the host; rewrites `results.md`.
 * `npm run sweep -- --stride 9 --command rollback --fault EIO` takes a part, and only prints it.
 */
import { writeFileSync } from "node:fs";
import { release } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { setup } from "../support/build-first.js";
import { sweep } from "./sweep.js";
import { badPoints, sweepTable } from "./table.js";

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
let count = 0;
const points = await sweep({ dist: resolve("dist"), stride, command, fault, again: true }, 2, () => {
  count++;
  if (count % 100 === 0) process.stderr.write(`${count} points\n`);
});
if (values.points) writeFileSync(values.points, points.map((point) => `${JSON.stringify(point)}\n`).join(""));
const bad = badPoints(points);
const table = sweepTable(points);
process.stdout.write(`${table}\n${bad.map((line) => `${line}\n`).join("")}`);
if (command === "" && fault === "")
  writeFileSync(join(import.meta.dirname, "results.md"), resultsPage(table, bad.length));
process.exitCode = bad.length === 0 ? 0 : 1;

function resultsPage(body: string, count: number): string {
  const every = stride === 1 ? "every call" : `one of ${stride} calls`;
  return `# What a sweep found

Written by \`npm run sweep\`, on Linux ${release()} with Node ${process.version}: a fault at ${every} that changes a file or a value. Bad points: ${count}.

${body}
- After each fault \`tunectl recover\` runs; after a death, in a second round, the command once more. *wholly old* and *wholly new*
  are what there is after that: every value below \`/proc/sys/net\`, every byte, mode and owner in \`/etc/sysctl.d\` and
  \`/etc/modules-load.d\`, and what \`status\` says is applied.
- *in part, told*: a rollback left what it could not restore, with exit 3, and \`status\` names it; the same rollback then ran again.
- *between*: neither, or the command that ran after the fault failed.
- *silent*: exit 0 over a state that is not the new one. *untrue code*: 1, 75, 130 or 143 over one that is not the old one.
- *not named*: half made after the fault, and \`status\` did not end with 4. *own fault*: an exception that nobody caught.
- *litter*: names with \`.tunectl-\` that were left beside whole files. The next command that changes something removes them.
`;
}
