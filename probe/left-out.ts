/** Keys that are not read, or not written, and why. */

const secrets = /(_secret|_key|boot_id|uuid|hash_seed)$/;
/** They say whose machine it is; or reading them does work. */
const unread = new Set(["kernel.hostname", "kernel.domainname", "vm.stat_refresh", "fs.binfmt_misc"]);

/** Keys that a measurement does not open at all. */
export const isLeftOut = (key: string): boolean =>
  secrets.test(key) || unread.has(key) || key.startsWith("fs.binfmt_misc.");

const trigger = "a write does something at once, and keeps nothing";
const oneWay = "what is written cannot be taken back";
const reserves = "the kernel reserves as much memory as the value says";
const slow = "each write changes the code of every function: an emulator needs minutes for it";
const starves = "a value that is tried would stop the programs that measure";

const unwritten: Readonly<Record<string, string>> = {
  "net.netfilter.nf_hooks_lwtunnel": oneWay,
  "net.netfilter.nf_conntrack_buckets": reserves,
  "net.core.rps_sock_flow_entries": reserves,
  "vm.drop_caches": trigger,
  "vm.compact_memory": trigger,
  "kernel.ftrace_enabled": slow,
  "kernel.stack_tracer_enabled": slow,
  "vm.nr_hugepages": reserves,
  "vm.nr_hugepages_mempolicy": reserves,
  "vm.min_free_kbytes": reserves,
  "vm.overcommit_memory": starves,
  "kernel.threads-max": starves,
  "kernel.pid_max": starves,
  "kernel.modules_disabled": oneWay,
  "kernel.kexec_load_disabled": oneWay,
  "kernel.kexec_load_limit_panic": oneWay,
  "kernel.kexec_load_limit_reboot": oneWay,
  "kernel.unprivileged_bpf_disabled": oneWay,
  "kernel.yama.ptrace_scope": oneWay,
  "kernel.usermodehelper.bset": oneWay,
  "kernel.usermodehelper.inheritable": oneWay,
  "kernel.tainted": oneWay,
  "kernel.loadpin.enforce": oneWay,
};

/** Why a number is not written. */
export const whyNotWritten = (key: string): string | undefined => unwritten[key];

/**
 * Keys that could stop the machine while a tried value stands: they are written last, so that all else is
 * known when they do.
 */
export const isDaring = (key: string): boolean =>
  /panic|lockup|watchdog|hung_task|oops_limit|warn_limit|sysrq|printk_delay|max_map_count|^vm\.watermark|^vm\.lowmem|percpu_pagelist|^kernel\.sched_rt|^vm\.stat_interval/.test(
    key,
  );
