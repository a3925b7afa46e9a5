import { readdirSync, readFileSync } from "node:fs";
import { Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ParameterValues } from "../../src/expression/host-view.js";
import { expressionsFor } from "../../src/expression/language.js";
import { templateParts } from "../../src/expression/template.js";
import type { Problem } from "../../src/problem.js";
import { parameterValues } from "../../src/profile/resolve/parameters.js";
import { expressionWords } from "../../src/render/messages/parts.js";
import { answer, host, profileText } from "../fakes/profiles.js";

const rateOf = (rate: bigint): ParameterValues => ({
  numbers: new Map([["rate", rate]]),
  refuse: (name) => expect.unreachable(`${name} was refused`),
});

const shown = (source: string, known: typeof host | undefined = host): string => {
  const result = expressionsFor(rateOf(2000n), known).evaluate(source);
  switch (result.kind) {
    case "text":
      return result.text;
    case "boolean":
      return String(result.truth);
    case "wrong":
      return `wrong: ${expressionWords(result.fault)}`;
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
    ["'eth0' in host.interfaces && host.arch == 'x86_64'", "true"],
    ["host.interfaces.exists(i, i.startsWith('eth')) && [1, 2].all(x, x < rate)", "true"],
    ["[1, 2].map(x, x + rate + x)[1]", "2004"],
    ["size(host.interfaces.filter(i, size(i) + 1 > 4))", "2"],
    ["int(double(rate) * 0.5)", "1000"],
    ["'matches(' == '.matches(' // .matches('x')\n ? 1 : 2", "2"],
  ])("%s is %s", async (source, value) => expect(shown(source)).toBe(value));

  it.each(["abc", "", "v6.1", "1.x", "6.1.2.3", "99,0"])(
    "no kernel is as new as version %j, which is none",
    async (version) => {
      expect(shown(`kernel_at_least('${version}')`, undefined)).toContain("is not a kernel version");
    },
  );

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
    ["''' ' ''' == 'host' // host", "false"],
    ["''' ' ''' == 'a' || host.cpus > 4 || '' == 'b'", "unknown"],
    ["[1].exists(x, has_tunable('a'))", "unknown"],
    ["host.cpus * 2", "unknown"],
    ["kernel_at_least('5.4')", "unknown"],
    ["host.cpu * 2", "wrong"],
    ["has_tunable(5)", "wrong"],
  ])("without a host: %s is %s", async (source, value) => {
    const result = expressionsFor(rateOf(2000n), undefined).evaluate(source);
    expect(
      result.kind === "text" ? result.text : result.kind === "boolean" ? String(result.truth) : result.kind,
    ).toBe(value);
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
            expressionsFor(rateOf(1n), host).evaluate(pieces.join("")).kind,
          );
        },
      ),
      { numRuns: 500 },
    ));

  it.each([
    ["depth", `${"(".repeat(100)}1${")".repeat(100)}`],
    ["depth and length", `${"(".repeat(5000)}1${")".repeat(5000)}`],
    ["length", `1${" ".repeat(2000)}`],
    ["many parts", `1${"+1".repeat(500)}`],
  ])("of enormous %s is refused", async (_, source) => expect(shown(source)).toMatch(/^wrong: ./));

  const patterns = "('^(a+)+$')";
  const texts = "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'";
  const long = "[0,1,2,3,4,5,6,7,8,9]";
  const growing = ".map(x, x + x + x + x)".repeat(25);

  it.each([
    ["a pattern", `${texts}.matches${patterns}`],
    ["a pattern after a comment", `${texts}.matches // c\n${patterns}`],
    ["a pattern after texts in three quotes", `''' ' ''' == 'x' || ${texts}.matches${patterns}`],
    ["a pattern that is called like a function", `matches(${texts}, '^(a+)+$')`],
    ["a pattern deep inside", `{'a': [!(rate > 1 ? ${texts}.matches${patterns} : false)]}['a'][0]`],
    [
      "a pattern in a field and in what a function is given",
      `{'a': string(-size(${texts}.matches${patterns}))}.a`,
    ],
    [
      "loops in the bodies of loops",
      "abcdefgh".split("").reduce((body, name) => `${long}.all(${name}, ${body})`, "true"),
    ],
    ["a loop in the body, each of another kind", `${long}.filter(x, ${long}.exists(y, y == x)).size() > 0`],
    ["a loop over what a loop made", `${long}.map(x, [x, x]).map(x, 1).size() > 0`],
    ["texts that double", `['aaaa']${growing}.exists(x, x == '')`],
    ["lists that double", `[[1]]${growing}.exists(x, x == [])`],
    [
      "long lists made for each of a long list",
      "host.interfaces.all(i, i in host.interfaces + host.interfaces)",
    ],
    [
      "long lists made in a loop and hidden",
      "host.interfaces.all(i, i in (true ? host.interfaces : []) + [i])",
    ],
    ["the loop's own lists made longer", "[host.interfaces].all(l, size(l + l) > 0)"],
    ["a loop over lists put together", "(host.interfaces + host.interfaces).all(i, true)"],
    [
      "values that double by their names",
      "cel.bind(a, [1], cel.bind(b, a + a + a, cel.bind(c, b + b + b, size(c))))",
    ],
    ["texts that multiply", `'aaaa'${".split('').join('aaaaaaaaaa')".repeat(12)}`],
    ["a time span of very many digits", `duration('${"9".repeat(1900)}') == duration('1s')`],
    ["a function of nobody", "read('/etc/shadow')"],
  ])("with %s is refused, at once", async (_, source) => {
    const begun = performance.now();
    expect(shown(source)).toMatch(/^wrong: .*(is not available|cannot be (used|added))/);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it("that is refused says what and where, and what there is", async () => {
    const told = (source: string): unknown => expressionsFor(rateOf(1n), host).evaluate(source);
    const there = expect.arrayContaining(["max", "startsWith", "exists"]);
    expect(told("rate > 1 || 'a'.matches('b')")).toEqual({
      kind: "wrong",
      fault: { kind: "not-offered", name: "matches", offered: there },
      at: 12,
    });
    expect(told("[1].all(x, [2].exists(y, x == y))")).toEqual({
      kind: "wrong",
      fault: { kind: "loop-in-loop", name: "exists", loop: "all" },
      at: 11,
    });
  });
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
    expect(await answer(p("net.core.somaxconn: { value: '${rate * 2}' }"))).toEqual([
      "net.core.somaxconn: 4000",
    ]);
    expect(await answer(p("net.ipv4.tcp_rmem: { value: '4096 ${rate * 8} ${rate * 16}' }"))).toEqual([
      "net.ipv4.tcp_rmem: 4096 16000 32000",
    ]);
    expect(await answer(p("net.core.somaxconn: { value: '${rate * 2000000}' }"))).toEqual([
      "p.yaml:6:32 bad-value",
    ]);
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
    expect(await answer(p("net.core.somaxconn: { value: '${rate > 1}' }"))).toEqual([
      "p.yaml:6:32 expression-type",
    ]);
    expect(await answer(p("net.core.somaxconn: { value: 5, when: '${rate}' }"))).toEqual([
      "p.yaml:6:41 expression-type",
    ]);
    expect(await answer(p("net.core.somaxconn: { value: 5, when: yes }"))).toEqual([
      "p.yaml:6:41 bad-expression",
    ]);
  });

  it("is left out where its condition does not hold", async () => {
    expect(await answer(p("net.core.somaxconn: { value: 5, when: '${''sctp'' in host.modules}' }"))).toEqual(
      [],
    );
    expect(
      await answer(p("net.core.somaxconn: { value: 5, when: '${''nf_conntrack'' in host.modules}' }")),
    ).toEqual(["net.core.somaxconn: 5"]);
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
    ["for: { default: 1, why: w }", "p.yaml:4:3 bad-parameter"],
    ["__proto__: { default: 1, why: w }", "p.yaml:4:3 bad-parameter"],
    [`rate: { default: 1${"0".repeat(20)}, why: w }`, "p.yaml:4:20 bad-parameter"],
    [`rate: { default: 1, minimum: -1${"0".repeat(20)}, why: w }`, "p.yaml:4:32 bad-parameter"],
  ])("%s is told", async (definition, expected) => expect(await words(definition)).toEqual([expected]));

  it("set to more digits than a number of the kernel has is told", async () => {
    const head = `parameters:\n  rate: { default: 1, minimum: -${"9".repeat(20)}, why: w }`;
    const texts = { p: profileText("p", ["vm.swappiness: { value: 1 }"], head) };
    expect(await answer(texts, { set: { rate: "9".repeat(20) } })).toEqual(["vm.swappiness: 1"]);
    expect(await answer(texts, { set: { rate: "9".repeat(21) } })).toEqual(["parameter-value"]);
  });

  /** Whatever the library refuses stands somewhere in its source. */
  const library = new URL("../../node_modules/@marcbachmann/cel-js/lib/", import.meta.url);
  const wordsOfLibrary = new Set(
    readdirSync(library)
      .filter((file) => file.endsWith(".js"))
      .flatMap((file) => readFileSync(new URL(file, library), "utf8").match(/\b[A-Za-z_]\w*/g) ?? []),
  );

  const isRefusedByLibrary = (name: string): boolean => {
    try {
      new Environment().registerVariable(name, "int");
      return false;
    } catch {
      return true;
    }
  };

  it("with any name that the language takes for itself is told at its place, used or not", async () => {
    const names = [...wordsOfLibrary].filter(isRefusedByLibrary);
    expect(names).toEqual(
      expect.arrayContaining(["for", "package", "as", "void", "int", "string", "__proto__", "optional"]),
    );
    for (const name of [...names, "host", "true", "false", "null", "in", "max", "min"]) {
      const head = `parameters:\n  ${name}: { default: 1, why: w }`;
      const unused = { p: profileText("p", ["vm.swappiness: { value: 1 }"], head) };
      const used = { p: profileText("p", ["vm.swappiness: { value: '${1}' }"], head) };
      expect(await answer(unused), name).toEqual(["p.yaml:4:3 bad-parameter"]);
      expect(await answer(used), name).toEqual(["p.yaml:4:3 bad-parameter"]);
    }
  });

  it.each([
    "has_tunable",
    "kernel_at_least",
    "size",
    "matches",
    "all",
    "has",
    "constructor",
    "toString",
    "forty",
  ])("may be called %s, which nothing else is", async (name) => {
    const head = `parameters:\n  ${name}: { default: 7, why: w }`;
    expect(await answer({ p: profileText("p", [`vm.swappiness: { value: '\${${name}}' }`], head) })).toEqual([
      "vm.swappiness: 7",
    ]);
  });

  it("whose name only the language knows to be taken is refused by it, and the others go on", async () => {
    const refused: string[] = [];
    const numbers = new Map([
      ["for", 1n],
      ["rate", 2n],
      ["int", 3n],
    ]);
    const expressions = expressionsFor({ numbers, refuse: (name) => refused.push(name) }, host);
    expect(refused).toEqual(["for", "int"]);
    expect(expressions.evaluate("rate * 2")).toEqual({ kind: "text", text: "4" });
    expect(expressions.evaluate("for * 2").kind).toBe("wrong");
  });

  it("that the language refuses becomes a problem with its place", async () => {
    const place = { file: "p.yaml", line: 4, column: 3, length: 4 };
    const problems: Problem[] = [];
    const parameter = { name: "when", default: { text: "1", place }, why: "w", place };
    parameterValues(new Map([["when", parameter]]), new Map(), problems).refuse("when");
    expect(problems).toEqual([{ code: "bad-parameter", name: "when", fault: { kind: "name-taken" }, place }]);
  });
});
