/** What is known of a host, read from trees of files as hosts have them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { loaderBelow } from "../../src/disk/installed-loader.js";
import type { HostFacts } from "../../src/host.js";
import { hostFacts } from "../../src/kernel/facts.js";

type Tree = {
  /** By path; one that ends in `/` is an empty folder. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly links?: Readonly<Record<string, string>>;
};

/** As the kernel hands it to a process: pairs of a number and a value, up to 0. */
const auxiliaryVector = (...entries: readonly (readonly [number, number])[]): Buffer => {
  const vector = Buffer.alloc(16 * (entries.length + 1));
  for (const [at, [kind, value]] of entries.entries()) {
    vector.writeBigUInt64LE(BigInt(kind), at * 16);
    vector.writeBigUInt64LE(BigInt(value), at * 16 + 8);
  }
  return vector;
};

/** AT_HWCAP, AT_CLKTCK and AT_PHNUM around AT_PAGESZ: none of them is the page size. */
const vectorWith = (pageSize: number): Buffer =>
  auxiliaryVector([16, 0x1f8bfbff], [17, 100], [6, pageSize], [5, 13]);

const debian: Tree["files"] = {
  "/run/systemd/system/": "",
  "/usr/lib/systemd/systemd-sysctl": "",
  "/usr/sbin/sysctl": "",
  "/proc/sys/kernel/hostname": "web1\n",
  "/proc/sys/kernel/osrelease": "6.12.48+deb13-amd64\n",
  "/proc/sys/kernel/random/boot_id": "0c8c1b26-5a0e-4e04-9c62-7a5f7c9a3ef1\n",
  "/proc/meminfo": "MemTotal:        8123456 kB\nMemFree:          123456 kB\nSwapTotal:       1048576 kB\n",
  "/proc/self/auxv": vectorWith(4096),
  "/proc/modules": "nf_conntrack 196608 1 nf_nat, Live 0x0000000000000000\ndm_mod 1 0 - Live 0x0\n",
  "/proc/sys/net/netfilter/nf_conntrack_max": "262144\n",
  "/proc/sys/net/ipv4/conf/all/": "",
  "/proc/sys/net/ipv4/conf/eth0/": "",
  "/proc/sys/net/ipv6/conf/eth0/": "",
  "/proc/sys/net/ipv6/conf/sit0/": "",
  "/sys/module/nf_conntrack/": "",
  "/sys/module/tcp_cubic/": "",
  "/sys/devices/system/cpu/online": "0-3,8\n",
};

const factsOf = (tree: Tree, arch?: string): HostFacts => inTree(tree, (base) => hostFacts(base, arch));

function inTree<T>({ files, links = {} }: Tree, read: (base: string) => T): T {
  const base = mkdtempSync(join(tmpdir(), "tunectl-facts-"));
  try {
    for (const [path, text] of Object.entries(files))
      if (path.endsWith("/")) mkdirSync(join(base, path), { recursive: true });
      else {
        mkdirSync(dirname(join(base, path)), { recursive: true });
        writeFileSync(join(base, path), text);
      }
    for (const [path, target] of Object.entries(links)) {
      mkdirSync(dirname(join(base, path)), { recursive: true });
      symlinkSync(target, join(base, path));
    }
    return read(base);
  } finally {
    rmSync(base, { recursive: true });
  }
}

it("a Debian host is known by its files, its memory in bytes and its processors by their ranges", () => {
  expect(factsOf({ files: debian }, "x86_64")).toEqual({
    name: "web1",
    kernel: "6.12.48+deb13-amd64",
    arch: "x86_64",
    memoryBytes: 8_123_456n * 1024n,
    cpus: 5n,
    pageSize: 4096n,
    modules: ["dm_mod", "nf_conntrack", "tcp_cubic"],
    loadableModules: ["nf_conntrack", "dm_mod"],
    interfaces: ["all", "eth0", "sit0"],
    loader: { name: "systemd", init: "systemd" },
    bootId: "0c8c1b26-5a0e-4e04-9c62-7a5f7c9a3ef1",
  });
});

it("an arm64 host with pages of 16 KiB has pages of 16 KiB", () => {
  const facts = factsOf({ files: { ...debian, "/proc/self/auxv": vectorWith(16_384) } }, "aarch64");
  expect(facts.pageSize).toBe(16_384n);
  expect(facts.arch).toBe("aarch64");
});

const dpkg = (name: string, version: string): string =>
  `Package: other\nVersion: 9\n\nPackage: ${name}\nStatus: installed\nVersion: ${version}\nDescription: x\n`;
const aptStatus = "/var/lib/dpkg/status";
const alpineScript = "for f in /lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf; do sysctl -p $f; done\n";

it.each<readonly [string, Tree["files"], Tree["links"], HostFacts["loader"]]>([
  [
    "Debian, booted with systemd",
    {
      "/run/systemd/system/": "",
      "/usr/lib/systemd/systemd-sysctl": "",
      "/usr/sbin/sysctl": "",
      "/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-257.so": "",
    },
    {},
    { name: "systemd", version: "257", init: "systemd" },
  ],
  [
    "Fedora, whose library has more in its name",
    { "/run/systemd/system/": "", "/usr/lib64/systemd/libsystemd-shared-258.2-1.fc43.so": "" },
    {},
    { name: "systemd", version: "258.2-1.fc43", init: "systemd" },
  ],
  [
    "Debian in a container, where systemd is installed and does not run",
    {
      "/lib/systemd/systemd-sysctl": "",
      "/sbin/sysctl": "",
      [aptStatus]: dpkg("systemd", "252.39-1~deb12u1"),
    },
    {},
    { name: "systemd", version: "252.39-1~deb12u1", init: "systemd" },
  ],
  [
    "Devuan, with the programs of systemd beside sysvinit",
    { "/etc/inittab": "", "/usr/sbin/sysctl": "", [aptStatus]: dpkg("procps", "2:4.0.4-9") },
    {},
    { name: "procps", version: "2:4.0.4-9", init: "sysvinit" },
  ],
  [
    "Alpine, whose sysctl is BusyBox",
    {
      "/sbin/openrc": "",
      "/etc/init.d/sysctl": alpineScript,
      "/lib/apk/db/installed": "P:musl\nV:1\n\nP:busybox\nV:1.37.0-r12\n",
    },
    { "/sbin/sysctl": "/bin/busybox", "/sbin/init": "/bin/busybox" },
    { name: "busybox", version: "1.37.0-r12", init: "openrc", script: "alpine" },
  ],
  [
    "Alpine with the sysctl of procps",
    {
      "/sbin/openrc": "",
      "/sbin/sysctl": "",
      "/etc/init.d/sysctl": alpineScript,
      "/lib/apk/db/installed": "P:procps-ng\nV:4.0.4-r3\n",
    },
    {},
    { name: "procps", version: "4.0.4-r3", init: "openrc", script: "alpine" },
  ],
  [
    "Gentoo with OpenRC",
    { "/sbin/openrc": "", "/usr/bin/sysctl": "", "/usr/lib64/libproc2.so.0.0.2": "" },
    {},
    { name: "procps", version: "4.0.4", init: "openrc" },
  ],
  [
    "Void",
    {
      "/etc/runit/1": "",
      "/etc/runit/core-services/08-sysctl.sh": "",
      "/usr/bin/sysctl": "",
      "/usr/lib/libproc2.so.1.0.2": "",
    },
    { "/sbin/init": "runit-init" },
    { name: "procps", version: "4.0.7", init: "runit", script: "void" },
  ],
  ["Chimera", { "/usr/bin/sysctl": "" }, { "/usr/sbin/init": "dinit" }, { name: "procps", init: "dinit" }],
  [
    "a host with the sysctl of procps and nothing else",
    { "/usr/sbin/sysctl": "" },
    {},
    { name: "procps", init: "unknown" },
  ],
  ["a host with neither", { "/etc/os-release": "" }, {}, { name: "systemd", init: "unknown" }],
])("what sets the keys at boot is told by files: %s", (_, files, links = {}, loader) => {
  expect(factsOf({ files, links }).loader).toEqual(loader);
  expect(inTree({ files, links }, loaderBelow)).toEqual(loader);
});

it.each([
  ["0\n", 1n],
  ["0-3,8\n", 5n],
  ["0,2,4-7\n", 6n],
  ["0-127\n", 128n],
])("processors that are online as %j are counted one by one", (online, cpus) => {
  expect(factsOf({ files: { "/sys/devices/system/cpu/online": online } }).cpus).toBe(cpus);
});

it("a container without /sys/module knows its modules by /proc/modules and by the tunables that are there", () => {
  const facts = factsOf({
    files: {
      "/proc/modules": "overlay 1 1 - Live 0x0\n",
      "/proc/sys/net/netfilter/nf_conntrack_max": "262144\n",
      "/proc/sys/net/bridge/bridge-nf-call-iptables": "1\n",
    },
  });
  expect(facts.modules).toEqual(["br_netfilter", "nf_conntrack", "overlay"]);
  expect(facts.loadableModules).toEqual(["overlay"]);
});

it("a host that tells nothing is still one, with a processor and the usual pages", () => {
  expect(factsOf({ files: {} }, "x86_64")).toEqual({
    name: "",
    kernel: "",
    arch: "x86_64",
    memoryBytes: 0n,
    cpus: 1n,
    pageSize: 4096n,
    modules: [],
    loadableModules: [],
    interfaces: [],
    loader: { name: "systemd", init: "unknown" },
    bootId: "",
  });
});

it("an interface whose name is a pattern is left out, as sysctl.d cannot name it", () => {
  const names = ["lo", "eth0.100", "veth-a_b", "w*", "e?h0", "[x]", "a]b"];
  const files = Object.fromEntries(names.map((name) => [`/proc/sys/net/ipv4/conf/${name}/`, ""]));
  expect(factsOf({ files }).interfaces).toEqual(["eth0.100", "lo", "veth-a_b"]);
});

it.each([
  ["that of PID 1 is the host's", "net:[4026531840]", "host"],
  ["another one is told by its inode", "net:[4026532008]", "net:[4026531840]"],
])("of network namespaces %s", (_, first, namespace) => {
  const links = { "/proc/self/ns/net": "net:[4026531840]", "/proc/1/ns/net": first };
  expect(factsOf({ files: {}, links }).networkNamespace).toBe(namespace);
});

it("a network namespace is told by its inode where that of PID 1 cannot be read, and not at all without its own", () => {
  const own = { "/proc/self/ns/net": "net:[4026531840]" };
  expect(factsOf({ files: {}, links: own }).networkNamespace).toBe("net:[4026531840]");
  expect(factsOf({ files: {} })).not.toHaveProperty("networkNamespace");
});
