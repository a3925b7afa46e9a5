import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolvePath, tidyPath, toPath } from "../../src/boot/key-path.js";

describe("a key's path", () => {
  it.each([
    ["net.ipv4.conf.eth0/100.tag", "net/ipv4/conf/eth0.100/tag"],
    ["net/ipv4/conf/eth0.100/tag", "net/ipv4/conf/eth0.100/tag"],
    ["net.ipv4.conf.eth0.100.tag", "net/ipv4/conf/eth0/100/tag"],
    ["net.ipv4/conf/lo", "net/ipv4.conf.lo"],
    ["tag", "tag"],
  ])("is decided by the first separator: %s (S18)", (text, path) => {
    expect(toPath(text)).toBe(path);
  });

  it.each(["net.ipv4.", ".net.ipv4", "net..ipv4", "/net/ipv4", "net//ipv4/", "net/./ipv4", "//net/ipv4/."])(
    "is tidy for %s (S18)",
    (text) => {
      expect(tidyPath(toPath(text))).toBe("net/ipv4");
    },
  );

  it("does not know /proc/sys (S19)", () => {
    expect(tidyPath(toPath("/proc/sys/net/ipv4"))).toBe("proc/sys/net/ipv4");
  });

  it.each([
    ["net/ipv4/../core", "net/core"],
    ["net/../..", ".."],
    ["..", ".."],
    ["net/..", ""],
    ["../../net", "../../net"],
  ])("stays within /proc/sys for procps when .. leads up: %s (P7)", (path, resolved) => {
    expect(resolvePath(path)).toBe(resolved);
  });

  it("comes back from the other spelling, whatever the names hold", () => {
    const name = fc
      .string({ unit: fc.constantFrom("a", "b", ".", "0"), minLength: 1, maxLength: 5 })
      .filter((part) => !/^\.+$/.test(part));
    fc.assert(
      fc.property(fc.array(name, { minLength: 2, maxLength: 5 }), (parts) => {
        const dotted = parts.map((part) => part.replaceAll(".", "/")).join(".");
        // A name that starts with a dot would make the slash the first separator.
        fc.pre(/^[^./]*\./.test(dotted));
        expect(toPath(dotted)).toBe(parts.join("/"));
      }),
    );
  });
});
