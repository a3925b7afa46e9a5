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
    key: /^kernel\.hung_task_(check_interval|timeout)_secs$/,
    aspect: "accepts",
    why: "the limit is LONG_MAX divided by the tick rate; the entry has that of the slowest tick",
  },
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
];

/** Where the kernel is right and the entry, or the program, is to be corrected: take a line out when it is. */
export const toBeCorrected: readonly Known[] = [
  {
    key: /^net\.(ipv4\.ip_local_port_range|phonet\.local_port_range)$/,
    aspect: "accepts",
    why: "the kernel refuses a range that descends: `ascending: enforced`",
  },
  {
    key: /^net\.core\.netdev_budget_usecs$/,
    aspect: "accepts",
    why: "newer kernels, and 6.1 by a backport, refuse less than two ticks: 2000000 divided by the tick rate",
  },
  {
    key: /^kernel\.random\.(urandom_min_reseed_secs|write_wakeup_threshold)$/,
    aspect: "accepts",
    why: "since 5.18 (and 5.10 by a backport) a write of anything succeeds and changes nothing",
  },
  {
    key: /^kernel\.random\.(urandom_min_reseed_secs|write_wakeup_threshold)$/,
    aspect: "rounding",
    why: "the same: without effect since 5.18, which came back to 5.10",
  },
  {
    key: /^(fs\.nfs\.nsm_use_hostnames|vm\.hugetlb_optimize_vmemmap)$/,
    aspect: "accepts",
    why: "proc_dobool took any 64-bit number until 6.1",
  },
  {
    key: /^net\.ipv4\.(tcp|udp)_early_demux$/,
    aspect: "accepts",
    why: "in 5.10 it takes any unsigned int (proc_douintvec_minmax)",
  },
  {
    key: /^fs\.xfs\.speculative_(cow_)?prealloc_lifetime$/,
    aspect: "moves",
    why: "in 6.1 and 6.12 both are one variable",
  },
  {
    key: /^kernel\.soft_watchdog$/,
    aspect: "moves",
    why: "kernel.watchdog reads 0 when no watchdog is left",
  },
  {
    key: /^sunrpc\.svc_rdma\.rdma_stat_/,
    aspect: "access",
    why: "the file can be written: whatever is written sets the counter to 0",
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
    key: /^sunrpc\.(nfs|nfsd|nlm|rpc)_debug$/,
    reads: /^0x/,
    why: "TO BE CORRECTED: these masks are printed in hexadecimal, and the canonical form keeps it",
  },
  {
    key: /^kernel\.unprivileged_bpf_disabled$/,
    reads: /^2$/,
    why: "5.10 has the value 2 by a backport; the entry tells of mainline",
  },
];
