/** Whether the boot applies sysctl.d at all, and loads the modules that it is asked for. */
import type { About } from "./about.js";
import { commandLine } from "./command-line.js";
import type { BootUnit } from "./other-write.js";
import { type Files, linesLike, linesOf } from "./sources.js";
import { hasSystemd, type Started, systemFolders, type UnitLine, unitFile, unitLines } from "./unit-files.js";

export const sysctlUnit = (files: Files, started: Started, about: About): BootUnit =>
  about.systemd
    ? systemdUnit(files, started, "systemd-sysctl.service", /\/systemd-sysctl(?![^\s])/)
    : initScript(files);

export const modulesUnit = (files: Files, started: Started, about: About): BootUnit =>
  about.systemd
    ? systemdUnit(files, started, "systemd-modules-load.service", /\/systemd-modules-load(?![^\s])/)
    : { unit: "modules", state: "unknown" };

const conditionsAndCommands = linesLike(/^\s*(Condition|Assert|ExecStart\s*=)/);

function systemdUnit(files: Files, started: Started, unit: string, command: RegExp): BootUnit {
  const off = commandLine(files).find(({ name, value }) => name === "systemd.mask" && value === unit);
  if (off)
    return { unit, state: "masked", file: off.file, ...(off.line !== undefined && { line: off.line }) };
  const file = unitFile(files, unit);
  if (file === undefined) return { unit, state: hasSystemd(files) ? "missing" : "unknown" };
  if (file.masked) return { unit, state: "masked", file: file.path };
  const lines = unitLines(files, unit, conditionsAndCommands);
  const changed = changedCommand(lines, command);
  if (changed) return { unit, state: "changed", file: changed.file, line: changed.line };
  const condition = lines.find((line) => isForeign(line, lines));
  if (condition) return { unit, state: "conditional", file: condition.file, line: condition.line };
  return started.wanted.has(unit) ? { unit, state: "runs" } : { unit, state: "not-started", file: file.path };
}

/** The line by which the unit runs something else, or nothing; an empty one forgets those before it. */
function changedCommand(lines: readonly UnitLine[], command: RegExp): UnitLine | undefined {
  const commands = lines.filter(({ name }) => name === "ExecStart");
  const kept = commands.slice(commands.findLastIndex(({ value }) => value === "") + 1);
  const runs = kept.some(({ value }) => command.test(value) && !/\s--prefix|\s\//.test(value));
  return runs ? undefined : commands.at(-1);
}

/** A condition that its maker did not write, and that no later empty line takes back. */
function isForeign(line: UnitLine, lines: readonly UnitLine[]): boolean {
  if (!/^(Condition|Assert)/.test(line.name) || line.value === "" || isMakers(line)) return false;
  const later = lines.slice(lines.indexOf(line) + 1);
  return !later.some(({ name, value }) => name === line.name && value === "");
}

const isMakers = ({ file, name, value }: UnitLine): boolean =>
  /^\/(usr\/)?lib\/systemd\/system\/[^/]+$/.test(file) ||
  (name === "ConditionPathIsReadWrite" && /^\/proc\/sys\/net\/?$/.test(value));

/** Debian's sysvinit runs `S01procps` of rcS.d; OpenRC what its runlevel `boot` names. */
function initScript(files: Files): BootUnit {
  for (const [script, folder, link] of [
    ["/etc/init.d/procps", "/etc/rcS.d", /^S\d\dprocps/],
    ["/etc/init.d/sysctl", "/etc/runlevels/boot", /^sysctl$/],
  ] as const) {
    if (!files.has(script)) continue;
    const runs = files.names(folder).some((name) => link.test(name));
    return runs ? { unit: script, state: "runs" } : { unit: script, state: "not-started", file: script };
  }
  return { unit: "procps", state: "unknown" };
}

const rule = "99-systemd.rules";
/** systemd's own rule runs systemd-sysctl for each interface that is added. */
export function lateInterfaces(files: Files): "applied" | "not-applied" | "unknown" {
  const folders = systemFolders(files, "udev/rules.d").filter(files.has);
  const path = folders.map((folder) => `${folder}/${rule}`).find((file) => files.has(file));
  if (path === undefined) return folders.length === 0 ? "unknown" : "not-applied";
  const lines = linesOf(files.text(path, linesLike(/systemd-sysctl/)) ?? "");
  return lines.some(({ text }) => !text.startsWith("#")) ? "applied" : "not-applied";
}
