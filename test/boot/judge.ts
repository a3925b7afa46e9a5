import { execFile, execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BootContent, BootStack } from "../../src/boot/stack.js";

/**
 * What the real loader made of a stack: its exit status (124 if it had to be stopped) and the keys watched.
 */
export type Verdict = { readonly status: number; readonly readings: ReadonlyMap<string, string> };
/** A stack and what each loader made of it, in one namespace with these keys. */
export type Judgement = {
  readonly paths: readonly string[];
  readonly hasConf: boolean;
  readonly verdicts: readonly Record<"systemd" | "procps", Verdict>[];
};

/** The value every watched key has before a loader runs. */
export const baseline = "240";

const folders = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d"];
const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" };
const systemdSysctl = ["/usr/lib/systemd/systemd-sysctl", "/lib/systemd/systemd-sysctl"].find((path) =>
  existsSync(path),
);
const namespaces = process.getuid?.() === 0 ? ["-n", "-m"] : ["-r", "-n", "-m"];

/** The first thing that is needed to judge and is not here. */
export function missingTool(): string | undefined {
  if (systemdSysctl === undefined) return "systemd-sysctl";
  if (procpsVersion() < 40002) return "procps sysctl 4.0.2 or newer";
  if (spawnSync("unshare", [...namespaces, "true"], { env: environment }).status !== 0)
    return `unshare ${namespaces.join(" ")}`;
  return ["/etc/sysctl.d", "/usr/lib/sysctl.d", "/usr/local/lib"].find((folder) => !existsSync(folder));
}

/** 40002 for procps 4.0.2; 0 if there is none. */
export function procpsVersion(): number {
  const said = spawnSync("sysctl", ["--version"], { env: environment, encoding: "utf8" }).stdout ?? "";
  const [, major, minor, patch] = /procps\S* (\d+)\.(\d+)\.(\d+)/.exec(said) ?? [];
  return major === undefined ? 0 : Number(major) * 10_000 + Number(minor) * 100 + Number(patch);
}

/** Runs both loaders over each stack, all in throw-away namespaces that cannot see this host's folders. */
export async function judge(stacks: readonly BootStack[]): Promise<Judgement> {
  const middle = Math.ceil(stacks.length / 2);
  const [first, second] = await Promise.all([
    judgeInOne(stacks.slice(0, middle)),
    judgeInOne(stacks.slice(middle)),
  ]);
  return { ...first, verdicts: [...first.verdicts, ...second.verdicts] };
}

async function judgeInOne(stacks: readonly BootStack[]): Promise<Judgement> {
  const work = mkdtempSync(join(tmpdir(), "tunectl-boot-"));
  try {
    for (const [index, stack] of stacks.entries()) layOut(join(work, String(index)), stack);
    const parameters = [
      ...namespaces,
      "sh",
      "-euc",
      script,
      "judge",
      work,
      String(stacks.length),
      systemdSysctl ?? "",
    ];
    const { stdout } = await promisify(execFile)("unshare", parameters, {
      env: environment,
      maxBuffer: 1 << 28,
    });
    return understand(stdout, stacks.length);
  } finally {
    rmSync(work, { recursive: true });
  }
}

// Safety first: the loaders run only when every folder they know shows an empty tmpfs, and everything below
// /proc/sys is read-only but net, which belongs to the namespace.
const script = `
work=$1 count=$2 systemd=$3
mount -t tmpfs none /run
mkdir -p /run/stack/0 /run/stack/1 /run/stack/2 /run/stack/3 /run/sysctl.d
: > /run/stack/conf
mount -t tmpfs none /usr/local/lib
mkdir /usr/local/lib/sysctl.d
at=0
for folder in ${folders.join(" ")}; do mount --bind /run/stack/$at $folder; at=$((at + 1)); done
if [ ! -L /lib ] && [ -d /lib/sysctl.d ]; then mount -t tmpfs none /lib/sysctl.d; fi
if [ -e /etc/sysctl.conf ]; then mount --bind /run/stack/conf /etc/sysctl.conf; echo "conf"; fi
mount --bind /proc/sys /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,ro /proc/sys
for folder in ${folders.join(" ")} /lib/sysctl.d; do
  if [ -n "$(ls -A $folder 2>/dev/null)" ]; then echo "not empty: $folder" >&2; exit 99; fi
done
if [ -s /etc/sysctl.conf ] || [ -w /proc/sys/kernel/sysrq ]; then echo "not a safe place" >&2; exit 99; fi

for name in t0 t0.100 t1; do
  ip link add $name type dummy 2>/dev/null || ip link add $name type bridge 2>/dev/null || ip tuntap add dev $name mode tun 2>/dev/null || :
done
cd /proc/sys
find net -type f | sed "s/^/path /"

watched="net/ipv4/conf/*/tag net/ipv4/tcp_retries2 net/ipv4/tcp_fin_timeout net/ipv4/tcp_keepalive_time"
run() {
  # Having been written once, no interface inherits from conf/default any more.
  for key in $watched; do echo ${baseline} > $key; done
  status=0
  $limit "$@" >/dev/null 2>&1 || status=$?
  echo "status $status"
  grep -H "" $watched
}
case=0
while [ $case -lt $count ]; do
  find /run/stack -mindepth 2 -delete
  cp -a $work/$case/. /run/stack/
  limit=
  if [ -e $work/$case/slow ]; then limit="timeout 1"; fi
  run $systemd
  run sysctl -q --system
  case=$((case + 1))
done
`;

function layOut(home: string, stack: BootStack): void {
  for (const at of folders.keys()) mkdirSync(join(home, String(at)), { recursive: true });
  for (const { folder, name, content } of stack.entries)
    place(join(home, String(folders.indexOf(folder)), name), name, content);
  // A fifo keeps a loader for ever. Only there is it worth a process to watch it.
  if (stack.entries.some(({ content }) => content.kind === "special")) writeFileSync(join(home, "slow"), "");
  writeFileSync(join(home, "conf"), stack.sysctlConf?.kind === "text" ? stack.sysctlConf.text : "");
}

function place(path: string, name: string, content: BootContent): void {
  if (content.kind === "text" && content.target === undefined) writeFileSync(path, content.text);
  else if (content.kind === "text") symlinkSync(content.target ?? "", path);
  else if (content.kind === "masked") symlinkSync("/dev/null", path);
  else if (content.kind === "dangling") symlinkSync("nowhere", path);
  else if (content.kind === "folder") mkdirSync(path);
  // To itself: ELOOP is the one error at open that root gets too.
  else if (content.kind === "unreadable") symlinkSync(name, path);
  else execFileSync("mkfifo", [path]);
}

function understand(said: string, count: number): Judgement {
  const paths: string[] = [];
  const runs: { status: number; readings: Map<string, string> }[] = [];
  for (const line of said.split("\n")) {
    const [, kind, rest = ""] = /^(path|status) (.*)$/.exec(line) ?? [];
    const [, path = "", value = ""] = /^(net\/[^:]*):(.*)$/.exec(line) ?? [];
    if (kind === "path") paths.push(rest);
    else if (kind === "status") runs.push({ status: Number(rest), readings: new Map() });
    else if (path !== "") runs.at(-1)?.readings.set(path, value);
  }
  if (runs.length !== count * 2) throw new Error(`${runs.length} runs for ${count} stacks`);
  const pairs = stacksOfTwo(runs);
  return {
    paths,
    hasConf: said.startsWith("conf\n"),
    verdicts: pairs.map(([systemd, procps]) => ({ systemd, procps })),
  };
}

function stacksOfTwo<T>(all: readonly T[]): readonly (readonly [T, T])[] {
  return all.flatMap((first, index) => (index % 2 === 0 ? [[first, all[index + 1] ?? first] as const] : []));
}
