/** Which program sets the keys at boot, as the files of a host or an image tell. */
import type { Init, Loader } from "./loader.js";

/** A tree of files, of a host or an image. What cannot be read is as if it were not there. */
export type FileTree = {
  readonly has: (path: string) => boolean;
  /** Of a folder. */
  readonly names: (path: string) => readonly string[];
  readonly text: (path: string) => string;
  /** Where a link leads, as it is written. */
  readonly link: (path: string) => string | undefined;
};

/** Without a trace of any loader it is taken for systemd, of no known version. */
export function installedLoader(tree: FileTree): Loader {
  const init = initOf(tree);
  const hasSystemd = systemdPrograms.some(tree.has);
  const sysctl = sysctlPrograms.find((path) => tree.has(path) || tree.link(path) !== undefined);
  if (init === "systemd" || (init === "unknown" && hasSystemd) || sysctl === undefined)
    return { name: "systemd", ...versioned(systemdVersion(tree)), init: hasSystemd ? "systemd" : init };
  if (/(^|\/)busybox[^/]*$/.test(tree.link(sysctl) ?? ""))
    return { name: "busybox", ...versioned(busyboxVersion(tree)), init, script: "alpine" };
  const script = scriptOf(tree);
  return { name: "procps", ...versioned(procpsVersion(tree)), init, ...(script && { script }) };
}

/** Whether anything is there that could set keys at boot: systemd's loader, or another and what starts it. */
export function hasLoader(tree: FileTree): boolean {
  const hasSysctl = sysctlPrograms.some((path) => tree.has(path) || tree.link(path) !== undefined);
  return systemdPrograms.some(tree.has) || (hasSysctl && (initOf(tree) !== "unknown" || hasInit(tree)));
}

const hasInit = ({ has, link }: FileTree): boolean =>
  ["/sbin/init", "/usr/sbin/init"].some((path) => has(path) || link(path) !== undefined) ||
  ["/etc/init.d/procps", "/etc/init.d/sysctl"].some(has);

const systemdPrograms = ["/usr/lib/systemd/systemd-sysctl", "/lib/systemd/systemd-sysctl"];
const sysctlPrograms = ["/sbin/sysctl", "/usr/sbin/sysctl", "/bin/sysctl", "/usr/bin/sysctl"];

const versioned = (version: string | undefined): { version?: string } =>
  version === undefined ? {} : { version };

function initOf({ has, link }: FileTree): Init {
  if (has("/run/systemd/system")) return "systemd";
  const target = ["/sbin/init", "/usr/sbin/init"].map(link).find((found) => found !== undefined) ?? "";
  if (target.includes("systemd")) return "systemd";
  if (target.includes("dinit") || has("/etc/dinit.d/boot")) return "dinit";
  if (target.includes("runit") || has("/etc/runit/1")) return "runit";
  if (["/sbin/openrc", "/usr/sbin/openrc", "/usr/bin/openrc"].some(has)) return "openrc";
  return has("/etc/inittab") ? "sysvinit" : "unknown";
}

function scriptOf({ has, text }: FileTree): Loader["script"] {
  if (has("/etc/runit/core-services/08-sysctl.sh")) return "void";
  return text("/etc/init.d/sysctl").includes("/lib/sysctl.d/") ? "alpine" : undefined;
}

/** The library that all its programs share has the version in its name, on every distribution. */
function systemdVersion(tree: FileTree): string | undefined {
  const triplets = tree.names("/usr/lib").filter((name) => name.includes("-linux-"));
  const folders = ["/usr/lib/systemd", "/lib/systemd", "/usr/lib64/systemd", "/lib64/systemd"];
  const found = [...folders, ...triplets.map((name) => `/usr/lib/${name}/systemd`)]
    .flatMap(tree.names)
    .map((name) => /^libsystemd-shared-(\d.*)\.so$/.exec(name)?.[1]);
  return found.find((version) => version !== undefined) ?? dpkgVersion(tree, "systemd");
}

const procpsVersion = (tree: FileTree): string | undefined =>
  dpkgVersion(tree, "procps") ?? apkVersion(tree, "procps-ng") ?? procpsByLibrary(tree);

const busyboxVersion = (tree: FileTree): string | undefined =>
  apkVersion(tree, "busybox") ?? dpkgVersion(tree, "busybox") ?? dpkgVersion(tree, "busybox-static");

/**
 * For the databases of rpm and xbps, which are no text: the version of the library, as procps numbers it.
 * 4.0.3 has that of 4.0.2.
 */
const libraries: Readonly<Record<string, string>> = {
  "libprocps.so.8.0.3": "3.3.17",
  "libproc2.so.0.0.0": "4.0.1",
  "libproc2.so.0.0.1": "4.0.2",
  "libproc2.so.0.0.2": "4.0.4",
  "libproc2.so.1.0.0": "4.0.5",
  "libproc2.so.1.0.1": "4.0.6",
  "libproc2.so.1.0.2": "4.0.7",
};

function procpsByLibrary(tree: FileTree): string | undefined {
  const triplets = tree.names("/usr/lib").filter((name) => name.includes("-linux-"));
  const folders = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", ...triplets.map((name) => `/usr/lib/${name}`)];
  return folders
    .flatMap(tree.names)
    .map((name) => libraries[name])
    .find((version) => version !== undefined);
}

const dpkgVersion = (tree: FileTree, name: string): string | undefined =>
  versionIn(tree.text("/var/lib/dpkg/status"), `Package: ${name}`, "Version: ");

const apkVersion = (tree: FileTree, name: string): string | undefined =>
  versionIn(tree.text("/lib/apk/db/installed"), `P:${name}`, "V:") ??
  versionIn(tree.text("/usr/lib/apk/db/installed"), `P:${name}`, "V:");

/** In a database of packages, a paragraph for each. */
function versionIn(database: string, name: string, field: string): string | undefined {
  const start = `\n${database}`.indexOf(`\n${name}\n`);
  if (start < 0) return undefined;
  const paragraph = database.slice(start).split("\n\n", 1)[0] ?? "";
  return paragraph
    .split("\n")
    .find((line) => line.startsWith(field))
    ?.slice(field.length);
}
