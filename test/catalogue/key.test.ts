import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  expand,
  interfaceOf,
  isPattern,
  keyPath,
  parseKey,
  pathKey,
  recordedKey,
  withInterface,
} from "../../src/catalogue/key.js";
import { key } from "../fakes/settings.js";

describe("a key", () => {
  it.each([
    ["net.ipv4.ip_forward", "net.ipv4.ip_forward", "net/ipv4/ip_forward"],
    ["net/ipv4/ip_forward", "net.ipv4.ip_forward", "net/ipv4/ip_forward"],
    [
      "net.ipv4.conf.eth0/100.rp_filter",
      "net.ipv4.conf.eth0/100.rp_filter",
      "net/ipv4/conf/eth0.100/rp_filter",
    ],
    [
      "net/ipv4/conf/eth0.100/rp_filter",
      "net.ipv4.conf.eth0/100.rp_filter",
      "net/ipv4/conf/eth0.100/rp_filter",
    ],
    ["net.ipv4.conf.wg+0.rp_filter", "net.ipv4.conf.wg+0.rp_filter", "net/ipv4/conf/wg+0/rp_filter"],
    ["net.ipv4.conf.*.rp_filter", "net.ipv4.conf.*.rp_filter", "net/ipv4/conf/*/rp_filter"],
    [
      "net.ipv4.conf.eth[0-9].rp_filter",
      "net.ipv4.conf.eth[0-9].rp_filter",
      "net/ipv4/conf/eth[0-9]/rp_filter",
    ],
    ["fs.binfmt_misc.python3/10", "fs.binfmt_misc.python3/10", "fs/binfmt_misc/python3.10"],
  ])("%s is %s and lies at %s: the first separator decides", (text, name, path) => {
    expect(parseKey(text)).toBe(name);
    expect(keyPath(key(text))).toBe(path);
    expect(pathKey(path)).toBe(name);
  });

  it.each(["u_ü", "a#b", "k=v", "{a}", "a!b", "eth0.100", "all"])(
    "of an interface called %s is one where it is found, whoever may write it",
    (name) => {
      const found = pathKey(`net/ipv4/conf/${name}/rp_filter`);
      expect(recordedKey(found)).toBe(found);
      expect(keyPath(found)).toBe(`net/ipv4/conf/${name}/rp_filter`);
    },
  );

  it.each(["[z]", "a*", "a b", "..", ".", "", "a\u0007"])(
    "of an interface called %j is none that could be recorded",
    (name) => {
      expect(recordedKey(pathKey(`net/ipv4/conf/${name}/rp_filter`))).toBeUndefined();
    },
  );

  it.each([
    "",
    "net",
    ".net.x",
    "net..x",
    "net.ipv4.",
    "/net/ipv4/ip_forward",
    "../etc/passwd",
    "net/../x",
    "net/ipv4/../../../etc/passwd",
    "net.ipv4.conf.eth0/../../x.rp_filter",
    "net/ipv4/conf/../rp_filter",
    "net/ipv4/conf/./rp_filter",
    "net.ipv4.conf.eth 0.rp_filter",
    "net.*.x",
    "vm.*",
    "a\nb.c",
    "kernel.core_pattern\u0000",
    "kernel.сore_pattern",
    "net.ipv4.conf.eth0=1.x",
    `${"a".repeat(300)}.b`,
  ])("is not %j", (text) => expect(parseKey(text)).toBeUndefined());

  const part = fc.stringMatching(/^[a-z0-9_][a-z0-9_-]{0,10}$/);
  // What the kernel takes for a network device's name, but `.` and `..`.
  const device = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9_.:@+-]{0,14}$/);

  it("survives being printed and read, by its name and by its path", () =>
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 6 }), (parts) => {
        const name = parts.join(".");
        expect(parseKey(name)).toBe(name);
        expect(parseKey(keyPath(key(name)))).toBe(name);
        expect(pathKey(keyPath(key(name)))).toBe(name);
      }),
    ));

  it("of an interface survives whatever dots the interface's name has", () =>
    fc.assert(
      fc.property(device, (name) => {
        const one = key(`net/ipv4/conf/${name}/rp_filter`);
        expect(interfaceOf(one)).toBe(name);
        expect(keyPath(one)).toBe(`net/ipv4/conf/${name}/rp_filter`);
        expect(withInterface(key("net.ipv4.conf.all.rp_filter"), name)).toBe(one);
        expect(parseKey(one)).toBe(one);
      }),
    ));
});

describe("a pattern", () => {
  const names = ["all", "default", "lo", "eth0", "eth0.100", "eth1", "wlan0"];
  const expanded = (text: string): readonly string[] => expand(key(text), names);

  it("stands for the interfaces that it matches, dots and all", () => {
    expect(expanded("net.ipv4.conf.*.rp_filter")).toHaveLength(7);
    expect(expanded("net.ipv4.conf.eth*.rp_filter")).toEqual([
      "net.ipv4.conf.eth0.rp_filter",
      "net.ipv4.conf.eth0/100.rp_filter",
      "net.ipv4.conf.eth1.rp_filter",
    ]);
    expect(expanded("net.ipv4.conf.eth?.rp_filter")).toEqual([
      "net.ipv4.conf.eth0.rp_filter",
      "net.ipv4.conf.eth1.rp_filter",
    ]);
    expect(expanded("net.ipv4.conf.eth[!0].rp_filter")).toEqual(["net.ipv4.conf.eth1.rp_filter"]);
    expect(expanded("net.ipv4.conf.veth*.rp_filter")).toEqual([]);
    expect(expanded("net.ipv4.conf.eth[.rp_filter")).toEqual([]);
  });

  it("is told from a plain key, which stands for itself", () => {
    expect(isPattern(key("net.ipv4.conf.*.rp_filter"))).toBe(true);
    expect(isPattern(key("net.ipv4.ip_forward"))).toBe(false);
    expect(expanded("net.ipv4.ip_forward")).toEqual(["net.ipv4.ip_forward"]);
    expect(expanded("net.ipv4.conf.tun9.rp_filter")).toEqual(["net.ipv4.conf.tun9.rp_filter"]);
  });
});
