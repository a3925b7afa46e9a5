/** The programs that set keys at boot, in the order in which they do. */
import type { Reader } from "./about.js";
import { commandLineWrites } from "./command-line.js";
import type { ProgramState } from "./other-write.js";
import type { Files } from "./sources.js";
import { isWanted, unitFile } from "./unit-files.js";

export type Program = {
  readonly name: string;
  readonly when: "before" | "after";
  /** Of which one is there where it is installed; none for what is part of every boot. */
  readonly installed?: readonly string[];
  /** Of which one starts it. */
  readonly units?: readonly string[];
  readonly source: readonly string[];
  readonly read?: Reader;
};

export const programs: readonly Program[] = [
  {
    name: "the kernel command line",
    when: "before",
    source: [
      "https://docs.kernel.org/admin-guide/kernel-parameters.html (sysctl.*=)",
      "fs/proc/proc_sysctl.c (5.8, 6.18): do_sysctl_args()",
    ],
    read: commandLineWrites,
  },
];

/** A folder of cgroups, one for each service that runs. */
const runningServices = ["/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/systemd/system.slice"];

/** Undefined where it is not here at all. */
export function stateOf({ installed, units = [] }: Program, files: Files): ProgramState | undefined {
  if (installed && !installed.some(files.has)) return undefined;
  if (!installed) return "enabled";
  if (units.some((unit) => runningServices.some((folder) => files.names(folder).includes(unit))))
    return "running";
  return units.some((unit) => isStarted(files, unit)) ? "enabled" : "installed";
}

const scriptFolders = ["/etc/rc2.d", "/etc/runlevels/default", "/etc/runlevels/boot"];

/** By systemd, or by a script of sysvinit or OpenRC. */
function isStarted(files: Files, unit: string): boolean {
  const script = unit.replace(/\.service$/, "");
  const bySystemd = isWanted(files, unit) && unitFile(files, unit)?.masked !== true;
  return (
    bySystemd ||
    scriptFolders.some((folder) => files.names(folder).some((name) => name.replace(/^S\d\d/, "") === script))
  );
}
