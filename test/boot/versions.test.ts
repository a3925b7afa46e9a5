import { describe, expect, it } from "vitest";
import { knownVersion, type Loader, traitsOf, usualLoader } from "../../src/boot/loader.js";
import { simulate } from "../../src/boot/simulate.js";
import { type BootContent, type BootStack, filesInOrder } from "../../src/boot/stack.js";

const systemd = (version: string): Loader => ({ name: "systemd", version, init: "systemd" });
const procps = (version: string): Loader => ({ name: "procps", version, init: "sysvinit" });
const alpine = usualLoader.busybox;
const onVoid: Loader = { name: "procps", version: "4.0.4", init: "runit", script: "void" };

const tag = (name: string): string => `net/ipv4/conf/${name}/tag`;
const paths = [...["all", "lo", "e*0", "eth0.100"].map(tag), "net/ipv4/tcp_sack"];
const text = (content: string): BootContent => ({ kind: "text", text: content });
const loop: BootContent = { kind: "unreadable", reason: "ELOOP" };

/** By path. */
const stackOf = (files: Readonly<Record<string, BootContent | string>>): BootStack => {
  const { "/etc/sysctl.conf": conf, ...others } = files;
  const content = (one: BootContent | string): BootContent => (typeof one === "string" ? text(one) : one);
  return {
    entries: Object.entries(others).map(([path, one]) => {
      const cut = path.lastIndexOf("/");
      return { folder: path.slice(0, cut), name: path.slice(cut + 1), content: content(one) };
    }),
    ...(conf !== undefined && { sysctlConf: content(conf) }),
  };
};
const booted = (loader: Loader, files: Readonly<Record<string, BootContent | string>>) => {
  const { winners, faults } = simulate(stackOf(files), loader, paths);
  return {
    set: Object.fromEntries([...winners].map(([path, { value }]) => [path, value])),
    fails: faults.some(({ fails }) => fails),
    faults: faults.map(({ code }) => code),
  };
};
const line = (loader: Loader, lines: string) => booted(loader, { "/etc/sysctl.d/a.conf": lines });

describe("a version", () => {
  it.each([
    [systemd("252.39-1~deb12u1"), "252.39-1~deb12u1", true],
    [systemd("262.1"), "262.1", true],
    [systemd("263"), "262", false],
    [systemd("239"), "247", false],
    [systemd("258"), "257", false],
    [systemd("251.4"), "252", false],
    [procps("2:4.0.4-9"), "4.0.4-9", true],
    [procps("4.1.0"), "4.0.7", false],
    [{ name: "procps", init: "unknown" } as Loader, "4.0.4", false],
    [systemd("rawhide"), "257", false],
  ])("that is not known is treated as the nearest: %j", (loader, treatedAs, isKnown) => {
    expect(knownVersion(loader)).toEqual({ treatedAs, isKnown });
  });

  it.each([
    ["252", "sysctl.extra"],
    ["254.26-1~bpo12+1", "sysctl.*"],
  ])("of systemd, %s, reads credentials after the files", (version, credentials) => {
    expect(traitsOf(systemd(version)).credentials).toBe(credentials);
  });
});

describe("a line that starts with a semicolon", () => {
  it.each(["247", "257.9"])("is a comment to systemd %s", (version) => {
    expect(line(systemd(version), "; note\n; net.ipv4.tcp_sack = 0\n")).toEqual({
      set: {},
      fails: false,
      faults: [],
    });
  });

  it.each(["259", "262"])("is none to systemd %s: without `=` it fails the unit", (version) => {
    expect(line(systemd(version), "; note\n")).toMatchObject({ fails: true, faults: ["not-an-assignment"] });
    expect(line(systemd(version), "; net.ipv4.tcp_sack = 0\n")).toMatchObject({ fails: false });
    expect(line(systemd(version), "; net.ipv4.tcp_sack = 0\n").set).not.toHaveProperty("net/ipv4/tcp_sack");
  });
});

describe("a link to itself", () => {
  const files = { "/etc/sysctl.d/a.conf": loop, "/usr/lib/sysctl.d/a.conf": "net.ipv4.tcp_sack = 0\n" };

  it("hides its namesake from systemd 257, and fails the unit", () => {
    expect(booted(systemd("257"), files)).toEqual({ set: {}, fails: true, faults: ["unreadable-file"] });
  });

  it("does neither with systemd 262", () => {
    expect(booted(systemd("262"), files)).toEqual({
      set: { "net/ipv4/tcp_sack": "0" },
      fails: false,
      faults: [],
    });
  });
});

it("`..` in a key leads on in systemd 247, and is refused by 252", () => {
  const lines = "net/ipv4/conf/lo/../all/tag = 3\n";
  expect(line(systemd("247"), lines)).toEqual({ set: { [tag("all")]: "3" }, fails: false, faults: [] });
  expect(line(systemd("252"), lines)).toEqual({ set: {}, fails: true, faults: ["bad-key"] });
});

it("/lib/sysctl.d, where it is not /usr/lib/sysctl.d, is read by systemd up to 254 and by procps", () => {
  const files = { "/lib/sysctl.d/a.conf": "net.ipv4.tcp_sack = 0\n" };
  const set = { "net/ipv4/tcp_sack": "0" };
  expect(booted(systemd("254"), files).set).toEqual(set);
  expect(booted(systemd("257"), files).set).toEqual({});
  expect(booted(procps("4.0.7"), files).set).toEqual(set);
});

describe("procps", () => {
  it.each(["net/ipv4/conf/lo/tag/../tag", "net/ipv4/conf/nope/../lo/tag"])(
    "sets nothing by a way that is none: %s",
    (key) => {
      expect(line(procps("4.0.4"), `${key} = 1\n`)).toEqual({ set: {}, fails: false, faults: [] });
    },
  );

  it("leaves out of a pattern an interface that is named as the pattern is", () => {
    expect(line(procps("4.0.4"), "net.ipv4.conf.e*0.tag = 1\n").set).toEqual({ [tag("eth0.100")]: "1" });
  });

  it.each(["\uFEFF", "\u00A0"])("takes %j in front of a key for a letter of it", (letter) => {
    expect(line(procps("4.0.4"), `${letter}net.ipv4.tcp_sack = 0\n`).set).toEqual({
      [`${letter}net/ipv4/tcp_sack`]: "0",
    });
  });

  it("keeps keys out of patterns by a pattern since 4.0.5, and its `*` crosses slashes", () => {
    const lines = "net.ipv4.conf.l*.tag = 3\n-net.*.tag\n";
    expect(line(procps("4.0.4"), lines).set).toEqual({ [tag("lo")]: "3" });
    expect(line(procps("4.0.5"), lines).set).toEqual({});
  });

  it("complains of a folder since 4.0.6", () => {
    expect(line(procps("4.0.5"), "net.ipv4.conf.lo = 1\n").fails).toBe(false);
    expect(line(procps("4.0.6"), "-net.ipv4.conf.lo = 1\n").fails).toBe(true);
  });

  it("of before 4.0 knows no patterns, no exclusions and no empty value", () => {
    const lines = "net.ipv4.conf.*.tag = 3\n-net.ipv4.conf.lo.tag\nnet.ipv4.tcp_sack =\n";
    expect(line(procps("3.3.17"), lines)).toMatchObject({
      set: { "net/ipv4/conf/*/tag": "3" },
      faults: ["not-an-assignment", "not-an-assignment"],
    });
  });
});

describe("BusyBox as Alpine runs it", () => {
  it("reads packages, /etc, /etc/sysctl.conf and /run one after the other, whatever their names", () => {
    const files = {
      "/usr/lib/sysctl.d/99-z.conf": "",
      "/lib/sysctl.d/50.conf": "",
      "/etc/sysctl.d/10.conf": "",
      "/etc/sysctl.conf": "",
      "/run/sysctl.d/00.conf": "",
      "/usr/local/lib/sysctl.d/x.conf": "",
    };
    expect(filesInOrder(stackOf(files), alpine).map(({ path }) => path)).toEqual([
      "/lib/sysctl.d/50.conf",
      "/usr/lib/sysctl.d/99-z.conf",
      "/etc/sysctl.d/10.conf",
      "/etc/sysctl.conf",
      "/run/sysctl.d/00.conf",
    ]);
  });

  it("lets a regular file hide its namesake lower down, and a link to /dev/null not", () => {
    const lower = { "/usr/lib/sysctl.d/a.conf": "net.ipv4.tcp_sack = 0\n" };
    expect(booted(alpine, { ...lower, "/run/sysctl.d/a.conf": "" }).set).toEqual({});
    expect(booted(alpine, { ...lower, "/etc/sysctl.d/a.conf": { kind: "masked" } }).set).toEqual({
      "net/ipv4/tcp_sack": "0",
    });
  });

  it("knows no patterns, no `-`, and passes over a fifo", () => {
    const lines = "net.ipv4.conf.*.tag = 1\n-net.ipv4.tcp_sack = 0\nnet.ipv4.conf.eth0.100.tag = 2\n";
    expect(line(alpine, lines).set[tag("eth0.100")]).toBe("2");
    expect(line(alpine, lines).set).not.toHaveProperty("net/ipv4/tcp_sack");
    expect(line(alpine, lines).set).not.toHaveProperty(tag("lo"));
    const fifo = { "/etc/sysctl.d/a.conf": { kind: "special" } as const, "/run/sysctl.d/b.conf": lines };
    expect(booted(alpine, fifo).set[tag("eth0.100")]).toBe("2");
  });

  it("finds an interface with a dot by what there is, and by a slash since it swaps the two", () => {
    const swapped = "net.ipv4.conf.eth0/100.tag = 2\n";
    expect(line(alpine, swapped).set).toEqual({ [tag("eth0.100")]: "2" });
    expect(line({ ...alpine, version: "1.30.1" }, swapped).set).not.toHaveProperty(tag("eth0.100"));
  });

  it("goes on in the next line after a backslash, and counts both", () => {
    const { winners } = simulate(
      stackOf({ "/etc/sysctl.d/a.conf": "# a\nnet.ipv4.\\\ntcp_sack = 0\n" }),
      alpine,
      paths,
    );
    expect(winners.get("net/ipv4/tcp_sack")).toMatchObject({ value: "0", line: 3 });
  });

  it("ends a file at the first value that the kernel refuses", () => {
    expect(traitsOf(alpine).refusalEndsFile).toBe(true);
  });
});

describe("Void", () => {
  it("has /run before /etc, and runs the loader for each file", () => {
    const files = {
      "/run/sysctl.d/a.conf": "net.ipv4.conf.lo.tag = 1\n",
      "/etc/sysctl.d/a.conf": "net.ipv4.conf.lo.tag = 2\n",
      "/etc/sysctl.d/b.conf": "net.ipv4.conf.l*.tag = 3\n",
    };
    expect(booted(onVoid, files).set).toEqual({ [tag("lo")]: "3" });
    expect(booted(procps("4.0.4"), files).set).toEqual({ [tag("lo")]: "2" });
  });

  it("does not read /lib/sysctl.d, nor let a link that leads nowhere hide a file", () => {
    const files = {
      "/lib/sysctl.d/a.conf": "net.ipv4.tcp_sack = 0\n",
      "/etc/sysctl.d/b.conf": { kind: "dangling" } as const,
      "/usr/lib/sysctl.d/b.conf": "net.ipv4.conf.lo.tag = 2\n",
    };
    expect(booted(onVoid, files).set).toEqual({ [tag("lo")]: "2" });
  });
});

describe("a file that only we cannot read", () => {
  it("is told with its place among the lines, and is no fault of the loader", () => {
    const stack = stackOf({
      "/etc/sysctl.d/a.conf": "net.ipv4.tcp_sack = 0\n",
      "/etc/sysctl.d/b.conf": { kind: "unreadable", reason: "EACCES" },
      "/etc/sysctl.d/c.conf": "net.ipv4.conf.lo.tag = 2\n",
    });
    for (const loader of [systemd("257"), procps("4.0.4"), alpine, onVoid]) {
      const { unread, faults } = simulate(stack, loader, paths);
      expect(unread).toEqual([{ file: "/etc/sysctl.d/b.conf", reason: "EACCES", after: 1 }]);
      expect(faults).toEqual([]);
    }
  });

  it("leaves in doubt what it may set: all but the keys that a later line names", () => {
    const stack = stackOf({
      "/etc/sysctl.d/a.conf": "net.ipv4.tcp_sack = 0\n",
      "/etc/sysctl.d/b.conf": { kind: "unreadable", reason: "EACCES" },
      "/etc/sysctl.d/c.conf": "net.ipv4.conf.lo.tag = 2\nnet.ipv4.conf.eth*.tag = 3\n",
    });
    for (const loader of [systemd("257"), procps("4.0.4"), onVoid]) {
      const { unreadFor } = simulate(stack, loader, paths);
      expect(unreadFor(tag("lo"))).toBeUndefined();
      for (const path of [tag("eth0.100"), tag("all"), "net/ipv4/tcp_sack"])
        expect(unreadFor(path)).toMatchObject({ file: "/etc/sysctl.d/b.conf" });
    }
  });
});
