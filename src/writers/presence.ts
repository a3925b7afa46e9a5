/** Whether a program is here, starts at boot, or runs now. */
import type { About } from "./about.js";
import type { ProgramState } from "./other-write.js";
import type { Program } from "./program.js";
import type { Files } from "./sources.js";
import { type Started, unitFile } from "./unit-files.js";

/** Undefined where it is not here at all. */
export function stateOf(
  { installed, units }: Program,
  files: Files,
  started: Started,
): ProgramState | undefined {
  if (installed && !installed.some(files.has)) return undefined;
  if (!units || units.some((unit) => isAmong(unit, started.running))) return units ? "running" : "enabled";
  return units.some((unit) => isStarted(files, unit, started)) ? "enabled" : "installed";
}

/** `NAME@` stands for all instances. */
const isAmong = (unit: string, names: ReadonlySet<string>): boolean =>
  unit.endsWith("@") ? [...names].some((name) => name.startsWith(unit)) : names.has(unit);

const isStarted = (files: Files, unit: string, started: Started): boolean =>
  isAmong(unit, started.wanted)
    ? unitFile(files, unit)?.masked !== true
    : started.scripts.has(unit.replace(/\.(service|socket)$/, ""));

/**
 * Where systemd starts what runs, a program that nothing starts does nothing. Elsewhere there are more ways
 * than are looked at here.
 */
export const mayWrite = (state: ProgramState, { systemd }: About): boolean =>
  state !== "installed" || !systemd;
