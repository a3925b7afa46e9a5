/**
 * The law of the next boot: a setting whose value after it is known, and is not what is wanted, is a problem.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dropInPath } from "../src/boot/drop-in.js";
import { type Loader, usualLoader } from "../src/boot/loader.js";
import { filesMet } from "../src/boot/met-files.js";
import type { BootContent, BootEntry, BootStack } from "../src/boot/stack.js";
import { traceLines } from "../src/boot/trace.js";
import { keyPath } from "../src/catalogue/key.js";
import { bootPaths, bootWith } from "../src/plan/boot-value.js";
import { driftOf } from "../src/plan/drift.js";
import type { Plan, PlanFacts } from "../src/plan/plan.js";
import { planSettings } from "../src/plan/plan-settings.js";
import type { Setting } from "../src/profile/profile.js";
import { meets } from "../src/profile/wanted.js";
import { catalogue, machine } from "./fakes/machine.js";
import { atLeast, atMost, setting } from "./fakes/settings.js";

const interfaces = ["all", "default", "lo", "eth0"];
const values = {
  "net.core.somaxconn": "4096",
  "net.ipv4.ip_forward": "0",
  "net.ipv4.tcp_fin_timeout": "60",
  "net.ipv4.tcp_rmem": "4096 131072 6291456",
  "vm.dirty_bytes": "0",
  "vm.dirty_ratio": "20",
  ...Object.fromEntries(interfaces.map((name) => [`net.ipv4.conf.${name}.forwarding`, "0"])),
  ...Object.fromEntries(interfaces.map((name) => [`net.ipv4.conf.${name}.rp_filter`, "0"])),
};

const keyOf = fc.constantFrom(
  "net.core.somaxconn",
  "net/core/somaxconn",
  "net.core.som*",
  "net.ipv4.conf.*.rp_filter",
  "net.ipv4.conf.eth*.rp_filter",
  ...interfaces.map((name) => `net.ipv4.conf.${name}.rp_filter`),
  "net.ipv4.ip_forward",
  "net.ipv4.conf.all.forwarding",
  "net.ipv4.conf.*.forwarding",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_rmem",
  "vm.dirty_bytes",
  "vm.dirty_ratio",
);
const text = fc.constantFrom(
  "0",
  "1",
  "2",
  "9000",
  "64",
  "64",
  "soon",
  "30 # why",
  "010",
  "8192 87380 65536",
);
const line = fc.oneof(
  fc.tuple(keyOf, text).map(([key, value]) => `${key} = ${value}`),
  keyOf.map((key) => `-${key}`),
  fc.constantFrom("# a comment", "nonsense", "-net.core.somaxconn = 5"),
);
const content: fc.Arbitrary<BootContent> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .array(line, { maxLength: 4 })
      .map((lines) => ({ kind: "text" as const, text: `${lines.join("\n")}\n` })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<BootContent>({ kind: "special" }, { kind: "masked" }, { kind: "folder" }),
  },
);
const entry: fc.Arbitrary<BootEntry> = fc.record({
  folder: fc.constantFrom("/etc/sysctl.d", "/run/sysctl.d", "/usr/lib/sysctl.d"),
  name: fc.constantFrom("10-a.conf", "50-b.conf", "90-tunectl.conf.d.conf", "95-c.conf", "99-z.conf"),
  content,
});
const stack: fc.Arbitrary<BootStack> = fc
  .tuple(fc.array(entry, { maxLength: 4 }), fc.option(content, { nil: undefined }))
  .map(([entries, sysctlConf]) => {
    const unique = new Map(entries.map((one) => [`${one.folder}/${one.name}`, one]));
    return { entries: [...unique.values()], ...(sysctlConf && { sysctlConf }) };
  });

const somaxconn = fc.constantFrom("8192", atLeast("8192"), atMost("1024"), atLeast("64"));
const settings: fc.Arbitrary<readonly Setting[]> = fc
  .record({
    somaxconn: fc.option(somaxconn),
    rp_filter: fc.option(fc.constantFrom("1", "2")),
    lo: fc.option(fc.constantFrom("0", "2")),
    forward: fc.option(fc.constantFrom("0", "1")),
    timeout: fc.option(fc.constantFrom("30", "64")),
    buffer: fc.option(fc.constant("8192 87380 6291456")),
    dirty: fc.option(fc.constantFrom("268435456", "65536")),
  })
  .map((wanted) => [
    ...(wanted.somaxconn ? [setting("net.core.somaxconn", wanted.somaxconn)] : []),
    ...(wanted.rp_filter ? [setting("net.ipv4.conf.*.rp_filter", wanted.rp_filter)] : []),
    ...(wanted.forward ? [setting("net.ipv4.ip_forward", wanted.forward)] : []),
    ...(wanted.timeout ? [setting("net.ipv4.tcp_fin_timeout", wanted.timeout)] : []),
    ...(wanted.buffer ? [setting("net.ipv4.tcp_rmem", wanted.buffer)] : []),
    ...(wanted.dirty ? [setting("vm.dirty_bytes", wanted.dirty)] : []),
    ...(wanted.lo ? [setting("net.ipv4.conf.lo.rp_filter", wanted.lo)] : []),
  ]);

const factsOn = (boot: BootStack, loader: Loader): PlanFacts => ({
  ...machine({ values }).facts(),
  interfaces,
  boot,
  loader,
});

/** An image has no kernel, and no reading. */
const imageOf = ({ kernel: _, canWrite: __, ...facts }: PlanFacts): PlanFacts => ({
  ...facts,
  interfaces: ["all", "default", "lo"],
  read: () => ({ status: "unknown" }),
});

const planOn = (facts: PlanFacts, wanted: readonly Setting[]): Plan =>
  planSettings({ catalogue, profiles: ["web"], settings: wanted, leftOut: [], parameters: {}, facts });

const isMissed = ({ setting: asked, boot }: Plan["keys"][number]): boolean =>
  asked !== undefined && boot.after.value !== undefined && !meets(asked.wanted, boot.after.value);

const named = (plan: Plan): ReadonlySet<string> =>
  new Set(plan.problems.flatMap((one) => (one.code === "overridden-at-boot" ? [one.key] : [])));

const loaders = fc.constantFrom(usualLoader.systemd, usualLoader.procps);
const runs = { numRuns: 600 };

describe("a setting that the next boot is known not to give", () => {
  it.each([
    ["a running host", (facts: PlanFacts) => facts],
    ["an image", imageOf],
  ])("is a problem of the plan for %s, and no other setting is", (_, of) =>
    fc.assert(
      fc.property(stack, loaders, settings, (boot, loader, wanted) => {
        const plan = planOn(of(factsOn(boot, loader)), wanted);
        const blocked = plan.problems.some(({ code }) => code === "boot-blocked");
        for (const planned of plan.keys.filter(isMissed))
          expect(blocked || named(plan).has(planned.key)).toBe(true);
        for (const key of named(plan)) {
          const planned = plan.keys.find((one) => one.key === key);
          expect(planned && (isMissed(planned) || planned.boot.after.value === undefined)).toBe(true);
        }
      }),
      runs,
    ),
  );

  it("is drift once it is applied", () =>
    fc.assert(
      fc.property(stack, loaders, settings, (boot, loader, wanted) => {
        const facts = factsOn(boot, loader);
        const applied = planOn(facts, wanted).applied.after;
        if (!applied) return;
        const { plan, drifts } = driftOf(catalogue, applied, facts);
        const missed = plan.keys.filter(
          ({ setting: asked, boot: { now } }) =>
            asked && now.value !== undefined && !meets(asked.wanted, now.value),
        );
        const told = drifts.flatMap((drift) => (drift.kind === "boot" ? [drift.key] : []));
        expect(told).toEqual(missed.map(({ key }) => key));
      }),
      runs,
    ));
});

describe("the trace of a boot", () => {
  it("says of every line what became of it, names one that sets a key, and agrees with the plan", () =>
    fc.assert(
      fc.property(stack, loaders, settings, (boot, loader, wanted) => {
        const facts = factsOn(boot, loader);
        const plan = planOn(facts, wanted);
        const paths = bootPaths(
          { catalogue, facts },
          plan.keys.map(({ key }) => key),
        );
        const outcome = bootWith({ catalogue, facts }, [], paths);
        const traced = traceLines({ loader, paths, outcome });
        for (const { key, boot: planned } of plan.keys) {
          const setters = traced.filter(({ effects }) =>
            effects.some(({ path, effect }) => path === keyPath(key) && effect === "sets"),
          );
          // The plan's boot as it is now holds no drop-in of ours here.
          expect(setters.map(({ line: { file, line: at } }) => `${file}:${at}`)).toEqual(
            planned.now.from === "file" && planned.now.via === undefined
              ? [`${planned.now.file}:${planned.now.line}`]
              : [],
          );
        }
        expect(traced.map(({ line: one }) => one)).toEqual(outcome.lines);
        expect(traced.filter(({ effects }) => effects.length === 0)).toEqual([]);
      }),
      runs,
    ));

  it("says of every file whether it is read, and why not", () =>
    fc.assert(
      fc.property(stack, loaders, (boot, loader) => {
        const met = filesMet(boot, loader);
        const known = boot.entries.map(({ folder, name }) => `${folder}/${name}`);
        expect(known.filter((path) => !met.some((file) => file.path === path))).toEqual([]);
        expect(met.filter(({ path }) => path === dropInPath)).toEqual([]);
      }),
      runs,
    ));
});
