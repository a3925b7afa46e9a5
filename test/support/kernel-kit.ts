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
