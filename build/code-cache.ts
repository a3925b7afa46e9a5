/** The program in V8's compiled form, beside the program: `build/start.ts` begins from it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { compiledName } from "./compiled-form.js";

const profile = resolve("bench/thirty-keys.yaml");
const facts = resolve("examples/code-review/facts.json");

/**
 * Each way through the program that should be quick, last what counts most: V8 drops what has not run for a
 * while. None of them changes this host: `apply` writes below an empty folder.
 */
const commandLines = (image: string): readonly (readonly string[])[] => [
  ["apply", profile, "--root", image],
  ["verify", "--root", image],
  ["rollback", "--root", image],
  ["validate", profile],
  ["capture", "facts.json"],
  ["status"],
  ["diff", profile, "--format", "json"],
  ["diff", "high-churn-webserver", "--against", facts],
  ["diff", profile],
];

export async function writeCompiledForm(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tunectl-build-"));
  try {
    const script = join(folder, "warm-up.cjs");
    const image = join(folder, "image");
    mkdirSync(image);
    await build({
      entryPoints: ["build/warm-up.ts"],
      bundle: true,
      platform: "node",
      format: "cjs",
      outfile: script,
      logLevel: "warning",
    });
    const { status, stderr } = spawnSync(
      process.execPath,
      [script, resolve("dist/tunectl.cjs"), resolve("dist", compiledName)],
      {
        cwd: folder,
        env: {},
        input: JSON.stringify(commandLines(image)),
        encoding: "utf8",
      },
    );
    if (status !== 0) throw new Error(`The program's compiled form was not made: exit ${status}\n${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
