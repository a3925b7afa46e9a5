/** Units of systemd as files: which there are, which are started, and what drop-ins make of one. */
import { type Files, type Keep, linesOf } from "./sources.js";

/**
 * Folders of the system, highest precedence first. What is below /run is gone at the next boot. A /lib of its
 * own is looked at only where systemd is there: mostly it is another name of /usr/lib.
 */
export const systemFolders = (files: Files, folder: string): readonly string[] =>
  ["/etc", "/usr/local/lib", "/usr/lib", ...(files.has(inUsr) ? [] : ["/lib"])].map(
    (base) => `${base}/${folder}`,
  );

const inUsr = "/usr/lib/systemd/systemd";

/** Whether systemd is installed: where it is, it is PID 1. */
export const hasSystemd = (files: Files): boolean => files.has(inUsr) || files.has("/lib/systemd/systemd");

const unitFolders = (files: Files): readonly string[] => systemFolders(files, "systemd/system");

/** That every boot reaches. */
const starting = ["sysinit", "multi-user", "network-online", "sockets", "graphical"];

/** The file that counts; `masked` where it is a link to /dev/null or empty. */
export function unitFile(
  files: Files,
  unit: string,
): { readonly path: string; readonly masked: boolean } | undefined {
  const path = unitFolders(files)
    .map((folder) => `${folder}/${unit}`)
    .find((file) => files.has(file));
  if (path === undefined) return undefined;
  return { path, masked: files.isMasked(path) };
}

/** What starts at boot, and what runs. */
export type Started = {
  /** By a link below a target that every boot reaches. */
  readonly wanted: ReadonlySet<string>;
  readonly running: ReadonlySet<string>;
  /** By a script of sysvinit or OpenRC, where there is no systemd. */
  readonly scripts: ReadonlySet<string>;
};

/** A folder of cgroups, one for each service that runs. */
const runningServices = ["/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/systemd/system.slice"];

const scriptFolders = ["/etc/rc2.d", "/etc/runlevels/default", "/etc/runlevels/boot"];

export const startedIn = (files: Files): Started => ({
  wanted: new Set(
    unitFolders(files)
      .filter(files.has)
      .flatMap((folder) => starting.flatMap((target) => files.names(`${folder}/${target}.target.wants`))),
  ),
  running: new Set(runningServices.flatMap(files.names)),
  scripts: new Set(
    hasSystemd(files) ? [] : scriptFolders.flatMap(files.names).map((name) => name.replace(/^S\d\d/, "")),
  ),
});

export type UnitLine = {
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
};

/** The lines of a unit and its drop-ins, in the order in which systemd reads them. */
export function unitLines(files: Files, unit: string, keep: Keep): readonly UnitLine[] {
  const base = unitFile(files, unit);
  const dropIns = new Map<string, string>();
  // The same name in a lower folder is never opened.
  for (const folder of unitFolders(files))
    for (const name of files.names(`${folder}/${unit}.d`))
      if (name.endsWith(".conf") && !dropIns.has(name)) dropIns.set(name, `${folder}/${unit}.d/${name}`);
  const ordered = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  return [...(base ? [base.path] : []), ...ordered].flatMap((file) =>
    settingsIn(files.text(file, keep) ?? "", file),
  );
}

const settingsIn = (text: string, file: string): readonly UnitLine[] =>
  linesOf(text).flatMap(({ number, text: line }) => {
    const at = line.indexOf("=");
    return at < 1 || /^[#;]/.test(line)
      ? []
      : [{ name: line.slice(0, at).trim(), value: line.slice(at + 1).trim(), file, line: number }];
  });
