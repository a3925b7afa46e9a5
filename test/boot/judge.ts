/** The real loaders, of several years, over stacks of files: each in a root and namespaces of its own. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fromBytes, toBytes } from "../../src/boot/bytes.js";
import { resolvePath, toPath } from "../../src/boot/key-path.js";
import type { Loader } from "../../src/boot/loader.js";
import type { BootContent, BootStack } from "../../src/boot/stack.js";
import type { Run, Task, TaskFile } from "./judge-room.js";
import { makeRoots, missingForRoots, rootOf, type Suite } from "./roots.js";

/** A loader that can be had as a program. */
export type Judge = { readonly loader: Loader; readonly suite: Suite };

/** One write that a loader tried: the path below /proc/sys, and the value. */
export type Write = readonly [path: string, value: string];
/** What a loader made of a stack; its exit status is 124 if it had to be stopped. */
export type Verdict = {
  readonly status: number;
  readonly writes: readonly Write[];
  readonly readings: ReadonlyMap<string, string>;
};
export type Judgement = { readonly paths: readonly string[]; readonly verdicts: readonly Verdict[] };

/** The value that every watched key has before a loader runs. */
export const baseline = "240";

const busyboxOf = { bullseye: "1.30.1", bookworm: "1.35.0", trixie: "1.37.0", forky: "1.38.0" };

export const judges: readonly Judge[] = [
  { loader: { name: "systemd", version: "247", init: "systemd" }, suite: "bullseye" },
  { loader: { name: "systemd", version: "252", init: "systemd" }, suite: "bookworm" },
  { loader: { name: "systemd", version: "254", init: "systemd" }, suite: "bookworm-backports" },
  { loader: { name: "systemd", version: "257", init: "systemd" }, suite: "trixie" },
  { loader: { name: "systemd", version: "262", init: "systemd" }, suite: "forky" },
  { loader: { name: "procps", version: "3.3.17", init: "sysvinit" }, suite: "bullseye" },
  { loader: { name: "procps", version: "4.0.2", init: "sysvinit" }, suite: "bookworm" },
  { loader: { name: "procps", version: "4.0.4", init: "sysvinit" }, suite: "trixie" },
  { loader: { name: "procps", version: "4.0.7", init: "sysvinit" }, suite: "forky" },
  { loader: { name: "procps", version: "4.0.4", init: "runit", script: "void" }, suite: "trixie" },
  ...(["bullseye", "bookworm", "trixie", "forky"] as const).map(
    (suite): Judge => ({
      loader: { name: "busybox", version: busyboxOf[suite], init: "openrc", script: "alpine" },
      suite,
    }),
  ),
];

/** As a test calls it: `procps 4.0.4 void`. */
export const named = ({ loader: { name, version, script } }: Judge): string =>
  [name, version, name === "procps" && script].filter(Boolean).join(" ");

const namespaces = process.getuid?.() === 0 ? ["-n", "-m"] : ["-r", "-n", "-m"];

/** The first thing that is needed to judge and is not here. */
export function missingTool(): string | undefined {
  if (spawnSync("unshare", [...namespaces, "true"]).status !== 0) return `unshare ${namespaces.join(" ")}`;
  if (spawnSync("ip", ["-V"]).status !== 0) return "ip";
  return missingForRoots(judges.map(({ suite }) => suite));
}

/** Runs a loader over each stack, in throw-away namespaces that cannot see this host's folders. */
export async function judge(one: Judge, stacks: readonly BootStack[]): Promise<Judgement> {
  await makeRoots([one.suite]);
  const work = mkdtempSync(join(tmpdir(), "tunectl-boot-"));
  try {
    const task: Task = { root: rootOf(one.suite), ...commandOf(one), stacks: stacks.map(filesOf) };
    writeFileSync(join(work, "task"), JSON.stringify(task));
    const room = [process.execPath, "--import", tsx, join(import.meta.dirname, "judge-room.ts")];
    const { stdout } = await promisify(execFile)(
      "unshare",
      [...namespaces, "sh", "-euc", script, "judge", task.root, ...room, join(work, "task"), watched],
      { maxBuffer: 1 << 29 },
    );
    return understand(one, stdout, stacks.length);
  } finally {
    rmSync(work, { recursive: true });
  }
}

const tsx = createRequire(import.meta.url).resolve("tsx");
const watched =
  "net/ipv4/conf/*/tag net/ipv4/tcp_retries2 net/ipv4/tcp_fin_timeout net/ipv4/tcp_keepalive_time";

// Safety first: the loader runs only where every folder it knows is an empty tmpfs, and everything below
// /proc/sys is read-only but net, which belongs to the namespace.
const script = `
root=$1
shift
mount --bind $root $root
if [ -z "$(ls -A $root/lib)" ] || [ ! -e $root/lib/systemd ]; then mount --bind $root/usr/lib $root/lib; fi
mkdir -p $root/lib/sysctl.d
for folder in run usr/local/lib etc usr/lib/sysctl.d lib/sysctl.d; do
  mount -t tmpfs none $root/$folder
done
mount --bind /dev $root/dev
mount --bind /proc/sys /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,ro /proc/sys
mount --rbind /proc $root/proc
if [ -n "$(ls -A $root/etc)" ] || [ -w $root/proc/sys/kernel/sysrq ]; then echo "not a safe place" >&2; exit 99; fi
for name in t0 t0.100 t1 't*1' "$(printf 't\\303\\274')" "$(printf 't\\377')"; do
  ip link add "$name" type dummy 2>/dev/null || ip link add "$name" type bridge 2>/dev/null ||
    ip tuntap add dev "$name" mode tun
done
exec "$@"
`;

// What the scripts of two distributions do, in other words.
const scripts = {
  alpine: `
status=0
apply() { if [ -f "$1" ]; then busybox sysctl -p "$1" || [ -z "$2" ] || status=1; fi; }
for file in /lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf; do
  [ -f "/etc/sysctl.d/\${file##*/}" ] || [ -f "/run/sysctl.d/\${file##*/}" ] || apply "$file" ""
done
for file in /etc/sysctl.d/*.conf; do
  [ -f "/run/sysctl.d/\${file##*/}" ] || apply "$file" counts
done
for file in /etc/sysctl.conf /run/sysctl.d/*.conf; do apply "$file" counts; done
exit $status`,
  void: `
busybox mkdir -p /run/v
for file in /run/sysctl.d/*.conf /etc/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf; do
  if [ -e "$file" ] && [ ! -e "/run/v/\${file##*/}" ]; then busybox ln -s "$file" "/run/v/\${file##*/}"; fi
done
for file in /run/v/*.conf /etc/sysctl.conf; do /usr/sbin/sysctl -p "$file"; done
exit 0`,
};

const commandOf = ({ loader }: Judge): Pick<Task, "command" | "environment"> => {
  const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
  if (loader.script) return { command: ["busybox", "sh", "-c", scripts[loader.script]], environment };
  return loader.name === "systemd"
    ? {
        command: ["/lib/systemd/systemd-sysctl"],
        environment: { ...environment, SYSTEMD_LOG_LEVEL: "debug", SYSTEMD_LOG_TARGET: "console" },
      }
    : { command: ["sysctl", "--system"], environment };
};

const filesOf = ({ entries, sysctlConf }: BootStack): readonly TaskFile[] => [
  ...entries.map(({ folder, name, content }) => fileOf(`${folder}/${name}`, name, content)),
  ...(sysctlConf ? [fileOf("/etc/sysctl.conf", "sysctl.conf", sysctlConf)] : []),
];

function fileOf(path: string, name: string, content: BootContent): TaskFile {
  const link = (target: string): TaskFile => ({
    path: toBytes(path),
    kind: "link",
    content: toBytes(target),
  });
  switch (content.kind) {
    case "text":
      return content.target === undefined
        ? { path: toBytes(path), kind: "text", content: toBytes(content.text) }
        : link(content.target);
    case "masked":
      return link("/dev/null");
    case "dangling":
      return link("nowhere");
    case "folder":
      return { path: toBytes(path), kind: "folder", content: "" };
    // To itself: ELOOP is the one error at open that root gets too.
    case "unreadable":
      return link(name);
    case "special":
      return { path: toBytes(path), kind: "fifo", content: "" };
  }
}

function understand({ loader }: Judge, said: string, count: number): Judgement {
  const [first = "", second = "", ...rest] = said.trim().split("\n");
  if (rest.length !== count) throw new Error(`${rest.length} runs for ${count} stacks: ${said.slice(-500)}`);
  const watchedPaths = (JSON.parse(second) as string[]).map(fromBytes);
  const paths = (JSON.parse(first) as string[]).map(fromBytes);
  const known = new Set(paths);
  const verdicts = rest.map((line): Verdict => {
    const { status, said, readings } = JSON.parse(line) as Run;
    return {
      status,
      writes: (loader.name === "systemd" ? systemdWrites(said) : procpsWrites(said)).filter(
        ([path]) => known.has(path) && loader.name !== "busybox",
      ),
      readings: new Map(watchedPaths.map((path, at) => [path, readings[at] ?? ""])),
    };
  });
  return { paths, verdicts };
}

/** `Setting '/proc/sys/net/ipv4/conf/lo/tag' to '3'`, and up to 249 without `/proc/sys/` and with a stop. */
const systemdWrites = (said: string): readonly Write[] =>
  [...said.matchAll(/^Setting '(?:\/proc\/sys\/)?(net\/[^\n]*?)' to '([^\n]*)'\.?$/gm)].map(
    ([, path = "", value = ""]) => [fromBytes(path), fromBytes(value)],
  );

/** `net.ipv4.conf.eth0/100.tag = 3`, of what went well. */
const procpsWrites = (said: string): readonly Write[] =>
  [...said.matchAll(/^(?!sysctl: |\* )([^\n]*?) = ([^\n]*)$/gm)].map(([, key = "", value = ""]) => [
    fromBytes(resolvePath(toPath(key))),
    fromBytes(value),
  ]);
