/** What is written to a file is read back as it was: plans, facts and records. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findTunable } from "../../src/catalogue/catalogue.js";
import type { Key } from "../../src/catalogue/key.js";
import type { RawReading } from "../../src/catalogue/reading.js";
import { type CapturedFacts, factsFromFile, factsToFile } from "../../src/format/facts-file.js";
import { planFromFile, planToFile } from "../../src/format/plan-file.js";
import { recordFromFile } from "../../src/format/record-file.js";
import type { Decoded } from "../../src/format/stored.js";
import type { Plan } from "../../src/plan/plan.js";
import { catalogue, machine } from "../fakes/machine.js";
import { canHold, key, settingSets, startingValues } from "../fakes/settings.js";

const oneSet = fc
  .tuple(startingValues, settingSets)
  .filter(([values, settings]) => canHold(values, settings));

function decodedValue<T>(decoded: Decoded<T>): T {
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.fault));
  return decoded.value;
}

/** As a disk gives it back. */
const stored = (file: object): unknown => JSON.parse(JSON.stringify(file));
const saved = (plan: Plan): Plan => decodedValue(planFromFile(stored(planToFile(plan))));

describe("a plan", () => {
  it("is read back as it was written, be it of an apply, a rollback or a switch", () =>
    fc.assert(
      fc.asyncProperty(oneSet, async ([values, settings]) => {
        const box = machine({ values });
        const plan = box.planFor(settings);
        expect(saved(plan)).toEqual(plan);
        await box.carryOutPlan(plan);
        const back = box.planBack(1);
        expect(saved(back)).toEqual(back);
        const none = box.planFor([], []);
        expect(saved(none)).toEqual(none);
      }),
    ));

  it("that was saved does what it would have done at once", () =>
    fc.assert(
      fc.asyncProperty(oneSet, async ([values, settings]) => {
        const [one, two] = [machine({ values }), machine({ values })];
        const outcome = await one.carryOutPlan(one.planFor(settings));
        const later = await two.carryOutPlan(saved(two.planFor(settings)));
        expect(later).toEqual(outcome);
        expect(two.state()).toEqual(one.state());
      }),
    ));

  it("of a later format is refused by its version, and one with a key that leads elsewhere by that key", () => {
    const file = planToFile(machine({ values: {} }).planFor([]));
    expect(planFromFile(stored({ ...file, version: 2 }))).toMatchObject({ fault: { kind: "version" } });
    expect(planFromFile(stored({ ...file, may_move: ["net.core/../../etc/passwd"] }))).toMatchObject({
      ok: false,
    });
    expect(planFromFile(stored({ ...file, reviewed_by: "anna" })).ok).toBe(true);
  });

  it("is refused wherever a key in it leads elsewhere, and so are facts and a record", () => {
    const key = "net/../x";
    const place = { file: "p", line: 1, column: 1, length: 1 };
    const setting = { key, wanted: { value: "1" }, profile: "p", place, why: "w", evidence: [], source: [] };
    const set = { profiles: ["p"], parameters: {}, settings: [setting], originals: {} };
    const fault = { ok: false, fault: { kind: "bad-key", key } };
    const plan = planToFile(machine({ values: {} }).planFor([]));
    const left = { key, profile: "p", place, condition: "c" };
    expect(planFromFile({ ...plan, left_out: [left] })).toMatchObject(fault);
    expect(planFromFile({ ...plan, applied: { before: null, after: set } })).toMatchObject(fault);
    const { host } = machine({ values: {} });
    if (!host.facts) throw new Error("no facts");
    const facts = { taken: "2026-01-01T00:00:00.000Z", host: host.facts, readings: new Map() };
    const file = factsToFile({ ...facts, boot: { entries: [] } });
    expect(factsFromFile(file)).toMatchObject({ ok: true });
    expect(factsFromFile({ ...file, applied: set })).toMatchObject(fault);
    const state = { readings: {}, files: {}, applied: null };
    const change = { version: 2, id: 1, kind: "apply", status: "committed", time: facts.taken, by: "root" };
    const record = { ...change, kernel: null, before: state, after: state };
    expect(recordFromFile(record)).toMatchObject({ ok: true });
    expect(recordFromFile({ ...record, after: { ...state, applied: set } })).toMatchObject(fault);
    const withFile = (path: string): unknown => ({ ...record, after: { ...state, files: { [path]: "x" } } });
    for (const path of ["/etc/sysctl.conf", "/etc/sysctl.d/99-a.conf", "/etc/modules-load.d/tunectl.conf"])
      expect(recordFromFile(withFile(path)).ok).toBe(true);
    for (const path of [
      "/etc/passwd",
      "/etc/sysctl.d/../a.conf",
      "/etc/sysctl.d/a/b.conf",
      "/usr/lib/sysctl.d/a.conf",
    ])
      expect(recordFromFile(withFile(path)).ok).toBe(false);
  });

  it("that is anything else is refused, and never throws", () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(planFromFile(value).ok).toBe(false);
        expect(factsFromFile(value).ok).toBe(false);
      }),
    ));
});

const reading: fc.Arbitrary<RawReading> = fc.oneof(
  fc.record({
    status: fc.constant("present" as const),
    text: fc.string({ unit: "grapheme-ascii" }).filter((text) => !text.endsWith("\n")),
    writable: fc.boolean(),
  }),
  fc.constant<RawReading>({ status: "write-only" }),
  fc.constant<RawReading>({ status: "denied", errno: "EACCES" }),
);
const writableKeys = catalogue.all.filter(({ key: name, secret }) => !name.includes("*") && !secret);

describe("captured facts", () => {
  it("are read back as they were written, but for secrets", () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...writableKeys.map(({ key: name }) => name)), reading),
        (all) => {
          const { host } = machine({ values: {} });
          if (!host.facts) throw new Error("no facts");
          const secret = key("net.ipv4.tcp_fastopen_key");
          expect(findTunable(catalogue, secret)?.secret).toBe(true);
          const readings = new Map(Object.entries(all) as [Key, RawReading][]);
          const facts: CapturedFacts = {
            taken: "2026-01-01T00:00:00.000Z",
            host: { ...host.facts, bootId: "" },
            readings: new Map([...readings, [secret, { status: "present", text: "c0ffee", writable: true }]]),
            boot: { entries: [], unreadableFolders: [{ folder: "/etc/sysctl.d", reason: "EACCES" }] },
            bootSources: {
              "/etc/ufw/ufw.conf": { kind: "text", text: "ENABLED=yes\n" },
              "/etc/modprobe.d": { kind: "folder", names: ["a.conf"] },
              "/etc/systemd/system/ufw.service": { kind: "masked" },
              "/usr/sbin/tuned": { kind: "present" },
              "/run/credentials/x": { kind: "unreadable", reason: "EACCES" },
            },
            dropIn: "# x\n",
          };
          const file = factsToFile(facts);
          expect(JSON.stringify(file)).not.toContain("c0ffee");
          const withheld = new Map([...readings, [secret, { status: "denied", errno: "withheld" }]]);
          expect(decodedValue(factsFromFile(stored(file)))).toEqual({ ...facts, readings: withheld });
        },
      ),
    ));

  it("of more interfaces or boot files than any host has are refused: a plan works through each of them", () => {
    const { host } = machine({ values: {} });
    if (!host.facts) throw new Error("no facts");
    const interfaces = Array.from({ length: 65_537 }, (_, at) => `if${at}`);
    const file = factsToFile({
      taken: "2026-01-01T00:00:00.000Z",
      host: { ...host.facts, interfaces },
      readings: new Map(),
      boot: { entries: [] },
    });
    expect(factsFromFile(file)).toMatchObject({ fault: { kind: "structure", path: "/host/interfaces" } });
    const most = { ...file, host: { ...file.host, interfaces: interfaces.slice(1) } };
    expect(factsFromFile(most)).toMatchObject({ ok: true });
    const entries = interfaces.slice(0, 4097).map((name) => ({
      folder: "/etc/sysctl.d",
      name,
      content: { kind: "folder" as const },
    }));
    expect(factsFromFile({ ...most, boot: { entries } })).toMatchObject({ fault: { path: "/boot/entries" } });
    expect(factsFromFile({ ...most, boot: { entries: entries.slice(1) } })).toMatchObject({ ok: true });
  });
});
