/**
 * `npm run fuzz [SECONDS [PARSER]]`: the law of `fuzz.test.ts` for so many seconds a parser, with larger
 * inputs. Each parser has a process of its own, so that its memory is its own. Ends with 1 where an input
 * breaks the law, takes more than a second or more than 200 MB.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Input } from "./inputs.js";
import { brokenLaw } from "./law.js";
import { type Parser, parsersIn } from "./parsers.js";

const slowest = 1000;
const largest = 200;
/** Of one batch after the other; the longest inputs of the last are longer than a profile may be. */
const sizes = [1, 3, 10, 40];
const batch = 50;

const [seconds = "10", name] = process.argv.slice(2);

/** Its heap is small and swept often: what is asked is what an input needs, not what may lie about. */
function fuzzApart(parser: string): number {
  const flags = ["--max-semi-space-size=4", "--expose-gc", "--import", "tsx"];
  const { status } = spawnSync(process.execPath, [...flags, "test/fuzz/long.ts", seconds, parser], {
    stdio: "inherit",
  });
  return status ?? 1;
}

async function fuzz({ name: parser, inputs, read }: Parser): Promise<number> {
  for (const input of fc.sample(inputs(1), 100)) await judged(read, input);
  globalThis.gc?.();
  const end = Date.now() + Number(seconds) * 1000;
  const atFirst = process.memoryUsage.rss();
  const faults: string[] = [];
  let [tried, most] = [0, 0];
  let worst: Input = "";
  const bySize = sizes.map(inputs);
  for (let seed = Date.now(); Date.now() < end && faults.length === 0; seed++) {
    for (const input of fc.sample(bySize[seed % sizes.length] ?? inputs(1), { numRuns: batch, seed })) {
      const before = process.cpuUsage();
      const broken = await judged(read, input);
      const { user, system } = process.cpuUsage(before);
      const ms = (user + system) / 1000;
      tried++;
      if (ms > most) [most, worst] = [ms, input];
      if (broken !== undefined) faults.push(`${broken}\n  ${kept(input)}`);
    }
    globalThis.gc?.();
  }
  const grown = Math.round((process.resourceUsage().maxRSS * 1024 - atFirst) / 1e6);
  if (most > slowest) faults.push(`One input takes ${most.toFixed()} ms.\n  ${kept(worst)}`);
  if (grown > largest) faults.push(`Memory grows by ${grown} MB.`);
  say(
    `${parser.padEnd(22)} ${tried} inputs, slowest ${most.toFixed()} ms (${shown(worst)}), memory +${grown} MB`,
  );
  for (const fault of faults) say(`  ${fault}`);
  return faults.length > 0 ? 1 : 0;
}

/** What is wrong with what the parser makes of it. */
const judged = (read: Parser["read"], input: Input): Promise<string | undefined> =>
  Promise.resolve(input)
    .then(read)
    .then(brokenLaw, (error: unknown) => (error instanceof Error ? error.stack : String(error)));

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const shown = (input: Input): string => JSON.stringify(String(input).slice(0, 30));

function kept(input: Input): string {
  const file = join(tmpdir(), `tunectl-fuzz-${process.pid}-${Date.now()}`);
  writeFileSync(file, input);
  return `The input is in ${file}.`;
}

const folder = mkdtempSync(join(tmpdir(), "tunectl-fuzz-"));
const parsers = parsersIn(folder);
try {
  const parser = parsers.find((one) => one.name === name);
  process.exitCode = parser ? await fuzz(parser) : Math.max(...parsers.map((one) => fuzzApart(one.name)));
} finally {
  rmSync(folder, { recursive: true });
}
