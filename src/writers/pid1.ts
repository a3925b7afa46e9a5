/** What systemd sets itself as PID 1, before it runs anything. */
import type { FoundWrite, Reader } from "./about.js";
import { writtenKey } from "./shell.js";
import { linesLike } from "./sources.js";

/** In a container /proc/sys is the host's, and it writes nothing. */
const container = "/run/systemd/container";
const release = "/etc/os-release";

/** Debian builds without the raised fs.nr_open, and takes back the part that turns core dumps off. */
const isDebian = (text: string): boolean => /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(text);

export const pid1Writes: Reader = (files, { systemd }) => {
  const os = files.text(release, linesLike(/^ID(_LIKE)?=/)) ?? "";
  if (!systemd || files.has(container)) return [];
  return (isDebian(os) ? everywhere : [...everywhere, ...asReleased]).map(writeOf);
};

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

const writeOf = ({ key, ...rest }: Raised): FoundWrite => ({
  key: writtenKey(key) as FoundWrite["key"],
  ...rest,
});
