/**
 * `npm run bench [-- --runs N] [-- --only WORD]`: tunectl beside its peers, as whole processes. See
 * README.md.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measure } from "./measure.js";
import { groups, prepare, settingsIn } from "./peers.js";
import { table } from "./table.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({
  options: { runs: { type: "string", default: "10" }, only: { type: "string", default: "" } },
});
const runs = Number(values.runs);

function unable(): string | undefined {
  if (!Number.isInteger(runs) || runs < 1) return `--runs ${values.runs}: write a whole number from 1 on.`;
  if (!existsSync(here("../dist/tunectl.cjs")))
    return "There is no dist/tunectl.cjs: run `npm run build` first.";
  const flags = process.geteuid?.() === 0 ? "-nm" : "-rnm";
  const room = spawnSync("unshare", [flags, "true"], { encoding: "utf8" });
  if (room.status !== 0)
    return `No room to measure in: \`unshare ${flags}\` says: ${room.stderr || room.error?.message}`;
  return undefined;
}

function bench(folder: string): void {
  const profile = here("thirty-keys.yaml");
  const settings = settingsIn(profile);
  prepare(folder, profile, settings);
  // A copy: a build that runs at the same time must not change what is measured half way.
  cpSync(here("../dist"), join(folder, "dist"), { recursive: true });
  console.log(
    `Node ${process.version}, Linux ${release()}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}; ${runs} runs each after one to warm up, interleaved.`,
  );
  const wanted = settings.map(({ value }) => `${value}\n`).join("");
  for (const { title, works, missing } of groups(join(folder, "dist"), folder)) {
    if (!title.toLowerCase().includes(values.only.toLowerCase())) continue;
    console.log(`\n### ${title}\n\n${table(measure(folder, works, runs, wanted))}`);
    for (const peer of missing) console.log(`\nNot measured: ${peer}.`);
  }
}

const reason = unable();
if (reason === undefined) {
  const folder = mkdtempSync(join(tmpdir(), "tunectl-bench-"));
  try {
    bench(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else {
  console.error(reason);
  process.exitCode = 1;
}
