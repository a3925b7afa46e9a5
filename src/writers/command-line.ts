/** The kernel command line: of this boot, or as the next one is configured. */
import { findTunable } from "../catalogue/catalogue.js";
import { isAtLeast } from "../catalogue/version.js";
import type { About, FoundWrite, Reader } from "./about.js";
import { isKernelParameter, meantBy } from "./kernel-parameters.js";
import type { ProgramState } from "./other-write.js";
import { unquoted, writtenKey } from "./shell.js";
import { type Files, linesOf } from "./sources.js";

/** One parameter of a command line, and the file that has it. */
export type Parameter = {
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly line?: number;
  readonly state: ProgramState;
};

const live = "/proc/cmdline";
const grub = "/etc/default/grub";
const grubFolder = "/etc/default/grub.d";
/** kernel-install(8) */
const installed = ["/etc/kernel/cmdline", "/usr/lib/kernel/cmdline"];

const asked =
  /^"?(sysctl[./].|module_blacklist=|(rd[.])?modules[-_]load=|modprobe[._]blacklist=|systemd\.mask=|\$\{?GRUB_CMDLINE_LINUX)/;

/** All of it that is asked for here. What else is on it may be a secret. */
const isAsked = (word: string): boolean => asked.test(word) || isKernelParameter(word);

/** As next_arg() of the kernel parts them: blanks end a parameter, but not between double quotes. */
const wordsOf = (text: string): readonly string[] => text.match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? [];

/** ` -- ` ends what is the kernel's. */
const keepWords = (text: string): string =>
  wordsOf(text)
    .filter((word) => word === "--" || isAsked(word))
    .join(" ");

const assignment = /^\s*(?:export\s+)?(GRUB_CMDLINE_LINUX(?:_DEFAULT)?)=(.*)$/;

function keepVariable(line: string): string {
  const [, name, value = ""] = assignment.exec(line) ?? [];
  return name === undefined ? "" : `${name}="${keepWords(unquoted(value)).replace(/["\\]/g, "\\$&")}"`;
}

/** That of this boot, then those of the next one: what is configured since wins where both speak of a key. */
export function commandLine(files: Files): readonly Parameter[] {
  const known = read.get(files) ?? readCommandLine(files);
  read.set(files, known);
  return known;
}

/** Units, modules and keys are all asked for on it. */
const read = new WeakMap<Files, readonly Parameter[]>();

function readCommandLine(files: Files): readonly Parameter[] {
  const running = files.text(live, keepWords);
  return [
    ...(running === undefined ? [] : parametersIn(running, { file: live, state: "running" })),
    ...configured(files),
  ];
}

/** grub-mkconfig(8) reads the drop-ins after the file, and each may say it anew. */
function configured(files: Files): readonly Parameter[] {
  const folder = files.names(grubFolder).filter((name) => name.endsWith(".cfg"));
  const variables = new Map<string, readonly Parameter[]>();
  for (const file of [grub, ...folder.map((name) => `${grubFolder}/${name}`)])
    for (const { number, text } of linesOf(files.text(file, keepVariable) ?? "")) {
      const [, name, value = ""] = assignment.exec(text) ?? [];
      if (name === undefined) continue;
      const before = value.includes(`$${name}`) || value.includes(`\${${name}}`) ? variables.get(name) : [];
      const own = parametersIn(unquoted(value), { file, line: number, state: "enabled" });
      variables.set(name, [...(before ?? []), ...own]);
    }
  const kernelInstall = installed.flatMap((file) => {
    const text = files.text(file, keepWords);
    return text === undefined ? [] : [{ file, text }];
  })[0];
  return [
    ...(variables.get("GRUB_CMDLINE_LINUX") ?? []),
    ...(variables.get("GRUB_CMDLINE_LINUX_DEFAULT") ?? []),
    ...linesOf(kernelInstall?.text ?? "").flatMap(({ number, text }) =>
      parametersIn(text, { file: kernelInstall?.file ?? "", line: number, state: "enabled" }),
    ),
  ];
}

function parametersIn(text: string, where: Omit<Parameter, "name" | "value">): readonly Parameter[] {
  const words = wordsOf(text);
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end).flatMap((word) => {
    if (!isAsked(word)) return [];
    const bare = word.startsWith('"') ? word.slice(1).replace(/"$/, "") : word;
    const [, name = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(bare) ?? [];
    return [{ name, value: value.replace(/^"([^"]*)"?$/, "$1"), ...where }];
  });
}

/** From 5.8 on the kernel takes `sysctl.KEY=value` itself, of tunables that are built in. */
const since = "5.8";

export const commandLineWrites: Reader = (files, about) =>
  commandLine(files).flatMap((parameter) => writeOf(parameter, about));

function writeOf(
  { name, value, file, line, state }: Parameter,
  { catalogue, kernel }: About,
): readonly FoundWrite[] {
  const place = { file, ...(line !== undefined && { line }), state };
  const meant = meantBy(name, value);
  if (meant) return [{ ...meant, ...place }];
  const written = /^sysctl[./](.+)$/.exec(name)?.[1];
  const isOlder = kernel !== undefined && !isAtLeast(kernel, since);
  if (written === undefined || value === "" || isOlder) return [];
  // process_sysctl_arg() swaps as sysctl(8) does, and an empty value is an error to it.
  const key = writtenKey(written);
  // A module is loaded later: the kernel says "parameter not found", and never asks again.
  if (key === undefined || findTunable(catalogue, key)?.module !== undefined) return [];
  return [{ key, value, ...place }];
}
