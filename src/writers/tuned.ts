/** TuneD: its own settings, then those of sysctl.d once more, in an order of its own. */
import { compareBytes } from "../boot/bytes.js";
import type { BootContent, BootStack } from "../boot/stack.js";
import { isPattern, type Key, parseKey } from "../catalogue/key.js";
import { nameMatcher } from "../catalogue/wildcard.js";
import type { About, FoundWrite, Reader } from "./about.js";
import type { IniLine } from "./ini.js";
import { type Files, linesLike, linesOf } from "./sources.js";
import { expand, type TunedProfile, type TunedUnit, tunedProfile } from "./tuned-profile.js";

const activeProfile = "/etc/tuned/active_profile";
const configuration = "/etc/tuned/tuned-main.conf";

/** Whether TuneD picks its profile itself; which one, its files do not say. */
export const picksProfile = (files: Files): boolean => activeName(files) === "";

const activeName = (files: Files): string => (files.text(activeProfile, (line) => line) ?? "").trim();

export const tunedWrites: Reader = (files, about) => {
  const settings = linesLike(/^\s*reapply_sysctl(_exclude)?\s*=/);
  const options = optionsIn(files.text(configuration, settings) ?? "");
  const again = isOff(options.get("reapply_sysctl"))
    ? []
    : reapplied(about, options.get("reapply_sysctl_exclude"));
  const name = activeName(files);
  if (name === "") return again;
  const profile = tunedProfile(files, name);
  return profile.units.flatMap((unit) => {
    const own = [...unit.options.values()].flatMap((line) => ownWrite(unit, line, profile));
    return unit.type === "sysctl" ? [...own, ...again] : own;
  });
};

function optionsIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    linesOf(text).flatMap(({ text: line }) => {
      const [, name, value] = /^([a-z_]+)\s*=\s*([^#]*)/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value.trim()] as const];
    }),
  );
}

const isOff = (value: string | undefined): boolean => /^(0|no|n|false|off)$/i.test(value ?? "1");

function ownWrite(unit: TunedUnit, line: IniLine, { variables }: TunedProfile): readonly FoundWrite[] {
  const place = { file: line.file, line: line.line };
  const value = unit.isConditional ? undefined : expand(unquoted(line.value), variables);
  if (unit.type === "vm") return memoryWrite(line.name, value, place);
  const key = unit.type === "sysctl" ? tunedKey(line.name) : undefined;
  if (key === undefined) return [];
  // `>10` raises a lower value to 10: what comes of it depends on what is there.
  const isKnown = value !== undefined && !/^[<>]./.test(value) && !dependsOnVersion(line.name);
  return [isKnown ? { key, value, ...place } : { key, ...place }];
}

const unquoted = (value: string): string => value.replace(/^"(.*)"$/, "$1").replace(/^'(.*)'$/, "$1");

/** The plugin `vm`: a share of memory goes into the counterpart of a key. */
function memoryWrite(
  option: string,
  value: string | undefined,
  place: { readonly file: string; readonly line: number },
): readonly FoundWrite[] {
  const name = /^(dirty|dirty_background)_(bytes|ratio)$/.exec(option)?.[1];
  if (name === undefined) return [];
  const share = /^(\d+)%$/.exec(value ?? "")?.[1];
  const key = `vm.${share === undefined ? option : `${name}_ratio`}` as Key;
  const number = share ?? value;
  return [
    number !== undefined && /^\d+$/.test(number) ? { key, value: number, ...place } : { key, ...place },
  ];
}

/** Neither a pattern nor `-net.ipv4.tcp_sack` is a key to it. */
function tunedKey(option: string): Key | undefined {
  const key = parseKey(option);
  return key === undefined || isPattern(key) ? undefined : key;
}

/**
 * TuneD 2.20 makes slashes of dots and leaves slashes alone, 2.28 exchanges the two, whichever comes first:
 * `net/ipv4/tcp_sack` is a key to the one alone, `eth0/100` a name to the other.
 */
const dependsOnVersion = (option: string): boolean => option.includes("/");

/** Nothing below /usr/lib, and /run before /etc where both have a name. */
const folders = ["/run/sysctl.d", "/etc/sysctl.d"];

/** `SysctlPlugin._apply_system_sysctl` */
function reapplied({ stack }: About, excluded: string | undefined): readonly FoundWrite[] {
  if (stack === undefined) return [];
  const patterns = (excluded ?? "").split(/[,;]/).map((pattern) => pattern.trim());
  const lines = [...filesInOrder(stack), { path: "/etc/sysctl.conf", content: stack.sysctlConf }].flatMap(
    ({ path, content }) => (content?.kind === "text" ? linesIn(content.text, path) : []),
  );
  // A key keeps the place of its first line, and takes the value of its last.
  const last = new Map(lines.map((line) => [line.option, line]));
  const found = [...last.values()].flatMap(({ option, value, file, line }) => {
    const key = tunedKey(option);
    if (key === undefined || patterns.some((pattern) => isExcluded(option, pattern))) return [];
    return [dependsOnVersion(option) ? { key, file, line } : { key, value, file, line }];
  });
  const known = new Set(found.flatMap((write) => ("value" in write ? [write.key] : [])));
  return found.filter((write) => "value" in write || !known.has(write.key));
}

function filesInOrder({
  entries,
}: BootStack): readonly { readonly path: string; readonly content: BootContent }[] {
  const byName = new Map<string, { readonly path: string; readonly content: BootContent }>();
  for (const folder of folders)
    for (const entry of entries)
      if (entry.folder === folder && !byName.has(entry.name))
        byName.set(entry.name, { path: `${folder}/${entry.name}`, content: entry.content });
  return [...byName].sort(([a], [b]) => compareBytes(a, b)).map(([, file]) => file);
}

const linesIn = (
  text: string,
  file: string,
): readonly {
  readonly option: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
}[] =>
  linesOf(text).flatMap(({ number, text: line }) => {
    const at = line.indexOf("=");
    const option = line.slice(0, at).trim();
    if (/^[#;]/.test(line) || at < 0 || option === "") return [];
    return [{ option, value: line.slice(at + 1).trim(), file, line: number }];
  });

/** As fnmatch of Python has it: `*` matches dots and slashes too. */
const isExcluded = (option: string, pattern: string): boolean =>
  pattern !== "" && nameMatcher(pattern)(option);
