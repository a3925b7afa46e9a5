import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expressionsFor } from "../../src/profile/expression.js";
import { templateParts } from "../../src/profile/template.js";
import { answer, host, profileText } from "../fakes/profiles.js";

const shown = (source: string, known: typeof host | undefined = host): string => {
  const result = expressionsFor(new Map([["rate", 2000n]]), known).evaluate(source);
  switch (result.kind) {
    case "text":
      return result.text;
    case "boolean":
      return String(result.truth);
    case "wrong":
      return `wrong: ${result.message}`;
    case "unknown":
      return "unknown";
  }
};

describe("an expression", () => {
  it.each([
    ["rate * 120", "240000"],
    ["max(rate, 5000)", "5000"],
    ["min(rate, 5000)", "2000"],
    ["rate / 3", "666"],
    ["host.memory_bytes / host.page_size", "6291456"],
    ["host.cpus > 4 ? 'many' : 'few'", "many"],
    ["'nf_conntrack' in host.modules", "true"],
    ["has_tunable('net.missing.key')", "false"],
    ["kernel_at_least('5.4') && !kernel_at_least('7.0')", "true"],
    ["'eth0' in host.interfaces && host.arch == 'x64'", "true"],
  ])("%s is %s", async (source, value) => expect(shown(source)).toBe(value));

  it.each([
    "rate *",
    "rat * 2",
    "rate + 'x'",
    "host.shadow",
    "rate / 0",
    "9223372036854775807 + 1",
    "[1, 2]",
    "1.5",
    "read('/etc/shadow')",
    "",
  ])("%j is told to be wrong, and is no crash", async (source) => expect(shown(source)).toMatch(/^wrong: ./));

  it.each([
    ["rate * 120", "240000"],
    ["'has_tunable' == 'host'", "false"],
    ["host.cpus * 2", "unknown"],
    ["kernel_at_least('5.4')", "unknown"],
    ["host.cpu * 2", "wrong"],
    ["has_tunable(5)", "wrong"],
  ])("without a host: %s is %s", async (source, value) => {
    const result = expressionsFor(new Map([["rate", 2000n]]), undefined).evaluate(source);
    expect(result.kind === "text" ? result.text : result.kind === "boolean" ? String(result.truth) : result.kind).toBe(value);
  });

  it("never throws, whatever it is", async () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            "rate",
            "host",
            ".cpus",
            "(",
            ")",
            "+",
            "'",
            '"',
            "[",
            "]",
            "1",
            "?",
            ":",
            "in",
            "max",
            ",",
            "{",
            "}",
            "!",
            "\\",
            " ",
          ),
          { maxLength: 20 },
        ),
        (pieces) => {
          expect(["text", "boolean", "unknown", "wrong"]).toContain(
            expressionsFor(new Map([["rate", 1n]]), host).evaluate(pieces.join("")).kind,
          );
        },
      ),
      { numRuns: 500 },
    ));

  it("of enormous depth is refused", async () => expect(shown(`${"(".repeat(5000)}1${")".repeat(5000)}`)).toMatch(/^wrong: /));
});

describe("a text with expressions", () => {
  it.each([
    ["4096", [{ literal: "4096" }]],
    ["${a}", [{ expression: "a", offset: 2 }]],
    ["1 ${a * 2} 3", [{ literal: "1 " }, { expression: "a * 2", offset: 4 }, { literal: " 3" }]],
    ["${'}'}", [{ expression: "'}'", offset: 2 }]],
    ["${{'a': 1}['a']}", [{ expression: "{'a': 1}['a']", offset: 2 }]],
    ["${'\\''}", [{ expression: "'\\''", offset: 2 }]],
    ["${a", undefined],
    ["${'}", undefined],
  ])("%s is taken apart", async (text, parts) => expect(templateParts(text)).toEqual(parts));
});

describe("a setting with an expression", () => {
  const parameters = "parameters:\n  rate: { default: 2000, minimum: 10, maximum: 5000, why: w }";
  const p = (line: string): { readonly p: string } => ({ p: profileText("p", [line], parameters) });

  it("has its value worked out and then weighed like any other", async () => {
    expect(await answer(p("net.core.somaxconn: { value: '${rate * 2}' }"))).toEqual(["net.core.somaxconn: 4000"]);
    expect(await answer(p("net.ipv4.tcp_rmem: { value: '4096 ${rate * 8} ${rate * 16}' }"))).toEqual([
      "net.ipv4.tcp_rmem: 4096 16000 32000",
    ]);
    expect(await answer(p("net.core.somaxconn: { value: '${rate * 2000000}' }"))).toEqual(["p.yaml:6:32 bad-value"]);
  });

  it("takes what the operator sets", async () => {
    const line = p("net.core.somaxconn: { value: '${rate}' }");
    expect(await answer(line, { set: { rate: "77" } })).toEqual(["net.core.somaxconn: 77"]);
    expect(await answer(line, { set: { rate: "5" } })).toEqual(["parameter-value"]);
    expect(await answer(line, { set: { rate: "1e3" } })).toEqual(["parameter-value"]);
    expect(await answer(line, { set: { rat: "5" } })).toEqual(["unknown-parameter"]);
  });

  it("is told where it is wrong, or of the wrong kind", async () => {
    const words = async (line: string): Promise<readonly string[]> =>
      (await answer(p(line))).map((one) => one.replace(/: .*/s, ""));
    expect(await words("net.core.somaxconn: { value: '${rat}' }")).toEqual(["p.yaml:6:32 bad-expression"]);
    expect(await answer(p("net.core.somaxconn: { value: '${rate > 1}' }"))).toEqual(["p.yaml:6:32 expression-kind"]);
    expect(await answer(p("net.core.somaxconn: { value: 5, when: '${rate}' }"))).toEqual(["p.yaml:6:41 expression-kind"]);
    expect(await answer(p("net.core.somaxconn: { value: 5, when: yes }"))).toEqual(["p.yaml:6:41 bad-expression"]);
  });

  it("is left out where its condition does not hold", async () => {
    expect(await answer(p("net.core.somaxconn: { value: 5, when: '${''sctp'' in host.modules}' }"))).toEqual([]);
    expect(await answer(p("net.core.somaxconn: { value: 5, when: '${''nf_conntrack'' in host.modules}' }"))).toEqual([
      "net.core.somaxconn: 5",
    ]);
  });

  it("that asks about a host passes a check without one, and is refused by a plan without one", async () => {
    const line = p("net.core.somaxconn: { value: '${host.cpus * 1000}' }");
    expect(await answer(line, { host: "unknown", purpose: "check" })).toEqual([]);
    expect(await answer(line, { host: "unknown", purpose: "plan" })).toEqual(["p.yaml:6:32 bad-expression"]);
    expect(await answer(line)).toEqual(["net.core.somaxconn: 8000"]);
  });
});

describe("a parameter", () => {
  const words = (definition: string): Promise<readonly string[]> =>
    answer({ p: profileText("p", ["vm.swappiness: { value: 1 }"], `parameters:\n  ${definition}`) });

  it.each([
    ["rate: { default: 2k, why: w }", "p.yaml:4:20 bad-parameter"],
    ["rate: { default: 1, minimum: 5, why: w }", "p.yaml:4:20 bad-parameter"],
    ["host: { default: 1, why: w }", "p.yaml:4:3 bad-parameter"],
  ])("%s is told", async (definition, expected) => expect(await words(definition)).toEqual([expected]));

  it.each([
    "has_tunable",
    "kernel_at_least",
    "size",
    "int",
    "true",
    "string",
    "type",
    "in",
    "as",
    "if",
    "while",
    "package",
    "namespace",
    "var",
    "void",
  ])("called %s is taken, or told to be a bad name, and is no crash", async (name) => {
    const result = await words(`${name}: { default: 1, why: w }`);
    expect(result).toHaveLength(1);
    expect(result[0]).toMatch(/^vm\.swappiness: 1$|bad-parameter/);
  });
});
