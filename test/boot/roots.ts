/** Small trees of Debian with the loaders of several years: made once, and kept outside this repository. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export type Suite = "bullseye" | "bookworm" | "bookworm-backports" | "trixie" | "forky";

const cache = process.env["XDG_CACHE_HOME"] ?? join(tmpdir(), `tunectl-cache-${process.getuid?.() ?? 0}`);
const folder = join(cache, "tunectl-loaders");

export const rootOf = (suite: Suite): string => join(folder, suite);

/** What is needed to make roots and is not here. */
export const missingForRoots = (suites: readonly Suite[]): string | undefined =>
  suites.every((suite) => existsSync(rootOf(suite))) || spawnSync("mmdebstrap", ["--version"]).status === 0
    ? undefined
    : "mmdebstrap, to make roots with the loaders of several years";

/** Makes those that are not there, each in five seconds or so. */
export async function makeRoots(suites: readonly Suite[]): Promise<void> {
  for (const suite of suites) if (!existsSync(rootOf(suite))) await makeRoot(suite);
}

async function makeRoot(suite: Suite): Promise<void> {
  const fresh = `${rootOf(suite)}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  try {
    await promisify(execFile)("mmdebstrap", [...options(suite), debianOf(suite), fresh, ...sources(suite)], {
      maxBuffer: 1 << 26,
    });
    completeLinks(fresh);
    if (!existsSync(rootOf(suite))) renameSync(fresh, rootOf(suite));
  } catch (error) {
    throw new Error(`no root of ${suite} could be made: ${String(error).slice(-2000)}`);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

const options = (suite: Suite): readonly string[] => [
  process.getuid?.() === 0 ? "--mode=root" : "--mode=unshare",
  "--variant=extract",
  "--include=procps,systemd,libc6,busybox-static",
  // A mirror may stand still for a time.
  '--aptopt=Acquire::Check-Valid-Until "false"',
  ...(suite === "bookworm-backports" ? ['--aptopt=APT::Default-Release "bookworm-backports"'] : []),
];

const debianOf = (suite: Suite): string => (suite === "bookworm-backports" ? "bookworm" : suite);

const sources = (suite: Suite): readonly string[] =>
  suite === "bookworm-backports"
    ? ["bookworm", "bookworm-backports"].map((name) => `deb http://deb.debian.org/debian ${name} main`)
    : [];

/** Packages that were only unpacked lack what a script of theirs makes. */
function completeLinks(root: string): void {
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    if (existsSync(join(root, name)) || !existsSync(join(root, "usr", name))) continue;
    // A folder, for a mount: so that /lib/sysctl.d can be another than /usr/lib/sysctl.d.
    if (name === "lib") mkdirSync(join(root, name));
    else symlinkSync(`usr/${name}`, join(root, name));
  }
  for (const name of ["proc", "run", "etc/sysctl.d", "usr/lib/sysctl.d", "usr/local/lib", "lib/sysctl.d"])
    mkdirSync(join(root, name), { recursive: true });
}
