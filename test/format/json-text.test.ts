import { describe, expect, it } from "vitest";
import { recordedKey } from "../../src/catalogue/key.js";
import { recordFromFile } from "../../src/format/record-file.js";
import { parseJson } from "../../src/format/stored.js";

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

describe("a stored file", () => {
  it.each([
    ['{"a":1,"a":2}', "a"],
    ['{"x":[{"b":1, "c":2, "b" \n: 1}]}', "b"],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
    ['{"":1,"":2}', ""],
  ])("with a name twice in one object is refused: %s", (text, name) => {
    expect(parseJson(text)).toEqual({ ok: false, fault: { kind: "duplicate-name", name } });
  });

  it.each([
    '{"a":1,"b":{"a":2}}',
    '[{"a":1},{"a":2}]',
    '{"a":"a","b":["a","a","b"]}',
    '{"a":"\\"a\\":1","b":"{\\"a\\":1,"}',
  ])("may have one name in two objects, or as a text: %s", (text) => {
    expect(parseJson(`{"file":${text}}`)).toEqual({ ok: true, value: { file: JSON.parse(text) } });
  });

  it("is refused for its nesting before it is parsed", () => {
    expect(parseJson(nested(32))).toMatchObject({ ok: true });
    expect(parseJson(nested(33))).toEqual({ ok: false, fault: { kind: "too-deep", limit: 32 } });
    expect(parseJson("[".repeat(10_000_000))).toMatchObject({ fault: { kind: "too-deep" } });
  });

  it.each(["null", "1", '"text"', "[]", "true"])("is an object, and not %s", (text) => {
    expect(parseJson(text)).toMatchObject({ ok: false, fault: { kind: "structure", path: "" } });
  });

  it.each(["", "{", '{"a"', '{"a":"', '{"a":"\\', '{"a\\":1}', '{"a":1,}', "}]", '{"\\u00":1}'])(
    "that is cut short is not JSON: %j",
    (text) => expect(parseJson(text)).toMatchObject({ ok: false, fault: { kind: "not-json" } }),
  );

  it("is refused for its version, whatever stands there", () => {
    const version = JSON.parse('{"toString":1,"constructor":[]}');
    expect(recordFromFile({ version })).toMatchObject({
      fault: { kind: "version", found: '{"toString":1,"constructor":[]}' },
    });
  });

  it("holds no key that is longer than any that a person may write", () => {
    expect(recordedKey(`net.ipv4.conf.${"é".repeat(15)}.rp_filter`)).toBeDefined();
    expect(recordedKey(`net.ipv4.conf.${"é".repeat(10_000_000)}.rp_filter`)).toBeUndefined();
  });
});
