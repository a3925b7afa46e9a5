import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandBraces, expandGlob, isGlob } from "../../src/boot/glob.js";
import { keyTree } from "../../src/boot/tree.js";
import { nameMatcher } from "../../src/catalogue/wildcard.js";

describe("a pattern", () => {
  it.each([
    ["*", "eth0", true],
    ["eth*", "eth0.100", true],
    ["eth?", "eth0", true],
    ["eth?", "eth", false],
    ["e*0*0", "eth0.100", true],
    ["e*0*1", "eth0.100", false],
    ["eth[0-3]", "eth2", true],
    ["eth[!0-3]", "eth2", false],
    ["eth[^0-3]", "eth4", true],
    ["[]a]", "]", true],
    ["[!]a]", "]", false],
    ["[a-]", "-", true],
    ["[[:digit:]x]", "7", true],
    ["[[:digit:]x]", "y", false],
    ["[\\]]", "]", true],
    ["[lo", "[lo", true],
    ["[lo", "lo", false],
    ["\\*", "*", true],
    ["\\*", "lo", false],
    ["*", ".lo", false],
    ["?lo", ".lo", false],
    ["[.]lo", ".lo", false],
    [".l*", ".lo", true],
    ["a?b", "a=b", true],
    ["{a,b}", "{a,b}", true],
  ])("%s and the name %s: %s (S20, S26)", (pattern, name, matches) => {
    expect(nameMatcher(pattern)(name)).toBe(matches);
  });

  it("of stars and letters is as a regular expression has it", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 }), (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(name);
        expect(nameMatcher(pattern)(name)).toBe(expected);
      }),
    );
  });

  it("of many stars takes no time", () => {
    const start = performance.now();
    expect(nameMatcher(`${"*a".repeat(2000)}b`)("a".repeat(4000))).toBe(false);
    expect(nameMatcher("[".repeat(4000))("a".repeat(100))).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe("braces", () => {
  it.each([
    ["a{b,c*}d", ["abd", "ac*d"]],
    ["{a,b}{1,2}", ["a1", "a2", "b1", "b2"]],
    ["{a,{b,c}d}", ["a", "bd", "cd"]],
    ["a{}", ["a"]],
    ["a{,b}", ["a", "ab"]],
    ["a{b", ["a{b"]],
    ["a{b,{c}", ["a{b,{c}"]],
    ["\\{a,b}", ["\\{a,b}"]],
  ])("%s stand for %j", (pattern, alternatives) => {
    expect(expandBraces(pattern)).toEqual(alternatives);
  });

  it("are given up where they stand for too much, not followed without end", () => {
    expect(expandBraces("{a,b}".repeat(30))).toBeUndefined();
    expect(expandBraces("a".repeat(5000))).toBeUndefined();
  });
});

describe("a glob", () => {
  const tree = keyTree([
    "net/ipv4/conf/lo/tag",
    "net/ipv4/conf/eth0.100/tag",
    "net/ipv4/conf/eth0/tag",
    "net/ipv4/ip_forward",
    "vm/swappiness",
  ]);
  const found = (pattern: string) => expandGlob(tree, pattern).map((match) => match.path);

  it("is what holds a star, a question mark or a bracket; braces alone are letters (S26)", () => {
    expect(["a*", "a?", "a[", "a{b,c}", "a"].map(isGlob)).toEqual([true, true, true, false, false]);
  });

  it("finds keys in byte order, and never crosses a slash (S26, S29)", () => {
    expect(found("net/ipv4/conf/*/tag")).toEqual([
      "net/ipv4/conf/eth0/tag",
      "net/ipv4/conf/eth0.100/tag",
      "net/ipv4/conf/lo/tag",
    ]);
    expect(found("*/swappiness")).toEqual(["vm/swappiness"]);
    expect(found("*a*")).toEqual([]);
    expect(found("net/*/tag")).toEqual([]);
  });

  it("finds folders of keys too", () => {
    expect(found("net/ipv4/*")).toEqual(["net/ipv4/conf", "net/ipv4/ip_forward"]);
  });

  it("goes up from folders, not from keys", () => {
    expect(found("net/ipv4/conf/l*/../eth0/tag")).toEqual(["net/ipv4/conf/eth0/tag"]);
    expect(found("net/ipv4/ip_*/../ip_forward")).toEqual([]);
    expect(found("n*/../../../vm")).toEqual([]);
  });

  it("passes over a backslash that quotes a slash", () => {
    expect(found("net/ipv4\\/conf/l*\\/tag")).toEqual(["net/ipv4/conf/lo/tag"]);
  });

  it("finds the keys under the spelling it was given (P9)", () => {
    expect(expandGlob(tree, "/net//ipv4/conf/l*/./tag")).toEqual([
      { path: "net/ipv4/conf/lo/tag", literal: "/net//ipv4/conf/lo/./tag" },
    ]);
  });
});
