import fc from "fast-check";
import { expect, it } from "vitest";
import { usualLoader } from "../../src/boot/loader.js";
import { readStack } from "../../src/boot/read.js";
import { simulate } from "../../src/boot/simulate.js";
import type { BootContent, BootEntry, BootStack } from "../../src/boot/stack.js";
import { baseline, type Judgement, judge, missingTool, procpsVersion, type Verdict } from "../boot/judge.js";
import { bootStack } from "../boot/stacks.js";

// The judges are the real systemd-sysctl and the real procps sysctl, over this kernel's own keys.

type Judged = "systemd" | "procps";

const missing = missingTool();
const run = missing !== undefined && process.env["CI"] === undefined ? it.skip : it;
const without = missing === undefined ? "" : ` (skipped: no ${missing})`;
const seed = Number(process.env["BOOT_SEED"] ?? 20260801);
const count = Number(process.env["BOOT_CASES"] ?? 100);

run(
  `the real loaders leave what we foretell, over ${count} generated stacks${without}`,
  { timeout: 60_000 + count * 200 },
  async () => {
    const stacks = fc.sample(bootStack, { seed, numRuns: count });
    const judged = await compareAll(stacks);
    // Passed over are only stacks with a value that the kernel refuses, which is not ours to foretell.
    expect(judged).toBeGreaterThan(count * 1.3);
  },
);

run(
  `the real loaders leave what we foretell, over stacks picked by hand${without}`,
  { timeout: 60_000 },
  async () => {
    expect(await compareAll(picked)).toBe(picked.length * 2);
  },
);

/** Compares every stack under both loaders and says how many comparisons there were. */
async function compareAll(stacks: readonly BootStack[]): Promise<number> {
  if (missing !== undefined) throw new Error(`This needs ${missing}`);
  const judgement = await judge(stacks);
  const wrong: unknown[] = [];
  let judged = 0;
  for (const [index, stack] of stacks.entries()) {
    for (const loader of ["systemd", "procps"] as const) {
      const seen = withoutConf(stack, judgement);
      if (hasRefusedValue(seen, loader)) continue;
      judged++;
      const verdict = judgement.verdicts[index]?.[loader] ?? { status: -1, readings: new Map() };
      const foretold = foretell(seen, loader, judgement.paths, verdict);
      if (!sameVerdict(foretold, verdict, loader))
        wrong.push({ index, loader, stack: seen, real: show(verdict), foretold: show(foretold) });
    }
  }
  expect(wrong.map((one) => JSON.stringify(one, null, 1)).slice(0, 3)).toEqual([]);
  return judged;
}

function foretell(stack: BootStack, loader: Judged, paths: readonly string[], verdict: Verdict): Verdict {
  const { winners, faults } = simulate(stack, usualLoader[loader], paths);
  const isBlocked = faults.some((fault) => fault.code === "blocked");
  const readings = [...verdict.readings.keys()].map(
    (path) => [path, winners.get(path)?.value ?? baseline] as const,
  );
  return {
    status: isBlocked ? 124 : Number(faults.some((fault) => fault.fails)),
    readings: new Map(readings),
  };
}

// From 4.0.6 on procps counts more as a failure than the versions the rules were measured with.
function sameVerdict(a: Verdict, b: Verdict, loader: Judged): boolean {
  const statusMatters = loader === "systemd" || procpsVersion() <= 40004;
  return (!statusMatters || a.status === b.status) && show(a).readings === show(b).readings;
}

function show(verdict: Verdict): { status: number; readings: string } {
  return {
    status: verdict.status,
    readings: [...verdict.readings].map(([path, value]) => `${path}=${value}`).join(" "),
  };
}

function hasRefusedValue(stack: BootStack, loader: Judged): boolean {
  return readStack(stack, usualLoader[loader]).lines.some(
    (line) => line.kind === "assign" && !/^[0-9]+$/.test(line.value),
  );
}

function withoutConf(stack: BootStack, judgement: Judgement): BootStack {
  return judgement.hasConf
    ? { ...stack, sysctlConf: stack.sysctlConf ?? { kind: "text", text: "" } }
    : { entries: stack.entries };
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
