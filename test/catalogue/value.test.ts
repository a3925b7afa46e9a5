import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findTunable } from "../../src/catalogue/catalogue.js";
import { type CheckedValue, checkValue } from "../../src/catalogue/check-value.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import type { Tunable } from "../../src/catalogue/tunable.js";
import {
  canonicalReading,
  fieldwiseMax,
  fieldwiseMin,
  isOrdered,
  parseAsKernel,
  type Value,
} from "../../src/catalogue/value.js";
import { fakeKernel } from "../fakes/kernel.js";
import { key } from "../fakes/settings.js";

function tunable(name: string): Tunable {
  const found = findTunable(shippedCatalogue(), key(name));
  if (!found) throw new Error(`${name} is not in the catalogue`);
  return found;
}

/** The value, or what is wrong with it and what is meant by it. */
function answer(checked: CheckedValue): string {
  if (checked.ok)
    return checked.unusual ? `${checked.value}, unusual: ${checked.unusual.kind}` : checked.value;
  const { fault } = checked;
  if (fault.kind === "octal") return `octal: ${fault.octal} or ${fault.decimal}`;
  if (fault.kind === "range" && fault.converted)
    return `range: ${fault.converted.value} ${fault.converted.to}`;
  const meant = fault.kind === "unit" ? fault.instead : "hint" in fault ? fault.hint : undefined;
  return meant === undefined ? fault.kind : `${fault.kind}: ${meant}`;
}
const written = (name: string, text: string): string => answer(checkValue(tunable(name), text));

describe("a number", () => {
  it.each([
    ["4096", "4096"],
    [" 4096 ", "4096"],
    ["1", "1"],
    ["2147483647", "2147483647"],
    ["4096 # c", "4096"],
    ["4096\t; c", "4096"],
  ])("%j is taken", (text, value) => expect(written("net.core.somaxconn", text)).toBe(value));

  // The kernel takes the first two for 4096 and 16; the others it refuses, or YAML turns them into something.
  it.each([
    ["010000", "octal: 4096 or 10000"],
    ["0x10", "not-a-number: 16"],
    ["4096;c", "not-a-number: 4096"],
    ["1e4", "not-a-number: 10000"],
    ["1E3", "not-a-number: 1000"],
    ["1_000", "not-a-number: 1000"],
    ["1,000", "not-a-number: 1000"],
    ["+5", "not-a-number: 5"],
    ['"4096"', "not-a-number: 4096"],
    ["'4096'", "not-a-number: 4096"],
    ["1.5", "not-a-number"],
    ["on", "not-a-number"],
    ["0b11", "not-a-number"],
    ["1e400", "not-a-number"],
    ["4096 8192", "not-a-number"],
    ["", "empty"],
    ["٣", "characters"],
    ["5\u001b[2J", "characters"],
    ["5\n6", "characters"],
    ["-5", "range"],
    ["2147483648", "range"],
  ])("%j is refused, with the number to write where one is meant", (text, words) =>
    expect(written("net.core.somaxconn", text)).toBe(words),
  );

  it.each([
    ["net.core.rmem_max", "16M", "unit: 16777216"],
    ["net.core.rmem_max", "16 MiB", "unit: 16777216"],
    ["net.core.rmem_max", "4k", "unit: 4096"],
    ["vm.min_free_kbytes", "64M", "unit: 65536"],
    ["vm.dirty_expire_centisecs", "30s", "unit: 3000"],
    ["net.ipv4.tcp_fin_timeout", "2h", "unit: 7200"],
    ["net.ipv4.tcp_fin_timeout", "500ms", "unit"],
    ["net.core.somaxconn", "16M", "unit"],
    ["vm.swappiness", "10%", "unit"],
  ])("of %s with a unit, %s, is told in the unit that counts", (name, text, words) =>
    expect(written(name, text)).toBe(words),
  );

  it("out of range by the factor between two units is told as that", () => {
    expect(written("net.ipv4.tcp_keepalive_time", "7200000000")).toBe("range: 7200000 seconds");
  });

  it("keeps all 64 bits", () => {
    expect(written("kernel.shmmax", "18446744073692774399")).toBe("18446744073692774399");
    expect(written("kernel.shmmax", "18446744073709551615")).toBe("18446744073709551615");
    expect(written("kernel.shmmax", "18446744073709551616")).toBe("range");
    expect(canonicalReading(tunable("kernel.shmmax"), "18446744073692774399\n")).toBe("18446744073692774399");
  });
});

describe("a switch", () => {
  it.each([
    ["1", "1"],
    ["0", "0"],
    ["on", "not-a-number: 1"],
    ["True", "not-a-number: 1"],
    ["no", "not-a-number: 0"],
    ["disabled", "not-a-number: 0"],
    ["2", "2, unusual: not-one-of"],
    ["-1", "-1, unusual: not-one-of"],
    ["2147483648", "not-one-of"],
  ])("set to %j is %s", (text, words) => expect(written("net.ipv4.ip_forward", text)).toBe(words));
});

describe("a level", () => {
  it.each([
    ["2", "2"],
    ["on", "not-a-number: 1"],
    ["3", "not-one-of"],
  ])("set to %j is %s", (text, words) => expect(written("net.ipv4.tcp_tw_reuse", text)).toBe(words));
});

describe("a vector", () => {
  it.each([
    ["4096 87380 6291456", "4096 87380 6291456"],
    ["4096\t87380\t 6291456", "4096 87380 6291456"],
    ["4096 87380", "arity"],
    ["", "arity"],
    ["1 2 3 4", "arity"],
    ["4096 87380 6291456  # as the guide has it", "4096 87380 6291456"],
    ["6291456 87380 4096", "6291456 87380 4096, unusual: descending"],
    ["4096 abc 6291456", "not-a-number"],
    ["4k 8k 16k", "unit: 4096"],
  ])("%j is %s", (text, words) => expect(written("net.ipv4.tcp_rmem", text)).toBe(words));

  it("reads with tabs as it is written with blanks", () => {
    expect(canonicalReading(tunable("net.ipv4.tcp_rmem"), "4096\t87380\t6291456\n")).toBe(
      "4096 87380 6291456",
    );
  });
});

describe("a list of ports", () => {
  it.each([
    ["8080,30000-32767", "8080,30000-32767"],
    ["30000-32767,8080", "8080,30000-32767"],
    ["1-5,3-9", "1-9"],
    ["8081,8080", "8080-8081"],
    ["", ""],
    ["70000", "list"],
    ["5-1", "list"],
    ["80,http", "list"],
    ["8080 9090", "list"],
    ["1-010", "octal: 8 or 10"],
  ])("%j is %s", (text, words) => expect(written("net.ipv4.ip_local_reserved_ports", text)).toBe(words));

  const port = fc.integer({ min: 0, max: 65_535 });
  const part = fc.oneof(
    port.map(String),
    fc.tuple(port, port).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  );
  const parts = fc.array(part, { minLength: 1, maxLength: 8 });

  it("means the same in any order", () =>
    fc.assert(
      fc.property(
        parts.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([one, two]) => {
          expect(written("net.ipv4.ip_local_reserved_ports", two.join(","))).toBe(
            written("net.ipv4.ip_local_reserved_ports", one.join(",")),
          );
        },
      ),
    ));

  it("is written as the kernel prints it", () =>
    fc.assert(
      fc.property(parts, (list) => {
        const name = "net.ipv4.ip_local_reserved_ports";
        const kernel = fakeKernel({ values: { [name]: "" } });
        kernel.write(key(name), list.join(","));
        expect(kernel.texts().get(name)).toBe(written(name, list.join(",")));
      }),
      { numRuns: 30 },
    ));
});

describe("a list of CPUs", () => {
  const name = "kernel.watchdog_cpumask";

  it.each([
    ["0-3,8", "0-3,8"],
    ["8,0-3", "0-3,8"],
    ["3,2,1,0", "0-3"],
    ["3", "3"],
    ["0-31:2/4", "0-1,4-5,8-9,12-13,16-17,20-21,24-25,28-29"],
    ["0-6:1/2,1", "0-2,4,6"],
    ["0-9:4/4", "0-9"],
    ["5-4", "list"],
    ["0-3:3/2", "list"],
    ["0-3:0/2", "list"],
    ["0-3:1/0", "list"],
    ["all", "list"],
    ["ff", "list"],
    ["0 1", "list"],
    ["010", "octal: 8 or 10"],
  ])("%j is %s", (text, words) => expect(written(name, text)).toBe(words));

  const cpus = fc.uniqueArray(fc.integer({ min: 0, max: 8191 }), { minLength: 1, maxLength: 40 });

  /** As the kernel prints a set: by hand, one CPU after the other. */
  function printed(set: ReadonlySet<number>): string {
    const starts = [...set].filter((cpu) => !set.has(cpu - 1)).sort((a, b) => a - b);
    return starts
      .map((low) => {
        let high = low;
        while (set.has(high + 1)) high++;
        return high === low ? `${low}` : `${low}-${high}`;
      })
      .join(",");
  }

  it("comes back from the kernel as it was written, whatever CPUs are in it", () =>
    fc.assert(
      fc.property(cpus, (list) => {
        const text = printed(new Set(list));
        expect(written(name, text)).toBe(text);
        expect(canonicalReading(tunable(name), `${text}\n`)).toBe(text);
      }),
    ));

  const end = fc.integer({ min: 0, max: 300 });
  const group = fc
    .tuple(end, end, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 8 }))
    .map(([low, length, used, more]) => ({ low, high: low + length, used, size: used + more }));

  it("means the CPUs that its groups mean, counted one by one", () =>
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 4 }), (groups) => {
        const set = new Set<number>();
        for (const { low, high, used, size } of groups)
          for (let cpu = low; cpu <= high; cpu++) if ((cpu - low) % size < used) set.add(cpu);
        const text = groups.map(({ low, high, used, size }) => `${low}-${high}:${used}/${size}`).join(",");
        expect(written(name, text)).toBe(printed(set));
      }),
    ));

  it("is read from a file as C reads numbers", () => {
    expect(parseAsKernel(tunable(name), "010,0x10-0x12 ")).toBe("8,16-18");
    expect(parseAsKernel(tunable("net.ipv4.ip_local_reserved_ports"), "8081,8080")).toBe("8080-8081");
    expect(parseAsKernel(tunable(name), "0-31:2/4")).toBe("0-31:2/4");
  });
});

describe("a list of numbers", () => {
  it.each([
    ["0-1,3-127", "0-1,3-127"],
    ["3-127,1,0", "0-1,3-127"],
    ["", ""],
    ["256", "range"],
    ["0-9:1/2", "list"],
  ])("%j is %s", (text, words) => expect(written("net.ipv6.icmp.ratemask", text)).toBe(words));
});

describe("a mask of CPUs", () => {
  const name = "net.core.rps_default_mask";

  // The kernel refuses a ninth digit in a group, and takes a group of fewer digits for one with zeros before
  // them.
  it.each([
    ["f", "f"],
    ["FF", "ff"],
    ["000000ff", "ff"],
    ["00000000,000000ff", "ff"],
    ["100000000", "1,00000000"],
    ["1,0", "1,00000000"],
    ["0000001,2,3", "1,00000002,00000003"],
    ["0", "0"],
    ["000000001,0", "not-a-number"],
    ["0xff", "not-a-number: ff"],
    ["0-3", "not-a-number"],
    ["", "not-a-number"],
  ])("%j is %s", (text, words) => expect(written(name, text)).toBe(words));

  const bits = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
  /** As the kernel prints a mask of 256 CPUs. */
  const printed = (mask: bigint): string =>
    mask
      .toString(16)
      .padStart(64, "0")
      .replace(/\B(?=(.{8})+$)/g, ",");

  it("means the same with the zeros and commas that the kernel prints and without", () =>
    fc.assert(
      fc.property(bits, (mask) => {
        const canonical = written(name, mask.toString(16));
        expect(canonicalReading(tunable(name), `${printed(mask)}\n`)).toBe(canonical);
        expect(parseAsKernel(tunable(name), canonical)).toBe(canonical);
        expect(canonical.replace(/,/g, "")).toBe(mask.toString(16));
        expect(canonical.split(",").every((digits) => digits.length <= 8)).toBe(true);
      }),
    ));
});

describe("a text", () => {
  it.each([
    ["bbr", "bbr"],
    ["", "empty"],
    ["bbr\u202e", "characters"],
  ])("%j is %s", (text, words) => expect(written("net.ipv4.tcp_congestion_control", text)).toBe(words));
});

/** Texts that people might write, right and wrong. */
const attempts = fc.oneof(
  fc.integer({ min: -10, max: 100_000 }).map(String),
  fc.bigInt({ min: 0n, max: 2n ** 65n }).map(String),
  fc.constantFrom(
    "on",
    "off",
    "00",
    "0x1f",
    "1e3",
    "1e99",
    "16M",
    "5%",
    "1,000",
    "'7'",
    "8080,90-100",
    "0-31:2/4",
    "1,0",
    "1 2 3",
    "4096 5 6",
    "ff",
    "bbr",
    "",
  ),
  fc.array(fc.integer({ min: 0, max: 9999 }), { minLength: 1, maxLength: 5 }).map((list) => list.join(" ")),
);
const everyTunable = fc.constantFrom(...shippedCatalogue().all);

describe("every value of the catalogue's tunables", () => {
  it("that is taken is canonical: taken again it is the same, and read from the kernel it is the same", () =>
    fc.assert(
      fc.property(everyTunable, attempts, (one, text) => {
        const checked = checkValue(one, text);
        if (!checked.ok) return;
        expect(checkValue(one, checked.value)).toEqual(checked);
        expect(canonicalReading(one, checked.value)).toBe(checked.value);
        expect(canonicalReading(one, `${checked.value.replace(/ /g, "\t")}\n`)).toBe(
          one.type === "text" ? checked.value.replace(/ /g, "\t") : checked.value,
        );
      }),
      { numRuns: 2000 },
    ));

  it("that is refused with a number to write instead is taken when that is written", () =>
    fc.assert(
      fc.property(everyTunable, attempts, (one, text) => {
        const checked = checkValue(one, text);
        if (checked.ok || (checked.fault.kind !== "not-a-number" && checked.fault.kind !== "unit")) return;
        const instead = checked.fault.kind === "unit" ? checked.fault.instead : checked.fault.hint;
        // For a field of a vector it is the field that is to be written.
        if (instead !== undefined && one.type !== "vector")
          expect([one.key, text, checkValue(one, instead)]).toMatchObject([
            one.key,
            text,
            { ok: true, value: instead },
          ]);
      }),
      { numRuns: 2000 },
    ));

  it("is read without ever failing", () =>
    fc.assert(
      fc.property(everyTunable, fc.string(), (one, text) => {
        expect(canonicalReading(one, text)).toBeTypeOf("string");
      }),
    ));
});

describe("the greater and the lesser of two values", () => {
  const value = (text: string): Value => text as Value;

  it("are taken field by field, in 64 bits", () => {
    expect(fieldwiseMax(value("4096 131072 33554432"), value("8192 87380 16777216"))).toBe(
      "8192 131072 33554432",
    );
    expect(fieldwiseMin(value("4096 131072 33554432"), value("8192 87380 16777216"))).toBe(
      "4096 87380 16777216",
    );
    expect(fieldwiseMax(value("18446744073692774399"), value("18446744073692774398"))).toBe(
      "18446744073692774399",
    );
  });

  it("are what is wanted where the kernel prints another shape", () => {
    expect(fieldwiseMax(value("max"), value("5"))).toBe("5");
    expect(fieldwiseMin(value("1 2"), value("5"))).toBe("5");
  });

  it("make sense for numbers and levels, not for masks and words", () => {
    const ordered = (name: string): boolean => isOrdered(tunable(name));
    expect(
      ["net.core.somaxconn", "net.ipv4.tcp_rmem", "net.ipv4.ip_forward", "net.ipv4.tcp_tw_reuse"].filter(
        ordered,
      ),
    ).toHaveLength(4);
    expect(["net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_congestion_control"].filter(ordered)).toEqual(
      [],
    );
  });
});
