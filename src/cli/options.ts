/** Flags that several commands have. */
import { type Command, Option } from "commander";

export const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

export const format = (...names: readonly string[]): Option =>
  new Option("--format <format>", "how to print").choices(names).default(names[0]);
export const set = (): Option =>
  new Option("--set <name=value>", "a parameter of the profiles; may be given more than once").argParser(
    collect,
  );
export const root = (): Option =>
  new Option("--root <dir>", "work on the files of an image in DIR; no kernel is read or written");
export const against = (): Option =>
  new Option("--against <facts>", "a host that is not here: a file that `tunectl capture` wrote on it");
export const loader = (): Option =>
  new Option(
    "--loader <name>",
    "as if this one applied sysctl.d: systemd, procps or busybox, with a version as in systemd:252",
  );
export const acceptWords =
  "allow a key that is irreversible or can stop the host; may be given more than once";
export const accept = (): Option => new Option("--accept <key>", acceptWords).argParser(collect);
export const onOverride = (): Option =>
  new Option(
    "--on-override <choice>",
    "where something else has the last word at boot: fail refuses it; yield applies it for this boot only, on record; take-over comments out that line, if the file is the administrator's",
  ).choices(["fail", "yield", "take-over"]);
export const allowOverride = (): Option => new Option("--allow-override", "the same as --on-override yield");
export const dropIn = (): Option =>
  new Option(
    "--drop-in <name>",
    "the name of our file in /etc/sysctl.d, from now on; it decides what is read later",
  );
export const wait = (): Option =>
  new Option("--wait <time>", "wait this long (30s, 5m) for another run of tunectl to end");
export const skipMissing = (): Option =>
  new Option("--skip-missing", "leave out keys that this kernel does not have");

export const allow = (): Option =>
  new Option(
    "--allow <id>",
    "excuse a warning or a relation by its id, for all keys; may be given more than once",
  ).argParser(collect);

export const offline = (): Option =>
  new Option("--offline", "files only: the kernel that runs is neither read nor written");

/** Flags of all that makes a plan. */
export const planFlags = (command: Command): Command =>
  [
    set(),
    against(),
    root(),
    offline(),
    accept(),
    allow(),
    onOverride(),
    allowOverride(),
    dropIn(),
    skipMissing(),
  ].reduce((made, option) => made.addOption(option), command);
