/** What is known of this host besides its tunables and files. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { machine } from "node:os";
import { gunzipSync } from "node:zlib";
import { installedLoader } from "../boot/installed-loader.js";
import type { HostFacts } from "../host.js";
import { hostNamespace } from "../record/transaction.js";

/**
 * @param base a folder that stands for `/`, with `/proc` and `/sys` in it; only tests set it
 * @param arch as `uname -m` prints it, which is in no file of older kernels
 */
export function hostFacts(base = "", arch = machine()): HostFacts {
  const tree = treeBelow(base);
  const loadableModules = firstWords(tree.text("/proc/modules"));
  const network = networkNamespace(tree);
  const kernel = tree.line("/proc/sys/kernel/osrelease");
  const hz = tickRate(tree, kernel);
  return {
    name: tree.line("/proc/sys/kernel/hostname"),
    kernel,
    arch,
    memoryBytes: totalMemory(tree.text("/proc/meminfo")),
    cpus: onlineCpus(tree.text("/sys/devices/system/cpu/online")),
    pageSize: pageSize(tree.bytes("/proc/self/auxv")),
    ...(hz !== undefined && { hz }),
    modules: [
      ...new Set([...tree.names("/sys/module"), ...loadableModules, ...modulesByTunable(tree)]),
    ].sort(),
    loadableModules,
    interfaces: [
      ...new Set([...tree.names("/proc/sys/net/ipv4/conf"), ...tree.names("/proc/sys/net/ipv6/conf")]),
    ]
      .filter(isPlainName)
      .sort(),
    loader: installedLoader(tree),
    bootId: tree.line("/proc/sys/kernel/random/boot_id"),
    ...(network !== undefined && { networkNamespace: network }),
  };
}

type Tree = ReturnType<typeof treeBelow>;

/**
 * Files that cannot be read are empty, folders have no names: what is not known is left out, never an error.
 */
const treeBelow = (base: string) => {
  const bytes = (path: string): Buffer => orElse(() => readFileSync(base + path), Buffer.alloc(0));
  const text = (path: string): string => bytes(path).toString("utf8");
  return {
    bytes,
    text,
    line: (path: string): string => text(path).trim(),
    names: (path: string): readonly string[] => orElse(() => readdirSync(base + path), []),
    link: (path: string): string | undefined => orElse(() => readlinkSync(base + path), undefined),
    has: (path: string): boolean => existsSync(base + path),
  };
};

function orElse<T, Other>(read: () => T, other: Other): T | Other {
  try {
    return read();
  } catch {
    return other;
  }
}

const firstWords = (lines: string): readonly string[] =>
  lines.split("\n").flatMap((line) => line.split(" ")[0] || []);

/** `MemTotal:  1234 kB`, in bytes. */
const totalMemory = (meminfo: string): bigint =>
  BigInt(/^MemTotal:\s+(\d+) kB$/m.exec(meminfo)?.[1] ?? "0") * 1024n;

/**
 * A module without parameters that is built in leaves no folder in `/sys/module`; its tunables show that it
 * is there.
 */
const moduleEvidence: Readonly<Record<string, string>> = {
  nf_conntrack: "/proc/sys/net/netfilter/nf_conntrack_max",
  br_netfilter: "/proc/sys/net/bridge",
  ip_vs: "/proc/sys/net/ipv4/vs",
  sctp: "/proc/sys/net/sctp",
};

const modulesByTunable = (tree: Tree): readonly string[] =>
  Object.entries(moduleEvidence)
    .filter(([, path]) => tree.has(path))
    .map(([module]) => module);

/** `0-3,8` is five. */
function onlineCpus(list: string): bigint {
  const ranges = list.trim().split(",").filter(Boolean);
  const count = ranges
    .map((range) => range.split("-").map(Number))
    .reduce((sum, [low = 0, high = low]) => sum + high - low + 1, 0);
  return BigInt(count || 1);
}

/** AT_PAGESZ of getauxval(3). */
const pageSizeEntry = 6n;

/** From the auxiliary vector, the one place where the kernel says it to every process. */
function pageSize(vector: Buffer): bigint {
  for (let at = 0; at + 16 <= vector.length; at += 16)
    if (vector.readBigUInt64LE(at) === pageSizeEntry) return vector.readBigUInt64LE(at + 8);
  return 4096n;
}

/**
 * CONFIG_HZ. No file says it, but two defaults of routing are made of it: one and five seconds of ticks. A
 * namespace does not have them; there the kernel's configuration may tell.
 */
function tickRate(tree: Tree, kernel: string): number | undefined {
  const [cost, burst] = ["error_cost", "error_burst"].map((name) =>
    Number(tree.line(`/proc/sys/net/ipv4/route/${name}`)),
  );
  if (cost !== undefined && burst === 5 * cost && tickRates.includes(cost)) return cost;
  for (const configuration of configurations(tree, kernel)) {
    const built = /^CONFIG_HZ=(\d+)$/m.exec(configuration())?.[1];
    if (built !== undefined) return Number(built);
  }
  return undefined;
}

/** Where distributions keep the configuration that a kernel was built with. */
const configurations = (tree: Tree, kernel: string): readonly (() => string)[] => [
  () => tree.text(`/boot/config-${kernel}`),
  () => tree.text(`/lib/modules/${kernel}/config`),
  () => orElse(() => gunzipSync(tree.bytes("/proc/config.gz")).toString("utf8"), ""),
];

const tickRates = [100, 250, 300, 1000];

/** One that is itself a pattern cannot be named in sysctl.d, nor distinguished from the pattern. */
const isPlainName = (name: string): boolean => !/[*?[\]]/.test(name);

function networkNamespace(tree: Tree): string | undefined {
  const own = tree.link("/proc/self/ns/net");
  return own !== undefined && own === tree.link("/proc/1/ns/net") ? hostNamespace : own;
}
