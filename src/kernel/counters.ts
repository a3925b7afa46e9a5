/** The kernel's counters of this network namespace and host, by the names that nstat(8) and the files give them. */
import { readFileSync } from "node:fs";

/**
 * `TcpExtListenDrops`, `UdpRcvbufErrors`; of other files with their path: `/proc/vmstat pgscan_direct`,
 * `/proc/net/stat/nf_conntrack drop`.
 * @param base a folder that stands for `/`; only tests set it
 */
export function readCounters(base = ""): ReadonlyMap<string, number> {
  const text = (path: string): string => textOf(`${base}${path}`);
  return new Map([
    ...tables(text("/proc/net/snmp")),
    ...tables(text("/proc/net/netstat")),
    ...lines("/proc/vmstat", text("/proc/vmstat")),
    ...sums("/proc/net/stat/nf_conntrack", text("/proc/net/stat/nf_conntrack")),
  ]);
}

type Entry = readonly [string, number];

/** Pairs of lines: `TcpExt: NAME NAME…`, `TcpExt: 1 2…`. */
function tables(text: string): readonly Entry[] {
  const rows = text.split("\n").map((line) => line.split(" "));
  return rows.flatMap((names, at): Entry[] => {
    const values = rows[at + 1];
    const prefix = names[0] ?? "";
    if (values?.[0] !== prefix || !/^[A-Za-z]/.test(names[1] ?? "")) return [];
    return names.slice(1).map((name, column) => [prefix.replace(":", "") + name, Number(values[column + 1])]);
  });
}

/** `NAME 1` */
const lines = (path: string, text: string): readonly Entry[] =>
  [...text.matchAll(/^(\w+) (\d+)$/gm)].map(([, name, value]) => [`${path} ${name}`, Number(value)]);

/** A head of names, and a line of hexadecimal numbers for each CPU. */
function sums(path: string, text: string): readonly Entry[] {
  const [head = "", ...rows] = text.trim().split("\n");
  const columns = rows.map((row) => row.trim().split(/\s+/));
  return head
    .trim()
    .split(/\s+/)
    .filter((name) => name !== "")
    .map((name, at) => [
      `${path} ${name}`,
      columns.reduce((sum, row) => sum + Number.parseInt(row[at] ?? "0", 16), 0),
    ]);
}

/** Seconds since the boot, with those asleep (CLOCK_BOOTTIME). Throws where /proc is not there. */
export const uptime = (): number => Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);

/** The boot of the kernel that runs; of none where /proc is not there. */
export const runningBoot = (): { readonly bootId: string; readonly uptime: number } => ({
  bootId: textOf("/proc/sys/kernel/random/boot_id").trim(),
  uptime: Number(textOf("/proc/uptime").split(" ")[0] ?? 0),
});

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
