/** Where a kernel does other than its entry says, and why the entry stays as it is. */
import type { Aspect } from "../../probe/compare.js";

type Known = { readonly key: RegExp; readonly aspect: Aspect; readonly why: string };

export const knownDifferences: readonly Known[] = [
  // What was measured depends on the machine.
  {
    key: /^net\.ipv6\.conf\.p0\.mtu$/,
    aspect: "accepts",
    why: "an interface takes no more than the MTU of its device, which was 1500",
  },
  {
    key: /^dev\.i915\.oa_max_sample_rate$/,
    aspect: "accepts",
    why: "the limit is what the graphics hardware can do, and there was none",
  },
  { key: /^kernel\.cad_pid$/, aspect: "accepts", why: "only the number of a process that exists is taken" },
  {
    key: /^net\.core\.max_skb_frags$/,
    aspect: "accepts",
    why: "the limit is chosen when the kernel is built, between 17 and 45",
  },
  {
    key: /^kernel\.nmi_watchdog$/,
    aspect: "access",
    why: "on hardware without such a watchdog the file is read-only",
  },
  {
    key: /^kernel\.watchdog$/,
    aspect: "moves",
    why: "it leaves nmi_watchdog as it is where the hardware has none",
  },
  {
    key: /^kernel\.tracepoint_printk$/,
    aspect: "rounding",
    why: "it stays 0 on a kernel that was not booted with tp_printk",
  },
  {
    key: /^net\.ipv4\.vs\.(drop_entry|drop_packet|secure_tcp)$/,
    aspect: "rounding",
    why: "2 turns into 1 by itself while memory is not short",
  },
  // The catalogue has no words for it.
  {
    key: /^net\.(netrom|rose)\./,
    aspect: "accepts",
    why: "the limits are numbers of ticks for some seconds; the entries have the widest",
  },
  {
    key: /^net\.core\.flow_limit_table_len$/,
    aspect: "accepts",
    why: "only powers of two are taken, by accident the least 32-bit number as well",
  },
  {
    key: /^net\.ipv4\.vs\.sync_threshold$/,
    aspect: "accepts",
    why: "the first field must be below the second, unless that is 0",
  },
  {
    key: /^net\.netfilter\.nf_conntrack_frag6_high_thresh$/,
    aspect: "accepts",
    why: "5.10 bounds it by its own value, by accident: it can only be lowered",
  },
  {
    key: /^fs\.xfs\.stats_clear$/,
    aspect: "rounding",
    why: "writing 1 clears the counters, and it reads 0 again",
  },
  {
    key: /^(dev\.parport\.default\.timeslice|net\.rds\.reconnect_(min|max)_delay_ms|net\.rxrpc\.[a-z_]+)$/,
    aspect: "rounding",
    why: "these milliseconds are rounded down to whole ticks",
  },
  {
    key: /^(dev\.parport\.default\.timeslice|net\.rds\.reconnect_(min|max)_delay_ms|net\.rxrpc\.[a-z_]+)$/,
    aspect: "accepts",
    why: "the least is one tick, and what is above the greatest by less than a tick is rounded down to it",
  },
  {
    key: /^net\.ipv6\.conf\.all\.force_forwarding$/,
    aspect: "moves",
    why: "it reaches every interface but not `default`, and a pattern cannot say so",
  },
  {
    key: /^net\.netfilter\.nf_hooks_lwtunnel$/,
    aspect: "access",
    why: "each network namespace can write it, but it is one for the machine",
  },
  {
    key: /^kernel\.random\.(urandom_min_reseed_secs|write_wakeup_threshold)$/,
    aspect: "rounding",
    why: "5.10 has by a backport that a write changes nothing; the entry tells of mainline",
  },
  {
    key: /^(fs\.nfs\.nsm_use_hostnames|vm\.hugetlb_optimize_vmemmap)$/,
    aspect: "accepts",
    why: "up to 6.1 it took any 64-bit number; which release ended that is not known",
  },
  {
    key: /^fs\.xfs\.speculative_(cow_)?prealloc_lifetime$/,
    aspect: "moves",
    why: "in 6.1 and 6.12 both are one variable, and in 5.10 they are not",
  },
  {
    key: /^sunrpc\.svc_rdma\.rdma_stat_/,
    aspect: "access",
    why: "a counter; whatever is written sets it to 0, so a profile has nothing to set",
  },
];

/** Readings that no profile may ask for. */
export const knownReadings: readonly {
  readonly key: RegExp;
  readonly reads: RegExp;
  readonly why: string;
}[] = [
  { key: /^kernel\.(msg|sem|shm)_next_id$/, reads: /^-1$/, why: "-1 is what it reads until it is set" },
  {
    key: /^vm\.dirty_(background_)?bytes$/,
    reads: /^0$/,
    why: "a twin reads 0 while the other one counts, and its bound is that of a value that counts",
  },
  { key: /^kernel\.kexec_load_limit_(panic|reboot)$/, reads: /^-1$/, why: "-1, no limit, is not taken back" },
  {
    key: /^kernel\.max_rcu_stall_to_panic$/,
    reads: /^0$/,
    why: "starts at 0, which the kernel does not take back",
  },
  {
    key: /^kernel\.sched_energy_aware$/,
    reads: /^$/,
    why: "prints nothing where the hardware has no such choice",
  },
  {
    key: /^kernel\.unprivileged_bpf_disabled$/,
    reads: /^2$/,
    why: "5.10 has the value 2 by a backport; the entry tells of mainline",
  },
];
