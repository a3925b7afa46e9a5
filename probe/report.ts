/**
 * `npm run probe`: what the kernel of this host does in a fresh network namespace, held against the catalogue.
 * `npm run probe -- FILE` takes a stored measurement. Nothing outside the namespace is written.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCatalogue } from "../build/catalogue.js";
import { makeCatalogue } from "../src/catalogue/catalogue.js";
import type { Tunable } from "../src/catalogue/tunable.js";
import { type Aspect, compare, counts, type Finding } from "./compare.js";
import { measureHere } from "./measure-here.js";
import type { Measurement } from "./measurement.js";

function report(measurement: Measurement, findings: readonly Finding[]): string {
  const aspects: readonly Aspect[] = ["access", "accepts", "rounding", "moves"];
  const lines = aspects.map((aspect) => {
    const { agree, backport, differ, untestable } = counts(findings.filter((one) => one.aspect === aspect));
    return `${aspect.padEnd(10)}${agree} agree, ${backport} as in later kernels, ${differ} differ, ${untestable} untestable`;
  });
  const differing = findings.flatMap((one) => {
    if (one.verdict !== "differ" && one.verdict !== "backport") return [];
    const entry = one.verdict === "differ" ? one.entry : `as the kernel does, but since ${one.since}`;
    return [`${one.key} (${one.aspect})\n  kernel: ${one.kernel}\n  entry:  ${entry}`];
  });
  const reasons = new Map<string, string[]>();
  for (const one of findings)
    if (one.verdict === "untestable" && (one.aspect === "accepts" || one.aspect === "access"))
      reasons.set(one.reason, [...(reasons.get(one.reason) ?? []), one.key]);
  const untested = [...reasons].map(
    ([reason, keys]) => `untestable, ${reason}:\n  ${[...new Set(keys)].join(" ")}`,
  );
  const where = measurement.wrote === "machine" ? "the whole machine" : "a fresh network namespace";
  return [
    `Linux ${measurement.kernel}, measured on ${measurement.date}: ${where}`,
    ...lines,
    ...differing,
    ...untested,
    "",
  ].join("\n");
}

const file = process.argv[2];
const measurement =
  file === undefined ? measureHere() : (JSON.parse(readFileSync(file, "utf8")) as Measurement);
const catalogue = makeCatalogue(readCatalogue(join(import.meta.dirname, "../schema")) as readonly Tunable[]);
process.stdout.write(report(measurement, compare(measurement, catalogue)));
