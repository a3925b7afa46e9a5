/** Words that every format of a plan shares. */
import type { BootValue, FileChange, Plan, PlannedKey } from "../plan/plan.js";
import { isDue, isFileChanged } from "../plan/plan.js";
import type { Reading } from "../plan/reading.js";
import { oneLine } from "./escape.js";
import { counted } from "./table.js";

/** A value as people see it: an empty one is visible, and what the kernel or a file holds is safe to print. */
export const valueWords = (value: string): string => (value === "" ? '""' : oneLine(value));

export function readingWords(reading: Reading): string {
  switch (reading.status) {
    case "present":
      return valueWords(reading.value);
    case "missing":
      return "not there";
    case "write-only":
      return "write-only";
    case "denied":
      return `not readable (${reading.errno})`;
    case "unknown":
      return "unknown";
  }
}

/** What the next boot gives after this plan; `(pinned)` where a line keeps a live value that no file and no known default vouches for. */
export function bootWords({ now, boot }: PlannedKey): string {
  const { after } = boot;
  if (after.from === "kernel")
    return after.value === undefined ? "kernel default" : `${valueWords(after.value)} (kernel)`;
  const isPinned = boot.now.from === "kernel" && boot.now.value === undefined;
  const stays = now.status === "present" && now.value === after.value;
  return isPinned && stays ? `${valueWords(after.value)} (pinned)` : valueWords(after.value);
}

const sameBoot = (a: BootValue, b: BootValue): boolean => a.value === b.value;

/** What happens to a key: live, at boot, both, or nothing. */
export function effectOf(planned: PlannedKey): "live" | "boot" | "both" | "none" {
  const boot = !sameBoot(planned.boot.now, planned.boot.after);
  if (isDue(planned)) return boot ? "both" : "live";
  return boot ? "boot" : "none";
}

export const afterWords = (planned: PlannedKey): string => {
  if (planned.reason === "original-unknown") return `${readingWords(planned.now)} (kept)`;
  if (planned.action === "skip") return "waits for the interface";
  const value = planned.after ?? (planned.now.status === "present" ? planned.now.value : undefined);
  return value === undefined ? readingWords(planned.now) : valueWords(value);
};

export function whyOf(planned: PlannedKey): string {
  if (planned.setting) return planned.setting.why;
  if (planned.reason === "original-unknown")
    return "No profile holds it any longer. What it was before tunectl is not known here: only root may read the record, or it is lost.";
  return "No applied profile holds it any longer: back to what it was before tunectl first set it.";
}

/** `7 changes, 3 as wanted`. */
export function summaryOf(plan: Plan): string {
  const changing = plan.keys.filter((planned) => effectOf(planned) !== "none").length;
  const files = plan.files.filter(isFileChanged).length;
  const parts = [
    changing > 0 && `${counted(changing, "setting")} to change`,
    files > 0 && `${counted(files, "file")} to write`,
    plan.load.length > 0 && `${counted(plan.load.length, "module")} to load`,
    plan.keys.length > changing && `${plan.keys.length - changing} as wanted`,
    plan.leftOut.length > 0 && `${plan.leftOut.length} left out on this host`,
  ].filter((part) => part !== false);
  return parts.join(", ");
}

export function fileWords(file: FileChange): string {
  if (file.before === undefined) return "new";
  return file.after === undefined ? "removed" : "changed";
}

/** `vm, Linux 6.18.44, read now`; how old the facts are where they were captured. */
export function hostWords(plan: Plan, now: Date): string {
  const { name, kernel, taken } = plan.host;
  if (kernel === undefined) return "an image that is not running: files alone";
  const age =
    taken === undefined ? "read now" : `captured ${taken}, ${ageWords(now.getTime() - Date.parse(taken))}`;
  return `${name ?? "this host"}, Linux ${kernel}, ${age}`;
}

const steps: readonly (readonly [number, string])[] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1000, "second"],
];

/** A minute's difference between two clocks is nobody's fault; more of it, and the age is not known. */
function ageWords(milliseconds: number): string {
  if (milliseconds < -60_000) return "later than the clock here says it is";
  const [size, unit] = steps.find(([step]) => milliseconds >= step) ?? [1000, "second"];
  return `${counted(Math.max(0, Math.floor(milliseconds / size)), unit)} old`;
}

/** What verify and rehearse say where nothing has drifted. */
export function inForceWords(plan: Plan): string {
  const waiting = plan.keys.filter((planned) => planned.reason === "interface-absent").length;
  const held = counted(plan.keys.length - waiting, "setting");
  return `${held} in force, now and at the next boot${waiting > 0 ? `; ${waiting} waiting for an interface` : ""}.`;
}
