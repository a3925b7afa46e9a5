import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptanceOf, rangeOn } from "../../src/catalogue/accepted.js";
import { belowDefault, isLess } from "../../src/catalogue/capacity.js";
import { checkValue } from "../../src/catalogue/check-value.js";
import { roundedValue } from "../../src/catalogue/rounding.js";
import { everyKernel, exactly, intersect, overlaps, parseKernels } from "../../src/catalogue/target.js";
import type { Tunable } from "../../src/catalogue/tunable.js";
import type { Value } from "../../src/catalogue/value.js";

const entry = (fields: Partial<Tunable>): Tunable => ({
  key: "net.core.made_up",
  summary: "Made up for a test",
  type: "integer",
  scope: "host",
  source: [],
  ...fields,
});

describe("the kernels that a profile names", () => {
  it.each([
    [">=5.10", { from: "5.10" }],
    ["5.14", { from: "5.14", to: "5.14.999999" }],
    ["5.14.3", { from: "5.14.3", to: "5.14.3" }],
    ["5.14.0-427.el9.x86_64", { from: "5.14.0-427.el9.x86_64", to: "5.14.0-427.el9.x86_64" }],
    [">=5.4 <6.9", { from: "5.4", to: "6.8.999999" }],
    ["<5.4", { from: "4.18", to: "5.3.999999" }],
    ["<6.0", { from: "4.18", to: "5.999999" }],
  ])("%s are those", (text, target) => expect(parseKernels(text)).toEqual(target));

  it.each(["", "5.10+", ">5.10", "<=6.1", ">=6.9 <5.4", ">=5.4 >=5.10", "five", "5.10 5.14"])(
    "%j is none",
    (text) => expect(parseKernels(text)).toBeUndefined(),
  );

  const version = fc
    .tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 0, max: 20 }))
    .map((v) => v.join("."));

  it("are in both of two ranges exactly where they are in the two together", () =>
    fc.assert(
      fc.property(version, version, version, (a, b, one) => {
        const [left, right] = [parseKernels(`>=${a}`) ?? everyKernel, parseKernels(`<${b}`) ?? everyKernel];
        const both = intersect(left, right);
        const isIn =
          overlaps(exactly(one), { since: left.from }) && intersect(exactly(one), right) !== undefined;
        expect(both !== undefined && intersect(exactly(one), both) !== undefined).toBe(isIn);
      }),
    ));
});

describe("what a write accepts", () => {
  const swappiness = entry({
    accepts: [
      { since: "5.8", minimum: "0", maximum: "200" },
      { minimum: "0", maximum: "100" },
    ],
  });

  it.each([
    ["5.4.0-190-generic", 150n, "refused"],
    ["5.4.0-190-generic", 100n, "taken"],
    ["5.8", 150n, "taken"],
    ["6.12.48", 201n, "refused"],
  ])("of Linux %s: %d is %s", (kernel, number, kind) =>
    expect(acceptanceOf(swappiness, [number], exactly(kernel)).kind).toBe(kind),
  );

  it("of many kernels is told with those that refuse, and those that take it", () => {
    expect(acceptanceOf(swappiness, [150n])).toMatchObject({
      kind: "partly",
      refusedBy: { before: "5.8" },
      takenBy: { since: "5.8" },
      range: { minimum: 0n, maximum: 100n },
    });
    expect(acceptanceOf(swappiness, [150n], parseKernels(">=5.10")).kind).toBe("taken");
    expect(acceptanceOf(swappiness, [300n])).toMatchObject({ kind: "refused" });
  });

  it("is by field where the fields differ", () => {
    const sem = entry({
      type: "vector",
      fields: ["a", "b"],
      accepts: [{ fields: [{ minimum: "0" }, { minimum: "0", maximum: "32768" }] }],
    });
    expect(checkValue(sem, "99999 32768")).toEqual({ ok: true, value: "99999 32768" });
    expect(checkValue(sem, "1 32769")).toMatchObject({
      ok: false,
      fault: { text: "32769", maximum: "32768" },
    });
  });

  it("follows the host where a limit is made of its tick, its pages or its architecture", () => {
    const target = { ...exactly("6.12"), hz: 250, pageSize: 16_384n, arch: "aarch64" };
    expect(rangeOn({ minimum: "-INT_MAX/HZ", maximum: "INT_MAX/HZ" }, target)).toEqual({
      minimum: -8_589_934n,
      maximum: 8_589_934n,
    });
    expect(rangeOn({ minimum: "page_size", maximum: "page_size*3" }, target)).toEqual({
      minimum: 16_384n,
      maximum: 49_152n,
    });
    expect(rangeOn({ maximum: { x86_64: "32", aarch64: "33", default: "16" } }, target)).toEqual({
      maximum: 33n,
    });
  });

  it("is the widest that any kernel has where the host is not known, so that nothing is refused in vain", () => {
    expect(rangeOn({ maximum: "INT_MAX/HZ" }, everyKernel)).toEqual({ maximum: 21_474_836n });
    expect(rangeOn({ minimum: "page_size" }, everyKernel)).toEqual({ minimum: 4096n });
    expect(rangeOn({ maximum: { x86_64: "32", default: "16" } }, everyKernel)).toEqual({ maximum: 32n });
  });

  it("takes a value that means little with a word, and the fields that this host has", () => {
    const panic = entry({ type: "boolean", accepts: [{ minimum: "0", maximum: "2147483647" }] });
    expect(checkValue(panic, "45")).toMatchObject({ ok: true, unusual: { kind: "not-one-of" } });
    const mask = entry({ type: "bitmask", accepts: [{ minimum: "0", maximum: "2147483647" }] });
    expect(checkValue(mask, "0x205")).toEqual({ ok: true, value: "517" });
    const text = entry({ type: "text", empty: "No helper is run" });
    expect(checkValue(text, "")).toEqual({ ok: true, value: "" });
    expect(checkValue(entry({ type: "text" }), "")).toMatchObject({ ok: false, fault: { kind: "empty" } });
    const zones = entry({
      type: "vector",
      fields: ["a", "b", "c", "d", "e"],
      fields_vary: true,
      accepts: [{}],
    });
    expect(checkValue(zones, "64 64 8").ok).toBe(true);
    expect(checkValue(zones, "64 64 8", { ...everyKernel, fieldCount: 4 })).toMatchObject({
      fault: { kind: "arity", found: 3 },
    });
    expect(checkValue(zones, "64 64 8 0", { ...everyKernel, fieldCount: 4 }).ok).toBe(true);
  });

  it("has members that only some kernels have", () => {
    const ecn = entry({
      type: "enumeration",
      values: { "0": "Never", "1": "Always", "3": { what: "Accurate", since: "7.0" } },
      accepts: [
        { since: "7.0", minimum: "0", maximum: "5" },
        { minimum: "0", maximum: "2" },
      ],
    });
    expect(checkValue(ecn, "3", exactly("6.18"))).toMatchObject({
      ok: false,
      fault: { versions: { since: "7.0" } },
    });
    expect(checkValue(ecn, "3", exactly("7.1"))).toEqual({ ok: true, value: "3" });
    expect(checkValue(ecn, "2", exactly("6.18"))).toMatchObject({
      ok: true,
      unusual: { kind: "not-one-of" },
    });
  });
});

describe("a value that the kernel keeps in coarser steps", () => {
  const round = (fields: Partial<Tunable>, value: string, hz?: number): string =>
    roundedValue(entry(fields), value as Value, hz);
  const milliseconds = { unit: "milliseconds", rounded: "to-jiffies" } as const;

  it.each([
    ["1", 250, "4"],
    ["12345", 250, "12348"],
    ["1", 1000, "1"],
    ["15", 100, "20"],
    ["0", 250, "0"],
    ["5", 300, "10"],
  ])("%s ms at %d Hz reads %s", (value, hz, reads) => expect(round(milliseconds, value, hz)).toBe(reads));

  it.each([
    ["3", 250, "2"],
    ["33", 250, "32"],
    ["100", 250, "100"],
  ])("%s hundredths of a second at %d Hz read %s", (value, hz, reads) =>
    expect(round({ unit: "centiseconds", rounded: "to-jiffies" }, value, hz)).toBe(reads),
  );

  it("reads the next power of two, or the next multiple", () => {
    expect(
      ["1", "2", "3", "1048577"].map((value) => round({ rounded: "up-to-power-of-two" }, value)),
    ).toEqual(["1", "2", "4", "2097152"]);
    expect(round({ rounded: { up_to_multiple: "512" } }, "1000")).toBe("1024");
    expect(round({ rounded: { up_to_multiple: "512" } }, "1024")).toBe("1024");
  });

  it("is left as it is where the tick is not known", () => expect(round(milliseconds, "1")).toBe("1"));

  it("once rounded is not rounded again", () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(100, 250, 300, 1000), (number, hz) => {
        const once = round(milliseconds, String(number), hz);
        expect(round(milliseconds, once, hz)).toBe(once);
        expect(Number(once)).toBeGreaterThanOrEqual(number);
      }),
    ));
});

describe("a limit that a value lowers", () => {
  const sem = entry({ type: "vector", unit: "entries", fields: ["a", "b", "c", "d"] });

  it("is seen in any field", () => {
    expect(isLess(sem, "300 64000 100 256" as Value, "250 64000 500 256" as Value)).toBe(true);
    expect(isLess(sem, "300 64000 500 256" as Value, "250 64000 500 256" as Value)).toBe(false);
  });

  it("is none where the unit is not one of room", () =>
    expect(isLess(entry({ unit: "seconds" }), "5" as Value, "60" as Value)).toBe(false));

  it("is not told of a default that means no limit", () =>
    expect(isLess(entry({ unit: "bytes" }), "5" as Value, "18446744073709551615" as Value)).toBe(false));

  it("is the default of a kernel in question, never that of another", () => {
    const backlog = entry({
      unit: "connections",
      default_history: [{ since: "5.4", value: "4096" }, { value: "128" }],
    });
    expect(belowDefault(backlog, "1000" as Value, exactly("4.19"))).toBeUndefined();
    expect(belowDefault(backlog, "1000" as Value, exactly("6.1"))).toEqual({ since: "5.4", value: "4096" });
    expect(belowDefault(backlog, "100" as Value, exactly("4.19"))).toEqual({ value: "128" });
  });
});
