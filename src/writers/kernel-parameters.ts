/** Parameters of the kernel command line that stand for a key, by admin-guide/kernel-parameters. */
import type { Key } from "../catalogue/key.js";

/** No value: it is another one than without the parameter, or may be. */
type Meant = { readonly key: Key; readonly value?: string };

const number =
  (key: string) =>
  (text: string): Meant =>
    /^-?\d+$/.test(text) ? { key: key as Key, value: text } : { key: key as Key };

const word =
  (key: string, words: Readonly<Record<string, string>>) =>
  (text: string): Meant => {
    const value = Object.hasOwn(words, text) ? words[text] : undefined;
    return { key: key as Key, ...(value !== undefined && { value }) };
  };

const fixed = (key: string, value?: string) => (): Meant => ({
  key: key as Key,
  ...(value !== undefined && { value }),
});

/** Its other fields are as the kernel was built. */
const consoleLevel = fixed("kernel.printk");

const parameters: Readonly<Record<string, (text: string) => Meant>> = {
  panic: number("kernel.panic"),
  panic_on_warn: number("kernel.panic_on_warn"),
  softlockup_panic: number("kernel.softlockup_panic"),
  hung_task_panic: number("kernel.hung_task_panic"),
  watchdog_thresh: number("kernel.watchdog_thresh"),
  oops: word("kernel.panic_on_oops", { panic: "1" }),
  numa_balancing: word("kernel.numa_balancing", { enable: "1", disable: "0" }),
  "printk.devkmsg": word("kernel.printk_devkmsg", { on: "on", off: "off", ratelimit: "ratelimit" }),
  norandmaps: fixed("kernel.randomize_va_space", "0"),
  noautogroup: fixed("kernel.sched_autogroup_enabled", "0"),
  delayacct: fixed("kernel.task_delayacct", "1"),
  loglevel: consoleLevel,
  quiet: consoleLevel,
  debug: consoleLevel,
  nowatchdog: fixed("kernel.watchdog"),
  nosoftlockup: fixed("kernel.soft_watchdog"),
  nmi_watchdog: fixed("kernel.nmi_watchdog"),
  hugepages: fixed("vm.nr_hugepages"),
  "ipv6.disable_ipv6": fixed("net.ipv6.conf.*.disable_ipv6"),
};

export const isKernelParameter = (word: string): boolean =>
  Object.hasOwn(parameters, word.replace(/^"/, "").replace(/[="].*$/, ""));

export const meantBy = (name: string, value: string): Meant | undefined =>
  Object.hasOwn(parameters, name) ? parameters[name]?.(value) : undefined;
