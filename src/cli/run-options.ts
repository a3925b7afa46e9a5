/** The flags of every command that changes a host. */
import type { Run } from "../operations/locked-host.js";
import { type Checked, failed, ok } from "../problem.js";
import { operatorName, type ProcessContext } from "./process-context.js";

export type RunFlags = {
  /** `--wait`: how long to wait for the lock. */
  readonly wait?: string;
};

/** Who runs it, the clock, and how long to wait for another run to end. */
export function runOptions(context: ProcessContext, { wait }: RunFlags): Checked<Run> {
  const operator = { name: operatorName(context), now: context.now };
  if (wait === undefined) return ok({ operator });
  const seconds = durationOf("--wait", wait);
  return seconds.ok ? ok({ operator, wait: seconds.value }) : seconds;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `30s`, `5m`, `2h`, `7d`, or seconds without a unit; at least one second and at most a year. */
export function durationOf(option: string, text: string): Checked<number> {
  const [, count, unit = "s"] = /^(\d{1,8})([smhd])?$/.exec(text) ?? [];
  const seconds = Number(count) * (units[unit] ?? 1);
  return seconds >= 1 && seconds <= 366 * 86_400
    ? ok(seconds)
    : failed([{ code: "bad-option-value", option, value: text, expected: "duration" }]);
}
