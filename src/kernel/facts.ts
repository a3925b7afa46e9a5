/** What is known of this host besides its tunables. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { arch, hostname, release, totalmem } from "node:os";
import type { Loader } from "../boot/stack.js";
import type { HostFacts } from "../host.js";

export function hostFacts(): HostFacts {
  const loadableModules = firstWords(text("/proc/modules"));
  return {
    name: hostname(),
    kernel: release(),
    arch: arch(),
    memoryBytes: BigInt(totalmem()),
    cpus: onlineCpus(text("/sys/devices/system/cpu/online")),
    pageSize: pageSize(),
    modules: [...new Set([...names("/sys/module"), ...loadableModules, ...provenModules()])].sort(),
    loadableModules,
    interfaces: [...new Set([...names("/proc/sys/net/ipv4/conf"), ...names("/proc/sys/net/ipv6/conf")])]
      .filter(isPlainName)
      .sort(),
    loader: bootLoader(),
    bootId: text("/proc/sys/kernel/random/boot_id").trim(),
  };
}

const text = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

const names = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const firstWords = (lines: string): readonly string[] =>
  lines.split("\n").flatMap((line) => line.split(" ")[0] || []);

/** A module without parameters that is built in leaves no folder in `/sys/module`; its tunables show that it is there. */
const proofs: Readonly<Record<string, string>> = {
  nf_conntrack: "/proc/sys/net/netfilter/nf_conntrack_max",
  br_netfilter: "/proc/sys/net/bridge",
  ip_vs: "/proc/sys/net/ipv4/vs",
  sctp: "/proc/sys/net/sctp",
};

const provenModules = (): readonly string[] =>
  Object.entries(proofs)
    .filter(([, path]) => existsSync(path))
    .map(([module]) => module);

/** `0-3,8` is five. */
function onlineCpus(list: string): bigint {
  const ranges = list.trim().split(",").filter(Boolean);
  const count = ranges
    .map((range) => range.split("-").map(Number))
    .reduce((sum, [low = 0, high = low]) => sum + high - low + 1, 0);
  return BigInt(count || 1);
}

const pageSizeEntry = 6n;

/** From the auxiliary vector, the one place where the kernel tells it to every process. */
function pageSize(): bigint {
  try {
    const vector = readFileSync("/proc/self/auxv");
    for (let at = 0; at + 16 <= vector.length; at += 16)
      if (vector.readBigUInt64LE(at) === pageSizeEntry) return vector.readBigUInt64LE(at + 8);
  } catch {
    // Not Linux: there is no kernel to tune either.
  }
  return 4096n;
}

function bootLoader(): Loader {
  const systemd = ["/run/systemd/system", "/usr/lib/systemd/systemd-sysctl", "/lib/systemd/systemd-sysctl"];
  if (systemd.some(existsSync)) return "systemd";
  return ["/sbin/sysctl", "/usr/sbin/sysctl"].some(existsSync) ? "procps" : "systemd";
}

/** One that is itself a pattern cannot be named in sysctl.d, nor told from the pattern. */
const isPlainName = (name: string): boolean => !/[*?[\]]/.test(name);
