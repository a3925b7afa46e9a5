/** What several tests on the real kernel give to a throw-away host: its usual profile, paths and commands. */
import { profileText } from "./profile-text.js";

/** The file that an apply leaves for the boot. */
export const dropIn = "/etc/sysctl.d/90-tunectl.conf";

export const firstSnapshot = "/var/lib/tunectl/000001.json";

/** A profile of two values that are not the kernel's own: those are 60 and 15. */
export const web = {
  "web.yaml": profileText("web", { "net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_retries2": "9" }),
};

/** The file of a key none of whose parts has a dot of its own, as the interface `eth0.100` has. */
export const fileOf = (key: string): string => `/proc/sys/${key.replaceAll(".", "/")}`;

/** Prints what the kernel has now, a line a key. */
export const live = (...keys: readonly string[]): string => `cat ${keys.map(fileOf).join(" ")}`;

/** Sets a value as somebody else would: by hand. */
export const set = (key: string, value: number | string): string => `echo ${value} > ${fileOf(key)}`;

/** Runs tunectl with a script of the working folder loaded before it. */
export const tunectlAfter = (script: string, args: string): string =>
  `/tools/node --require /root/${script} /tools/tunectl.cjs ${args}`;

/** Loaded before tunectl: does something where a file is renamed to this path, before or after that. */
export const atRename = (
  when: "before" | "after",
  to: string,
  action: string,
): string => `const fs = require("node:fs");
const rename = fs.renameSync;
fs.renameSync = (from, to) => {
  const isMeant = to.endsWith("${to}");
  if (isMeant && ${when === "before"}) { ${action} }
  rename(from, to);
  if (isMeant && ${when === "after"}) { ${action} }
};
`;

/** In a script that is loaded before tunectl: no handler and no ending of its own runs. */
export const die = 'process.kill(process.pid, "SIGKILL");';

/** The kernel then says that it is another boot; needs the file of `anotherBoot`. */
export const reboot = "mount --bind /root/boot-id /proc/sys/kernel/random/boot_id";
export const anotherBoot = { "boot-id": "11111111-2222-3333-4444-555555555555\n" };

/** Sends a signal to the guard of a change. */
export const signalGuard = (id: number, signal: string): string =>
  `read pid rest < /var/lib/tunectl/00000${id}.guard; kill -${signal} $pid`;
