/**
 * A place where whole command sessions run and nothing of this host can be reached: own network, mounts and
 * host name, empty boot folders.
 */
import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

/** What one command of a session printed, standard output and error as they came, and how it ended. */
export type Answer = { readonly text: string; readonly exit: number };

export type RoomOptions = {
  /** A folder whose content stands in the working folder when the session begins. */
  readonly files?: string;
};

const isRoot = process.getuid?.() === 0;
const namespaces = isRoot ? ["-n", "-m", "-u"] : ["-r", "-n", "-m", "-u"];
const systemPath = "/usr/sbin:/usr/bin:/sbin:/bin";

/** The first thing that a session needs and this machine lacks. */
export function missingForSessions(): string | undefined {
  const run = spawnSync("unshare", [...namespaces, "true"], { env: { PATH: systemPath } });
  if (run.status !== 0) return `unshare ${namespaces.join(" ")}`;
  if (!existsSync("/srv")) return "/srv";
  return ["flock", "hostname", "ip", "mount", "setpriv"].find(isNotInstalled);
}

const isNotInstalled = (tool: string): boolean =>
  !systemPath.split(":").some((folder) => existsSync(join(folder, tool)));
/**
 * Runs commands one after another in one shell in one fresh room; `/srv` is the working folder, `tunectl` is
 * on the path.
 */
export async function runInRoom(
  commands: readonly string[],
  { files }: RoomOptions = {},
): Promise<readonly Answer[]> {
  const work = mkdtempSync(join(tmpdir(), "tunectl-session-"));
  try {
    chmodSync(work, 0o755);
    for (const folder of ["bin", "in", "out", "files"]) mkdirSync(join(work, folder));
    // A copy: a build beside the tests replaces the program.
    cpSync(resolve("dist"), join(work, "dist"), { recursive: true });
    symlinkSync("../dist/start.cjs", join(work, "bin/tunectl"));
    symlinkSync(process.execPath, join(work, "bin/node"));
    writeFileSync(join(work, "bin/as-anna"), ordinaryUser, { mode: 0o755 });
    if (files !== undefined) cpSync(files, join(work, "files"), { recursive: true });
    for (const [at, command] of commands.entries())
      writeFileSync(join(work, "in", String(at)), `${command}\n`);
    await enter(work, commands.length);
    return commands.map((_, at) => answer(join(work, "out", String(at))));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function enter(work: string, count: number): Promise<void> {
  const outer = readlinkSync("/proc/self/ns/net");
  const env = {
    PATH: `${join(work, "bin")}:${systemPath}`,
    LC_ALL: "C.UTF-8",
    HOME: "/srv",
    // In a user namespace the system's folders belong to nobody (65534); their real owner is root all the
    // same.
    ...(isRoot ? {} : { SUDO_UID: "65534" }),
  };
  await promisify(execFile)(
    "unshare",
    [...namespaces, "sh", "-ec", script, "session", work, String(count), outer],
    {
      env,
      cwd: dirname(work),
      maxBuffer: 1 << 26,
    },
  );
}

function answer(path: string): Answer {
  const status = existsSync(`${path}.exit`) ? Number(readFileSync(`${path}.exit`, "utf8")) : undefined;
  if (status === undefined) throw new Error("The session's shell ended before its last command");
  return { text: readFileSync(path, "utf8"), exit: status };
}

/**
 * `as-anna COMMAND`: as an ordinary user. Where root itself is only a guise, so is she, and root's own folder
 * is closed to her by hand.
 */
const ordinaryUser = isRoot
  ? `#!/bin/sh
exec setpriv --reuid=1000 --regid=1000 --clear-groups "$@"
`
  : `#!/bin/sh
exec unshare --map-root-user --mount sh -c '
if [ -d /var/lib/tunectl ]; then mount -t tmpfs -o mode=000 none /var/lib/tunectl; fi
exec unshare --user --map-user=1000 --map-group=1000 "$@"' anna "$@"
`;

// Safety first: a session starts only where everything below /proc/sys is read-only but net, which belongs to
// the namespace.
const script = `
session_work=$1 session_count=$2
if [ "$(readlink /proc/self/ns/net)" = "$3" ]; then echo "no network namespace of its own" >&2; exit 99; fi
for folder in /run /var/lib /srv; do mount -t tmpfs -o mode=0755 none $folder; done
for folder in /usr/lib/sysctl.d /usr/local/lib/sysctl.d /lib/sysctl.d; do
  if [ -d $folder ] && [ ! -L $folder ]; then mount -t tmpfs none $folder; fi
done
# /etc is a copy without anything that a boot reads for sysctl. What only root may read is missing where root is a guise.
mkdir -p /run/etc /run/systemd/system
cp -a /etc/. /run/etc/ 2>/dev/null || :
mount --bind /run/etc /etc
rm -rf /run/etc/sysctl.d /run/etc/modules-load.d /run/etc/tunectl /run/etc/sysctl.conf
# Nor does it start what else sets keys on this machine.
rm -rf /run/etc/systemd/system/*.target.wants
echo web-1 > /run/etc/hostname
echo quiet > /run/cmdline
mount --bind /run/cmdline /proc/cmdline
mkdir /etc/sysctl.d /etc/modules-load.d
mount --bind /proc/sys /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,ro /proc/sys
if [ -w /proc/sys/kernel/sysrq ]; then echo "not a safe place" >&2; exit 99; fi
hostname web-1
ip link set lo up
cp -a $session_work/files/. /srv/
cd /srv
set +e
session_at=0
while [ $session_at -lt $session_count ]; do
  eval "$(cat $session_work/in/$session_at)" > $session_work/out/$session_at 2>&1 < /dev/null
  echo $? > $session_work/out/$session_at.exit
  session_at=$((session_at + 1))
done
`;
