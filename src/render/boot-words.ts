/** What becomes of a line at boot, in a word and in a reason. */

import type { Loader } from "../boot/loader.js";
import { isOfDevice } from "../boot/machine.js";
import type { BootLine } from "../boot/parse.js";
import type { LineEffect } from "../boot/trace.js";
import { interfaceOf, isPattern, type Key, pathKey } from "../catalogue/key.js";
import { isSecret } from "../catalogue/secret.js";
import { doubtOf, type LineContext, type LineDoubt } from "../operations/boot.js";
import type { ModuleAtBoot } from "../plan/module-at-boot.js";
import type { BootUnit, OtherWrite } from "../writers/other-write.js";
import { shownPath } from "./escape.js";

/**
 * - set: the key has the value when the loader ends
 * - moved: another line has the kernel change it again
 * - waits: nothing has the key now; the line is carried out when it comes
 * - pattern: it stands for keys that only a kernel can tell
 * - none: nothing comes of it
 */
export type EffectWord = "set" | "moved" | "waits" | "pattern" | "none" | "unknown";

export type EffectWords = { readonly effect: EffectWord; readonly reason?: string };

export type Standing = Exclude<LineEffect, { readonly effect: "overridden" | "excluded" | "excludes" }>;

/** Whether it is an attempt of its own, and no line that another one beats. */
export const isStanding = (effect: LineEffect): effect is Standing =>
  !["overridden", "excluded", "excludes"].includes(effect.effect);

export const placeOf = ({ file, line }: { readonly file: string; readonly line?: number }): string =>
  line === undefined ? shownPath(file) : `${shownPath(file)}:${line}`;

/** The value of a secret is nobody's business. */
export const shownValue = (key: string, value: string): string => (isSecret(key) ? "(withheld)" : value);

export function effectWords(line: BootLine, effect: Standing, boot: LineContext): EffectWords {
  const key = pathKey(effect.path);
  switch (effect.effect) {
    case "sets":
      return boot.off
        ? offWords(key, boot.off, boot)
        : (lostWords(key, boot) ?? setWords(line, key, effect.value, boot));
    case "moved":
      return {
        effect: "moved",
        reason: `${placeOf(effect.by)} sets ${effect.via}, and the kernel changes this key with it${toWords(effect.value)}`,
      };
    case "refused":
      return {
        effect: "none",
        reason: `the kernel refuses the value${effect.bound ? ` because of ${effect.bound}` : ""}`,
      };
    case "not-tried":
      return { effect: "none", reason: "the loader gives the file up at a value that was refused above" };
    case "repeats":
      return { effect: "none", reason: `it says the same as ${placeOf(effect.by)}` };
    case "no-such-key":
      return absentWords(key, boot);
    case "matches-nothing":
      return unmatchedWords(key, boot);
    case "unusable":
      return effect.fault === "glob-too-large"
        ? { effect: "unknown", reason: "the pattern is too large to be followed" }
        : { effect: "none", reason: unusableWords(effect.path, effect.fault) };
  }
}

const toWords = (value: string | undefined): string => (value === undefined ? "" : ` to ${value}`);

function setWords(line: BootLine, key: Key, value: string | undefined, boot: LineContext): EffectWords {
  if (value === undefined) return { effect: "unknown", reason: "what the key reads then is not known" };
  const later = boot.later.find((write) => write.key === key && write.value !== value);
  const kept =
    line.value.trim().split(/\s+/).join(" ") === value ? "" : `the kernel keeps ${shownValue(key, value)}`;
  const reason = [kept, later ? laterWords(later) : ""].filter(Boolean).join("; ");
  return { effect: "set", ...(reason !== "" && { reason }) };
}

/** `ufw sets it to 0 later (/etc/ufw/sysctl.conf:3)` */
export function laterWords({ program, key, value, file, line }: OtherWrite): string {
  const place = file === undefined ? "" : ` (${placeOf({ file, ...(line !== undefined && { line }) })})`;
  return value === undefined
    ? `${program} may set it later${place}`
    : `${program} sets it to ${shownValue(key, value)} later${place}`;
}

function lostWords(key: Key, boot: LineContext): EffectWords | undefined {
  const doubt = doubtOf(boot, key);
  if (!doubt) return undefined;
  const isLost = doubt.kind === "module" && isLate(doubt.module);
  return { effect: isLost ? "none" : "unknown", reason: doubtWords(doubt) };
}

/** Whether it is known that the boot does not load it in time. */
export const isLate = ({ denied, off }: ModuleAtBoot): boolean => (denied ?? off) !== undefined;

export const doubtWords = (doubt: LineDoubt): string =>
  doubt.kind === "unit" ? unitWords(doubt.unit) : `it comes with module ${moduleWords(doubt.module)}`;

/** `NAME, which FILE:LINE denies` */
function moduleWords({ name, denied, off, isListed }: ModuleAtBoot): string {
  if (denied) return `${name}, which ${placeOf(denied)} denies`;
  if (off) return `${name}, and what would load that does not run: ${unitWords(off)}`;
  return isListed
    ? `${name}, which is loaded before the files are read`
    : `${name}, and nothing in modules-load.d has that loaded before the files are read`;
}

function offWords(key: Key, off: BootUnit, { lateInterfaces }: LineContext): EffectWords {
  return isOfDevice(key) && lateInterfaces === "applied"
    ? { effect: "set", reason: `by udev alone, when the interface comes: ${unitWords(off)}` }
    : { effect: "none", reason: unitWords(off) };
}

const states: Readonly<Record<BootUnit["state"], string>> = {
  runs: "runs",
  masked: "is masked",
  missing: "is missing",
  "not-started": "is there, and nothing starts it",
  conditional: "has a condition that its maker did not give it",
  changed: "runs something else",
  unknown: "could not be read",
};

/** `about`: what is put in after its name. */
export const unitWords = ({ unit, state, file, line }: BootUnit, about = ""): string =>
  `${unit}${about} ${states[state]}${file === undefined ? "" : ` (${placeOf({ file, ...(line !== undefined && { line }) })})`}`;

function absentWords(key: Key, { lateInterfaces, moduleOf }: LineContext): EffectWords {
  if (isOfDevice(key)) {
    const none = `there is no interface ${interfaceOf(key)} now`;
    return lateInterfaces === "applied"
      ? { effect: "waits", reason: `${none}; udev has the line carried out when it comes` }
      : { effect: "none", reason: `${none}, and nothing carries the line out when it comes` };
  }
  const module = moduleOf(key);
  if (!module) return { effect: "none", reason: "there is no such key" };
  return { effect: isLate(module) ? "none" : "waits", reason: doubtWords({ kind: "module", module }) };
}

function unmatchedWords(key: Key, { isExpanded, lateInterfaces }: LineContext): EffectWords {
  if (!isExpanded)
    return { effect: "pattern", reason: "it stands for keys of the kernel that boots, which is not here" };
  return isOfDevice(key) && isPattern(key) && lateInterfaces === "applied"
    ? { effect: "waits", reason: "no interface fits now; udev has the line carried out when one comes" }
    : { effect: "none", reason: "no key fits the pattern" };
}

export function unusableWords(path: string, fault: string): string {
  if (path === "" || path === "/") return "the key is empty";
  if (/(^|[./])\.\.([./]|$)/.test(path)) return "the key leads through `..`, which the loader refuses";
  return fault === "not-a-key"
    ? "it is a folder of keys, or lies below a key"
    : "the loader finds no key that is spelt like this, and does not say so";
}

const programs: Readonly<Record<Loader["name"], string>> = {
  systemd: "systemd-sysctl",
  procps: "sysctl --system (procps)",
  busybox: "sysctl (BusyBox)",
};

export const loaderWords = ({ name, version }: Pick<Loader, "name" | "version">): string =>
  `${programs[name]}${version === undefined ? "" : ` ${version}`}`;
