import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compare, type Finding } from "../../probe/compare.js";
import { measureHere } from "../../probe/measure-here.js";
import type { Measurement } from "../../probe/measurement.js";
import { findTunable, makeCatalogue } from "../../src/catalogue/catalogue.js";
import { checkValue } from "../../src/catalogue/check-value.js";
import { type Key, recordedKey } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { exactly } from "../../src/catalogue/target.js";
import type { Tunable } from "../../src/catalogue/tunable.js";
import { canonicalReading } from "../../src/catalogue/value.js";
import { realKernel } from "../support/real-kernel.js";
import { knownDifferences, knownReadings } from "./known-differences.js";

// What kernels were seen to do, against what the catalogue says. `probe/kernels.ts` makes the files anew.

const folder = join(import.meta.dirname, "measured");
const catalogue = shippedCatalogue();
const measurements = readdirSync(folder).map((name) => {
  const measurement = JSON.parse(readFileSync(join(folder, name), "utf8")) as Measurement;
  return {
    name: name.replace(/^linux-|\.json$/g, ""),
    measurement,
    findings: compare(measurement, catalogue),
  };
});

const isKnown = ({ key, aspect }: Finding): boolean =>
  knownDifferences.some((known) => known.aspect === aspect && known.key.test(key));

/** Both sides, so that the test's output says what to correct. */
const shown = (findings: readonly Finding[]): readonly string[] =>
  findings.flatMap((one) =>
    one.verdict === "differ" ? [`${one.key} (${one.aspect}): kernel ${one.kernel}; entry ${one.entry}`] : [],
  );

const unknown = (findings: readonly Finding[]): readonly string[] =>
  shown(findings.filter((one) => !isKnown(one)));

describe.each(measurements)("Linux $name", ({ measurement, findings }) => {
  it("takes, keeps and moves what the catalogue says", () => {
    expect(unknown(findings)).toEqual([]);
  });

  it("does only what the catalogue knows to have come to it from later kernels", () => {
    const series = measurement.kernel.split(".").slice(0, 2).join(".");
    const unnamed = findings.flatMap((one) => {
      if (one.verdict !== "backport") return [];
      const era = findTunable(catalogue, one.key as Key)?.accepts?.find(({ since }) => since === one.since);
      return era?.backported?.includes(series) ? [] : [`${one.key}: as since ${one.since}`];
    });
    expect(unnamed).toEqual([]);
  });

  it("was measured at hundreds of keys that the catalogue says something of", () => {
    const agreeing = findings.filter(({ aspect, verdict }) => aspect === "accepts" && verdict === "agree");
    expect(agreeing.length).toBeGreaterThan(500);
  });

  it("prints nothing that a profile may not ask for, and that would not stay the same when it is", () => {
    const target = {
      ...exactly(measurement.kernel),
      arch: measurement.arch,
      pageSize: BigInt(measurement.page_size),
      ...(measurement.hz !== undefined && { hz: measurement.hz }),
    };
    const wrong = Object.entries(measurement.keys).flatMap(([name, { reads, access }]) => {
      const key = recordedKey(name);
      const tunable = key && findTunable(catalogue, key);
      if (!tunable || reads === undefined || access !== "read-write") return [];
      if (knownReadings.some((known) => known.key.test(name) && known.reads.test(reads))) return [];
      const canonical = canonicalReading(tunable, reads);
      const checked = checkValue(tunable, canonical, {
        ...target,
        fieldCount: canonical.split(" ").length,
      });
      if (checked.ok && checked.value === canonical) return [];
      return [
        `${name} (${tunable.type}) reads ${JSON.stringify(reads)}: ${JSON.stringify(checked.ok ? checked.value : checked.fault)}`,
      ];
    });
    expect(wrong).toEqual([]);
  });
});

it("no difference is called known that no kernel shows any more", () => {
  const all = measurements.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict === "differ"));
  const stale = knownDifferences.filter(
    ({ key, aspect }) => !all.some((one) => one.aspect === aspect && key.test(one.key)),
  );
  expect(stale.map(({ key, aspect }) => `${key} (${aspect})`)).toEqual([]);
});

describe("an entry that is wrong", () => {
  const newest = measurements.find(({ name }) => name === "6.18")?.measurement as Measurement;
  const changes: Readonly<Record<string, Partial<Tunable>>> = {
    "net.ipv4.tcp_retries2": { accepts: [{ minimum: "0", maximum: "254" }] },
    "net.ipv4.icmp_ratelimit": { rounded: "up-to-power-of-two" },
    "net.ipv4.ip_forward": { affects: [] },
    "net.ipv4.tcp_sack": { affects: ["net.ipv4.tcp_dsack"] },
    "net.ipv4.tcp_rmem": { accepts: [{ minimum: "1", fields: [{}, {}, { minimum: "2" }] }] },
    "net.ipv4.tcp_timestamps": { scope: "host" },
    "net.ipv4.tcp_ecn": { access: "read-only" },
  };
  const wrong = makeCatalogue(catalogue.all.map((tunable) => ({ ...tunable, ...changes[tunable.key] })));
  const told = compare(newest, wrong).filter(({ key, verdict }) => verdict === "differ" && key in changes);

  it("is told by key and by what of it is wrong", () => {
    expect(told.map(({ key, aspect }) => `${key} ${aspect}`).sort()).toEqual([
      "net.ipv4.icmp_ratelimit rounding",
      "net.ipv4.ip_forward moves",
      "net.ipv4.tcp_ecn access",
      "net.ipv4.tcp_retries2 accepts",
      "net.ipv4.tcp_rmem accepts",
      "net.ipv4.tcp_sack moves",
      "net.ipv4.tcp_timestamps access",
    ]);
  });

  it("is told with what the kernel does and what the entry says", () => {
    expect(shown(told)).toContain("net.ipv4.tcp_retries2 (accepts): kernel takes 0..255; entry 0..254");
    expect(shown(told)).toContain(
      "net.ipv4.tcp_sack (moves): kernel 0 leaves net.ipv4.tcp_dsack, 2 leaves net.ipv4.tcp_dsack, 255 leaves net.ipv4.tcp_dsack; entry 0 moves net.ipv4.tcp_dsack, 2 moves net.ipv4.tcp_dsack, 255 moves net.ipv4.tcp_dsack",
    );
  });
});

realKernel("this kernel takes, keeps and moves in a fresh network what the catalogue says", async () => {
  expect(unknown(compare(measureHere(), catalogue))).toEqual([]);
});
