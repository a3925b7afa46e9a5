/**
 * Boots Debian for real, and holds what tunectl foretold against what the kernel then has:
 * `npx tsx test/boots/run.ts FOLDER [SUITE] [NUMBER]`. FOLDER keeps the trees. CONTRIBUTING.md says what it needs.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { boots } from "./cases.js";
import { buildImage, type Suite, suites } from "./image.js";
import { reportText } from "./report.js";
import { type Tried, tryBoot } from "./try.js";
import { isGood, verdictsOf, wholeKernel } from "./verdict.js";

const results = join(dirname(fileURLToPath(import.meta.url)), "results.md");

const [folder, onlySuite, onlyBoot] = process.argv.slice(2);
if (folder === undefined) throw new Error("say where the trees are kept");
const home = resolve(folder);
const began = Date.now();
const tried = new Map<string, Tried>();

const inOrder = (): readonly Tried[] =>
  [...tried].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);

function report(): void {
  const day = new Date().toISOString().slice(0, 10);
  const text = reportText(inOrder(), day, Math.round((Date.now() - began) / 1000));
  writeFileSync(onlySuite === undefined ? results : join(home, "part.md"), text);
}

/** The boots of a suite one after the other; its disk is one. */
async function trySuite(suite: Suite): Promise<void> {
  mkdirSync(join(home, suite), { recursive: true });
  const image = buildImage(home, suite);
  for (const [at, boot] of boots.entries()) {
    if (onlyBoot !== undefined && at + 1 !== Number(onlyBoot)) continue;
    // On a busy machine a guest may fall silent; that says nothing of its keys.
    const one = await tryBoot(image, boot).catch(() => tryBoot(image, boot));
    tried.set(`${suite} ${at}`, one);
    report();
    process.stderr.write(`${suite}: ${boot.title}: ${one.seconds} s\n`);
    for (const found of faultsOf(one)) process.stderr.write(`  ${JSON.stringify(found)}\n`);
  }
}

const faultsOf = (one: Tried): readonly object[] => [
  ...verdictsOf(one).filter((verdict) => !isGood(verdict)),
  ...wholeKernel(one).differences,
];

// Two at a time: a guest has one processor.
await Promise.all(suites.filter((one) => onlySuite === undefined || one === onlySuite).map(trySuite));
process.exitCode = inOrder().flatMap(faultsOf).length === 0 ? 0 : 1;
