/** What systemd sets itself as PID 1, before it runs anything. */
import type { FoundWrite, Reader } from "./about.js";
import { commandLine } from "./command-line.js";
import { writtenKey } from "./shell.js";
import { type Files, linesLike, linesOf } from "./sources.js";

/** In a container /proc/sys is the host's, and it writes nothing. */
const container = "/run/systemd/container";
const release = "/etc/os-release";
const hostName = "/etc/hostname";

/**
 * Debian's 252 is built without the raised fs.nr_open, and without the part that turns core dumps off; its
 * 257 has both. Which of the versions between them changed that is not known.
 */
const isDebian = (text: string): boolean => /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(text);
const [lastWithout, firstWith] = [252, 257];

export const pid1Writes: Reader = (files, { systemd, systemdVersion }) => {
  const os = files.text(release, linesLike(/^ID(_LIKE)?=/)) ?? "";
  if (!systemd || files.has(container)) return [];
  const raised = [...everywhere, ...(isDebian(os) ? asDebianHas(systemdVersion) : asReleased)];
  return [...raised.map(writeOf), ...unlimitedMessages(files), nameOf(files)];
};

/** disable_printk_ratelimit(): a setting of the command line is locked. */
const unlimitedMessages = (files: Files): readonly FoundWrite[] =>
  commandLine(files).some(({ name }) => name === "printk.devkmsg")
    ? []
    : [writeOf({ key: "kernel.printk_devkmsg", value: "on" })];

/** hostname_setup(): the first line that holds something; without one it has names to choose from. */
function nameOf(files: Files): FoundWrite {
  const line = linesOf(files.text(hostName, (text) => text) ?? "").find(({ text }) => !text.startsWith("#"));
  const known = line && /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(line.text) ? { value: line.text } : {};
  return {
    ...writeOf({ key: "kernel.hostname" }),
    ...known,
    file: hostName,
    ...(line && { line: line.number }),
  };
}

type Raised = { readonly key: string; readonly value?: string; readonly atLeast?: true };

const everywhere: readonly Raised[] = [
  // bump_file_max_and_nr_open(): LONG_MAX
  { key: "fs.file-max", value: "9223372036854775807" },
  // bump_unix_max_dgram_qlen()
  { key: "net.unix.max_dgram_qlen", value: "512", atLeast: true },
  // reboot(RB_DISABLE_CAD): the key then is a unit of systemd's.
  { key: "kernel.ctrl-alt-del", value: "0" },
];

const asReleased: readonly Raised[] = [
  // From INT_MAX on it halves until the kernel takes it.
  { key: "fs.nr_open", value: "1073741816" },
  // disable_coredumps()
  { key: "kernel.core_pattern", value: "|/bin/false" },
];

function asDebianHas(version: number | undefined): readonly Raised[] {
  if (version !== undefined && version <= lastWithout) return [];
  return version !== undefined && version >= firstWith ? asReleased : asReleased.map(({ key }) => ({ key }));
}

const writeOf = ({ key, ...rest }: Raised): FoundWrite => ({
  key: writtenKey(key) as FoundWrite["key"],
  ...rest,
});
