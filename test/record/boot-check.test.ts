/** What the results of checks say of what is applied, and which of them are kept. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bootChecksFromFile, bootChecksToFile } from "../../src/format/boot-checks-file.js";
import {
  type BootCheck,
  type BootChecks,
  bootStanding,
  isBefore,
  isProved,
  withCheck,
} from "../../src/record/boot-check.js";
import { bootWords } from "../../src/render/boot-check.js";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

const checkOf = (part: Partial<BootCheck> & { readonly on?: string; readonly of?: number }): BootCheck => ({
  boot: { id: part.on ?? "one", began: at(0) },
  time: at(60),
  by: "root",
  release: "6.18.0",
  change: { id: part.of ?? 1, time: at(-10) },
  isOfBoot: true,
  profiles: ["web"],
  settings: 2,
  result: "in-effect",
  differences: 0,
  names: [],
  ...(({ on: _, of: __, ...rest }) => rest)(part),
});

const drift = { result: "drift", differences: 1, names: ["net.core.somaxconn"] } as const;

const checks: fc.Arbitrary<BootCheck> = fc
  .record({
    on: fc.integer({ min: 1, max: 40 }).map(String),
    of: fc.integer({ min: 1, max: 4 }),
    second: fc.integer({ min: 1, max: 1e6 }),
    fault: fc.constantFrom({}, drift, { result: "interrupted" } as const),
    isOfBoot: fc.boolean(),
  })
  .map(({ on, of, second, fault, isOfBoot }) => checkOf({ on, of, time: at(second), isOfBoot, ...fault }));

const all = (many: readonly BootCheck[]): BootChecks => many.reduce<BootChecks>(withCheck, []);
const standing = (kept: BootChecks, bootId = "one", madeOn = "earlier") =>
  bootStanding({
    checks: kept,
    change: { id: 1, time: at(-10), kernel: { bootId: madeOn, release: "6.18.0" } },
    bootId,
    isInstalled: true,
  });

describe("the results that are kept", () => {
  it("are those of the newest twenty boots, of each the first and the newest, in their order", () =>
    fc.assert(
      fc.property(fc.array(checks, { maxLength: 120 }), (many) => {
        const kept = all(many);
        const ids = kept.map(({ boot }) => boot.id);
        expect(new Set(ids).size).toBeLessThanOrEqual(20);
        for (const id of new Set(ids)) expect(ids.filter((one) => one === id).length).toBeLessThanOrEqual(2);
        expect(kept.at(-1)).toEqual(many.at(-1));
        expect(kept.every((check) => many.includes(check))).toBe(true);
      }),
    ));

  it("never lose what a boot gave before somebody mended it", () =>
    fc.assert(
      fc.property(fc.array(checks, { maxLength: 20 }), (later) => {
        const failed = checkOf({ on: "this", ...drift });
        const after = later.map((check) => ({ ...check, boot: failed.boot }));
        expect(all([failed, ...after])).toContain(failed);
      }),
    ));

  it("are read back from their file as they were", () =>
    fc.assert(
      fc.property(fc.array(checks, { maxLength: 40 }), (many) => {
        const lost = many.map(
          ({ change, ...check }, n): BootCheck => (n % 3 ? { ...check, ...(change && { change }) } : check),
        );
        expect(bootChecksFromFile(JSON.parse(JSON.stringify(bootChecksToFile(lost))))).toEqual({
          ok: true,
          value: lost,
        });
      }),
    ));

  it("of a later format are refused by its version, and fields that are not known are passed over", () => {
    const file = bootChecksToFile([checkOf({})]);
    expect(bootChecksFromFile({ ...file, version: 2 })).toMatchObject({ fault: { kind: "version" } });
    expect(bootChecksFromFile({ ...file, version: 0 }).ok).toBe(false);
    expect(bootChecksFromFile({ ...file, seen_by: "anna" })).toEqual({ ok: true, value: [checkOf({})] });
  });
});

describe("what is applied", () => {
  it("is proved by a check of this boot that brought it, found all in effect, and no other before it did not", () => {
    expect(isProved(standing([checkOf({})]))).toBe(true);
    expect(isProved(standing([checkOf(drift)]))).toBe(false);
    expect(isProved(standing(all([checkOf(drift), checkOf({})])))).toBe(false);
    expect(isProved(standing([checkOf({ isOfBoot: false })]))).toBe(false);
  });

  it("is not proved by the result of another change, of another boot, or of a change whose number was given again", () => {
    const others = [
      checkOf({ of: 2 }),
      checkOf({ on: "another" }),
      checkOf({ change: { id: 1, time: at(-5000) } }),
      (({ change: _, ...lost }) => lost)(checkOf({})),
    ];
    for (const other of others) expect(isProved(standing([other]))).toBe(false);
    expect(bootWords(standing([checkOf({ of: 2 })]))).toMatch(/^This boot is not checked/);
  });

  it("is told with the boot and the time, and with what was found before", () => {
    expect(bootWords(standing([checkOf({})]))).toBe(
      "2 settings in effect on this boot (one, began 2026-01-01T00:00:00.000Z), checked at 2026-01-01T00:01:00.000Z.",
    );
    expect(bootWords(standing(all([checkOf(drift), checkOf({ time: at(90) })])))).toMatch(
      /, checked at 2026-01-01T00:01:30.000Z\. Not so at 2026-01-01T00:01:00.000Z: 1 difference \(net\.core\.somaxconn\)\.$/,
    );
    expect(bootWords(standing(all([checkOf({}), checkOf({ ...drift, time: at(90) })])))).toMatch(
      /^NOT in effect on this boot .* All was in effect at 2026-01-01T00:01:00.000Z\.$/,
    );
    expect(bootWords(standing([checkOf({})], "two"))).toMatch(
      /^2 settings in effect on an earlier boot .* This boot is not checked: tunectl-boot-check\.service is installed/,
    );
  });

  it("on this same boot is proved by no boot yet, and a result of an earlier one is not about it", () => {
    expect(bootWords(standing([checkOf({ isOfBoot: false })]))).toMatch(/no boot has proved it yet\.$/);
    expect(bootWords(standing([checkOf({ isOfBoot: false })], "two"))).toMatch(/^This boot is not checked/);
    expect(bootWords(standing([], "one", "one"))).toBe(
      "No boot has proved it yet: the next one will be checked.",
    );
  });

  it("is told nothing of boots where no check was ever made or installed", () => {
    expect(bootWords({ bootId: "one", isInstalled: false, isOfBoot: true })).toBe("");
  });
});

describe("a change", () => {
  it("is of a boot by the boot that it names, and by the clock where it names none", () => {
    const boot = { id: "one", began: at(0) };
    const kernel = { release: "6.18.0" };
    expect(isBefore({ time: at(50), kernel: { ...kernel, bootId: "zero" } }, boot)).toBe(true);
    expect(isBefore({ time: at(-50), kernel: { ...kernel, bootId: "one" } }, boot)).toBe(false);
    expect(isBefore({ time: at(-50) }, boot)).toBe(true);
    expect(isBefore({ time: at(50) }, boot)).toBe(false);
  });
});
