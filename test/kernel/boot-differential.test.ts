import fc from "fast-check";
import { expect, it } from "vitest";
import type { BootContent, BootEntry, BootStack } from "../../src/boot/stack.js";
import { foretell, shown } from "../boot/foretell.js";
import { type Judge, judge, judges, missingTool, named } from "../boot/judge.js";
import { bootStack } from "../boot/stacks.js";

// The judges are real programs of several years, over this kernel's own keys.

const missing = missingTool();
const run = missing !== undefined && process.env["CI"] === undefined ? it.skip : it;
const without = missing === undefined ? "" : ` (skipped: no ${missing})`;
const seed = Number(process.env["BOOT_SEED"] ?? 20260801);
const count = Number(process.env["BOOT_CASES"] ?? (process.env["CI"] === undefined ? 100 : 500));
const chosen = judges
  .map((one) => [named(one), one] as const)
  .filter(([name]) => name.includes(process.env["BOOT_LOADER"] ?? ""));

run.each(chosen)(
  `%s does what we foretell, over ${count} generated stacks${without}`,
  { timeout: 120_000 + count * 200 },
  (_, one) => compareAll(one, fc.sample(bootStack, { seed, numRuns: count })),
);

run.each(chosen)(
  `%s does what we foretell, over stacks picked by hand${without}`,
  { timeout: 120_000 },
  (_, one) => compareAll(one, picked),
);

/** Compares what the loader did with what we say of it, stack by stack. */
async function compareAll(one: Judge, stacks: readonly BootStack[]): Promise<void> {
  if (missing !== undefined) throw new Error(`This needs ${missing}`);
  const judgement = await judge(one, stacks);
  const wrong = stacks.flatMap((stack, index) => {
    const verdict = judgement.verdicts[index];
    const foretold = foretell(stack, one, judgement);
    const [real, told] = [verdict && shown(verdict, foretold), shown(foretold, foretold)];
    return JSON.stringify(real) === JSON.stringify(told) ? [] : [{ index, stack, real, told }];
  });
  expect(wrong.map((found) => JSON.stringify(found, null, 1)).slice(0, 3)).toEqual([]);
}

function etc(name: string, content: BootContent | string): BootEntry {
  return {
    folder: "/etc/sysctl.d",
    name,
    content: typeof content === "string" ? { kind: "text", text: content } : content,
  };
}
const tag = (name: string, value: number) => `net/ipv4/conf/${name}/tag=${value}\n`;

const picked: readonly BootStack[] = [
  // A fifo blocks all, even what was read before.
  {
    entries: [
      etc("10.conf", tag("lo", 1)),
      etc("50.conf", { kind: "special" }),
      etc("90.conf", tag("all", 1)),
    ],
  },
  // 1 MiB in one line.
  {
    entries: [
      etc("10.conf", `${tag("lo", 1)}#${"x".repeat(1024 * 1024 - 1)}\n${tag("all", 1)}`),
      etc("20.conf", tag("default", 2)),
    ],
  },
  { entries: [etc("10.conf", `${tag("lo", 1)}#${"x".repeat(1024 * 1024 - 2)}\n${tag("all", 1)}`)] },
  // Narrow then broad, then narrow again with the same value.
  { entries: [etc("10.conf", tag("l*", 1) + tag("*", 2) + tag("l*", 1))] },
  { entries: [etc("10.conf", tag("l*", 1) + tag("*", 2) + tag("l*", 3))] },
  // /etc/sysctl.conf twice: by its link and by itself.
  {
    entries: [etc("99-sysctl.conf", { kind: "text", text: tag("lo", 5), target: "../sysctl.conf" })],
    sysctlConf: { kind: "text", text: tag("lo", 5) },
  },
];
