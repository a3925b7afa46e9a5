/** Which package a file belongs to, by the database of dpkg or of rpm. What is not known is no fault. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { resolveInRoot } from "./resolve-in-root.js";
import { cleanEnvironment } from "./systemd.js";
import { readBytes } from "./text-file.js";

const status = "/var/lib/dpkg/status";
const lists = "/var/lib/dpkg/info";
const largest = 64 * 1_048_576;

/** @param root a folder that stands for `/`; empty for this host */
export function packageOf(root: string): (path: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (path) => {
    if (!known.has(path)) known.set(path, find(root, path));
    return known.get(path);
  };
}

function find(root: string, path: string): string | undefined {
  try {
    if (existsSync(resolveInRoot(root, status))) return byDpkg(root, path);
    return root === "" ? byRpm(path) : undefined;
  } catch {
    return undefined;
  }
}

/** What is below /etc and belongs to a package is a conffile, and those stand in one file. */
function byDpkg(root: string, path: string): string | undefined {
  if (path.startsWith("/etc/")) {
    const text = bytesOf(root, status);
    const at = text?.indexOf(`\n ${path} `) ?? -1;
    return text && at >= 0 ? lineAt(text, text.lastIndexOf("\nPackage: ", at) + 10) : undefined;
  }
  // Where /lib is /usr/lib, a package may know its file by either name.
  const names = [path, path.replace(/^\/usr\/lib\//, "/lib/"), path.replace(/^\/lib\//, "/usr/lib/")];
  return listsInOrder(root, path)
    .find((name) => {
      const text = bytesOf(root, `${lists}/${name}`);
      return names.some((one) => text?.includes(`\n${one}\n`));
    })
    ?.replace(/(:\w+)?\.list$/, "");
}

/** A file is mostly named after its package, and most of the others are of these. */
const likely = /^(procps|systemd|udev|linux-|bubblewrap|base-files|libpam|kernel|sysctl)/;

function listsInOrder(root: string, path: string): readonly string[] {
  const words = (path.split("/").at(-1) ?? "").split(/[^a-z]+/).filter((word) => word.length > 3);
  const rank = (name: string): number =>
    words.some((word) => word !== "conf" && name.includes(word)) ? 0 : likely.test(name) ? 1 : 2;
  return readdirSync(resolveInRoot(root, lists))
    .filter((name) => name.endsWith(".list"))
    .map((name) => ({ name, rank: rank(name) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name);
}

function bytesOf(root: string, path: string): Buffer | undefined {
  const bytes = readBytes(resolveInRoot(root, path), largest);
  return bytes.ok ? bytes.value : undefined;
}

const lineAt = (text: Buffer, start: number): string =>
  text.toString("utf8", start, text.indexOf("\n", start)).trim();

/** Its database is no text. */
function byRpm(path: string): string | undefined {
  const program = ["/usr/bin/rpm", "/bin/rpm"].find(existsSync);
  if (program === undefined) return undefined;
  const run = spawnSync(program, ["-q", "--qf", "%{NAME}\\n", "-f", "--", path], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: cleanEnvironment,
    timeout: 5000,
  });
  return run.status === 0 ? run.stdout.split("\n")[0]?.trim() || undefined : undefined;
}
