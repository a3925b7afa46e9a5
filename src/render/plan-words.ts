/** Words that every format of a plan shares. */
import { entryName, interfaceOf, type Key, withInterface } from "../catalogue/key.js";
import type { Reading } from "../catalogue/reading.js";
import {
  type BootValue,
  type FileChange,
  isFileChanged,
  isLiveChange,
  type Plan,
  type PlannedKey,
  type PlannedMove,
} from "../plan/plan.js";
import { meets, wantedText } from "../profile/wanted.js";
import { listed } from "../relations/listed.js";
import { oneLine } from "./escape.js";
import { sizeWords } from "./messages/sentences.js";
import { counted } from "./table.js";

/**
 * A value as people see it: an empty one is visible, and what the kernel or a file holds is safe to print.
 */
export const valueWords = (value: string): string => (value === "" ? '""' : oneLine(value));

export function readingWords(reading: Reading): string {
  switch (reading.status) {
    case "present":
      return valueWords(reading.value);
    case "missing":
      return "absent";
    case "write-only":
      return "write-only";
    case "denied":
      return `not readable (${reading.errno})`;
    case "unknown":
      return "unknown";
  }
}

/** What the next boot gives after this plan. */
export function bootWords(planned: PlannedKey): string {
  const { after } = planned.boot;
  if (planned.setting && isLostAtBoot(planned))
    return `${valueWords(after.value ?? "")} (wanted ${wantedText(planned.setting.wanted)})`;
  if (after.from === "kernel")
    return after.value === undefined ? "kernel default" : `${valueWords(after.value)} (kernel)`;
  if (after.value === undefined) return "not known";
  if (after.from === "program") return `${valueWords(after.value)} (${after.program})`;
  return isPinned(planned) ? `${valueWords(after.value)} (pinned)` : valueWords(after.value);
}

/** The line keeps a live value that no other file sets and that is not known to be the kernel's default. */
const isPinned = ({ now, boot }: PlannedKey): boolean =>
  boot.after.from === "file" &&
  boot.now.from === "kernel" &&
  boot.now.value === undefined &&
  now.status === "present" &&
  now.value === boot.after.value;

const isSameBoot = (a: BootValue, b: BootValue): boolean => a.value === b.value;

/**
 * What happens to a key: live, at boot, both, only a line that pins its live value, or nothing. `lost`:
 * nothing, though the next boot gives another value than is wanted.
 */
export function effectOf(planned: PlannedKey): "live" | "boot" | "both" | "pin" | "lost" | "none" {
  const boot = !isSameBoot(planned.boot.now, planned.boot.after);
  if (isLiveChange(planned)) return boot ? "both" : "live";
  if (!boot) return isLostAtBoot(planned) ? "lost" : "none";
  return isPinned(planned) ? "pin" : "boot";
}

/** The next boot gives what is not wanted, and this plan does not change that. */
const isLostAtBoot = ({ setting, boot }: PlannedKey): boolean =>
  setting !== undefined && boot.after.value !== undefined && !meets(setting.wanted, boot.after.value);

export const afterWords = (planned: PlannedKey): string => {
  switch (planned.reason) {
    case "original-unknown":
    case "modified-externally":
      return `${readingWords(planned.now)} (left as it is)`;
    case "locked":
      return `${readingWords(planned.now)} (locked)`;
    case "interface-absent":
      return "waits for the interface";
    default: {
      const value = planned.after ?? (planned.now.status === "present" ? planned.now.value : undefined);
      return value === undefined ? readingWords(planned.now) : valueWords(value);
    }
  }
};

export function whyOf(planned: PlannedKey): string {
  if (planned.setting) return planned.setting.why;
  if (planned.movedBy) return `${planned.movedBy} had moved it, and something has set it back since.`;
  switch (planned.reason) {
    case "original-unknown":
      return "No profile holds it any longer. What it was before tunectl is not known: the record is lost, or this user may not read it.";
    case "modified-externally":
      return "Something else has changed it since.";
    case "locked":
      return "No profile holds it any longer. The kernel keeps this value until a reboot.";
    default:
      return "No profile holds it any longer: it is restored to what it was before tunectl first set it.";
  }
}

/** What else a change does, and when it takes effect; the JSON format has the whole of it. */
export function aboutWords(plan: Plan, { key, about, action }: PlannedKey): readonly string[] {
  if (action !== "set") return [];
  const rounded = plan.rounded.find((one) => one.key === key);
  return [
    ...(rounded ? [`Rounded by the kernel: ${rounded.from} reads ${rounded.to}.`] : []),
    ...moveWords(plan.moves.filter(({ cause }) => cause === key)),
    ...(about?.takesEffect ? [`Takes effect for ${about.takesEffect}.`] : []),
    ...(about?.memory
      ? [
          `Memory: ${about.memory.reserved === "at-once" ? "takes" : "can take"} ${sizeWords(about.memory.bytes)}.`,
        ]
      : []),
  ];
}

/** Keys that differ in the interface alone, and move alike, are one line. */
function moveWords(moves: readonly PlannedMove[]): readonly string[] {
  const groups = new Map<string, { readonly names: string[]; readonly words: string }>();
  for (const { key, now, after } of moves) {
    const words = after === undefined ? "may change" : `${readingWords(now)} → ${valueWords(after)}`;
    const name = interfaceOf(key);
    const pattern = entryName(key);
    const group = groups.get(`${pattern} ${words}`) ?? { names: [], words };
    group.names.push(name ?? key);
    groups.set(`${pattern} ${words}`, group);
  }
  return [...groups].map(([group, { names, words }]) => {
    const [pattern = ""] = group.split(" ");
    const [only = ""] = names;
    if (!pattern.includes("*")) return `Also moves ${only}: ${words}.`;
    return names.length === 1
      ? `Also moves ${withInterface(pattern as Key, only)}: ${words}.`
      : `Also moves ${withInterface(pattern as Key, "*")} of ${listed(names)}: ${words}.`;
  });
}

/** Something else has the last word at boot, which may have been accepted. */
const isOverridden = ({ problems, accepted }: Plan, { key }: PlannedKey): boolean =>
  [...problems, ...accepted].some(
    (problem) =>
      (problem.code === "overridden-at-boot" || problem.code === "rewritten-after-boot") &&
      problem.key === key,
  );

/** `7 settings to change, 2 to restore, 1 to pin, 1 file to write, 3 unchanged`. */
export function summaryOf(plan: Plan): string {
  const kinds = plan.keys.map(kindOf);
  const count = (kind: ReturnType<typeof kindOf>): number => kinds.filter((one) => one === kind).length;
  const files = plan.files.filter(isFileChanged);
  const removed = files.filter((file) => file.after === undefined).length;
  const written = files.length - removed;
  const lost = plan.keys.filter((planned) => isLostAtBoot(planned) || isOverridden(plan, planned)).length;
  const parts = [
    count("change") > 0 && `${counted(count("change"), "setting")} to change`,
    count("restore") > 0 && `${count("restore")} to restore`,
    count("pin") > 0 && `${count("pin")} to pin`,
    lost > 0 && `${lost} not as wanted after the next boot`,
    written > 0 && `${counted(written, "file")} to write`,
    removed > 0 && `${counted(removed, "file")} to remove`,
    plan.modulesToLoad.length > 0 && `${counted(plan.modulesToLoad.length, "module")} to load`,
    count("unchanged") > 0 && `${count("unchanged")} unchanged`,
    count("skip") > 0 && `${count("skip")} left as ${count("skip") === 1 ? "it is" : "they are"}`,
    plan.leftOut.length > 0 && `${plan.leftOut.length} left out on this host`,
  ].filter((part) => part !== false);
  return parts.join(", ");
}

/** What a key counts as; one that only a line of the drop-in pins is no change. */
function kindOf(planned: PlannedKey): "change" | "restore" | "pin" | "lost" | "unchanged" | "skip" {
  if (planned.action === "restore") return "restore";
  if (planned.action === "skip" && planned.reason !== "interface-absent") return "skip";
  const effect = effectOf(planned);
  if (effect === "pin" || effect === "lost") return effect;
  return effect === "none" ? "unchanged" : "change";
}

/** `create`, `change` or `remove`; of a file of the administrator, what becomes of lines of it. */
export function fileWords(file: FileChange): string {
  if (file.theirs !== undefined)
    return file.theirs === "taken-over" ? "lines taken over" : "lines given back";
  if (file.before === undefined) return "create";
  return file.after === undefined ? "remove" : "change";
}

/** `vm, Linux 6.18.44, read now`; how old the facts are where they were captured. */
export function hostHeading(
  { host: { name, kernel, taken } }: { readonly host: Pick<Plan["host"], "name" | "kernel" | "taken"> },
  now: Date,
): string {
  if (kernel === undefined) return "an image that is not running: only its files";
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

/** Two clocks may differ by a minute; beyond that the age is not known. */
function ageWords(milliseconds: number): string {
  if (milliseconds < -60_000) return "in the future by this machine's clock";
  const [size, unit] = steps.find(([step]) => milliseconds >= step) ?? [1000, "second"];
  return `${counted(Math.max(0, Math.floor(milliseconds / size)), unit)} old`;
}
