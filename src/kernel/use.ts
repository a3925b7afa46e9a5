/** What this host uses now, for relations between keys and what runs on it. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import type { HostUse } from "../relations/relation.js";

/**
 * Each part is read when it is asked for: most plans ask for none, and asking every process takes its time.
 * @param base a folder that stands for `/`; only tests set it. Undefined where there is no `/proc`.
 */
export function hostUse(base = ""): HostUse | undefined {
  const text = (path: string): string => orElse(() => readFileSync(`${base}/proc/${path}`, "utf8"), "");
  const meminfo = text("meminfo");
  if (meminfo === "") return undefined;
  const kibibytes = (name: string): bigint =>
    BigInt(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(meminfo)?.[1] ?? "0") * 1024n;
  const processes = (): readonly string[] =>
    orElse<readonly string[]>(() => readdirSync(`${base}/proc`), []).filter((name) => /^\d+$/.test(name));
  return {
    swapBytes: kibibytes("SwapTotal"),
    committedBytes: kibibytes("Committed_AS"),
    hugePageBytes: kibibytes("Hugepagesize"),
    get threads() {
      return threadsIn(text("loadavg"));
    },
    get processes() {
      return BigInt(processes().length);
    },
    get openFilesLimit() {
      return greatest(
        processes()
          .filter((pid) => !isManager(pid, text))
          .map((pid) => openFilesLimit(text(`${pid}/limits`))),
      );
    },
    get listeningPorts() {
      return ports(base);
    },
    get programs() {
      return [...new Set(processes().flatMap((pid) => programIn(text(`${pid}/stat`)) ?? []))].sort();
    },
  };
}

function orElse<T>(read: () => T, other: T): T {
  try {
    return read();
  } catch {
    return other;
  }
}

/** `12 (name) S 1 …`: the name, but for the threads of the kernel, which are children of the second process. */
function programIn(stat: string): string | undefined {
  const [, pid, name, parent] = /^(\d+) \((.*)\) \S (\d+) /s.exec(stat) ?? [];
  return pid === "2" || parent === "2" ? undefined : name;
}

/** `0.00 0.01 0.05 1/123 456`: of the scheduling entities, those that exist. */
const threadsIn = (loadavg: string): bigint => BigInt(/\d+\/(\d+)/.exec(loadavg)?.[1] ?? "0");

/** systemd raises its own limit as far as the kernel lets it, and gives the services what their units say. */
const isManager = (pid: string, text: (path: string) => string): boolean =>
  pid === "1" || text(`${pid}/comm`).trim() === "systemd";

/** `Max open files  1024  524288  files`: the hard limit. */
const openFilesLimit = (limits: string): bigint =>
  BigInt(/^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? "0");

const greatest = (numbers: readonly bigint[]): bigint => numbers.reduce((a, b) => (a > b ? a : b), 0n);

const listening = "0A";
const unconnected = "07";

function ports(base: string): readonly bigint[] {
  const found = [
    ...["tcp", "tcp6"].flatMap((name) => portsIn(listeners(`${base}/proc/net/${name}`), listening)),
    ...["udp", "udp6"].flatMap((name) =>
      portsIn(
        orElse(() => readFileSync(`${base}/proc/net/${name}`, "utf8"), ""),
        unconnected,
      ),
    ),
  ];
  return [...new Set(found)].sort((a, b) => (a < b ? -1 : 1));
}

/**
 * The kernel prints listeners first, then walks the table of all connections, which on a busy server is
 * long: a read of a few bytes goes no further than it must.
 */
function listeners(path: string): string {
  const chunk = Buffer.allocUnsafe(256);
  return orElse(() => {
    const fd = openSync(path, "r");
    try {
      let text = "";
      for (;;) {
        const length = readSync(fd, chunk, 0, chunk.length, null);
        text += chunk.toString("latin1", 0, length);
        const end = text.lastIndexOf("\n");
        const last = text.slice(text.lastIndexOf("\n", end - 1) + 1, end);
        if (length === 0 || (isSocket(last) && !last.includes(` ${listening} `))) return text;
      }
    } finally {
      closeSync(fd);
    }
  }, "");
}

const isSocket = (line: string): boolean => /^\s*\d+: /.test(line);

/** `0: 0100007F:1F90 00000000:0000 0A …`: the local port of those in a state. */
const portsIn = (table: string, state: string): readonly bigint[] =>
  [...table.matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /gm)]
    .filter((found) => found[2] === state)
    .map((found) => BigInt(`0x${found[1]}`));

/** Whether a module is built in, or among those that depmod(8) lists. */
export function canLoadModule(kernel: string, name: string): boolean | undefined {
  const folder = [`/lib/modules/${kernel}`, `/usr/lib/modules/${kernel}`].find((path) =>
    existsSync(`${path}/modules.dep`),
  );
  if (folder === undefined) return undefined;
  // The kernel takes `-` and `_` for the same.
  const file = new RegExp(`(^|/)${name.replace(/[-_]/g, "[-_]")}\\.ko`, "m");
  return ["modules.dep", "modules.builtin"].some((list) =>
    file.test(orElse(() => readFileSync(`${folder}/${list}`, "utf8"), "")),
  );
}
