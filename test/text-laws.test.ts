/** What we print, the loaders read; what is read and printed again is the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dropInMarker, dropInPath, printDropIn, printModules } from "../src/boot/drop-in.js";
import { parseProcps, parseSystemd } from "../src/boot/parse.js";
import { checkValue } from "../src/catalogue/check-value.js";
import { type Key, keyPath } from "../src/catalogue/key.js";
import type { Value } from "../src/catalogue/value.js";
import { appliedFromDropIn } from "../src/record/applied.js";
import { catalogue } from "./fakes/machine.js";
import { key } from "./fakes/settings.js";

const device = fc.stringMatching(/^[a-z0-9_][a-z0-9_.:@+-]{0,14}$/);
const plainKey = fc
  .array(fc.stringMatching(/^[a-z0-9_][a-z0-9_-]{0,10}$/), { minLength: 2, maxLength: 6 })
  .map((parts) => key(parts.join(".")));
const interfaceKey = device.map((name) => key(`net/ipv4/conf/${name}/rp_filter`));
const keys: fc.Arbitrary<Key> = fc.oneof(
  plainKey,
  interfaceKey,
  fc.constant(key("net.ipv4.conf.*.rp_filter")),
);

/**
 * All that the grammar lets through: printable ASCII without blanks at the ends, the empty value among it.
 */
const values = fc.oneof(
  fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/),
  fc.constantFrom("", "4096 87380 6291456", "|/usr/lib/core %P = %s", "a # b", "; c", "- d", "= e"),
) as fc.Arbitrary<Value>;

const words = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("two\nlines", "net.core.somaxconn = 1", "\u001b[2J", "x".repeat(2000), "\u2028y\u0085z\r"),
);
const lines = fc.uniqueArray(
  fc.record({
    key: keys,
    value: values,
    profile: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/),
    why: words,
  }),
  {
    selector: (line) => line.key,
    minLength: 1,
    maxLength: 12,
  },
);
const names = fc.array(fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/), { minLength: 1, maxLength: 3 });

describe.each([
  ["systemd-sysctl", parseSystemd],
  ["sysctl --system", parseProcps],
])("our drop-in, as %s reads it", (_, parse) => {
  it("holds exactly the pairs that were printed, in their order, and nothing to stumble over", () =>
    fc.assert(
      fc.property(names, lines, (profiles, printed) => {
        const read = parse(dropInPath, printDropIn(profiles, printed) ?? "");
        expect(read.faults).toEqual([]);
        expect(read.lines.map((line) => [line.kind, line.key, line.value, line.ignoreFailure])).toEqual(
          printed.map(({ key: name, value }) => ["assign", keyPath(name), value, false]),
        );
      }),
    ));
});

describe("our drop-in", () => {
  it("is the same bytes for the same settings, and none where nothing needs a line", () => {
    fc.assert(
      fc.property(names, lines, (profiles, printed) => {
        expect(printDropIn(profiles, printed)).toBe(printDropIn(profiles, structuredClone(printed)));
      }),
    );
    expect(printDropIn(["web"], [])).toBeUndefined();
    expect(printModules([])).toBeUndefined();
  });

  it("is printable lines of a width that people read", () =>
    fc.assert(
      fc.property(names, lines, (profiles, printed) => {
        const text = printDropIn(profiles, printed) ?? "";
        expect(text.startsWith(`${dropInMarker}\n`)).toBe(true);
        expect(text).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
        );
        for (const line of text.split("\n"))
          if (/^# \S+ \S/.test(line)) expect(line.length).toBeLessThan(2100);
      }),
    ));

  it("tells whoever may not read the state folder which values were applied", () =>
    fc.assert(
      fc.property(names, lines, (profiles, printed) => {
        const applied = appliedFromDropIn(printDropIn(profiles, printed) ?? "");
        expect(applied?.profiles).toEqual(profiles);
        expect(applied?.settings.map(({ key: name, wanted }) => [name, wanted])).toEqual(
          printed.map(({ key: name, value }) => [name, { kind: "value", value }]),
        );
      }),
    ));

  it("of somebody else is not taken for ours", () => {
    expect(appliedFromDropIn("net.core.somaxconn = 1\n")).toBeUndefined();
    expect(appliedFromDropIn("")).toBeUndefined();
  });

  it("holds no value that the grammar would not let through", () =>
    fc.assert(
      fc.property(fc.constantFrom(...catalogue.all), fc.string({ unit: "binary" }), (tunable, text) => {
        const checked = checkValue(tunable, text);
        if (checked.ok) expect(checked.value).toMatch(/^([!-~]([ -~\t]*[!-~])?)?$/);
      }),
      { numRuns: 1000 },
    ));
});
