/** The boots, and what is tried in each. */
import type { Boot, Case } from "./case.js";

const etc = "/etc/sysctl.d";

/** One foreign file, with one line. */
const line = (path: string, text: string): { readonly [path: string]: string } => ({ [path]: `${text}\n` });

const order: readonly Case[] = [
  {
    title: "a later file of the same folder",
    settings: { "net.core.somaxconn": "5000" },
    files: line(`${etc}/95-later.conf`, "net.core.somaxconn = 6000"),
  },
  {
    title: "an earlier file",
    settings: { "net.core.netdev_budget": "400" },
    files: line(`${etc}/10-earlier.conf`, "net.core.netdev_budget = 350"),
  },
  {
    title: "a later file of /usr/lib",
    settings: { "net.core.netdev_max_backlog": "2000" },
    files: line("/usr/lib/sysctl.d/95-vendor.conf", "net.core.netdev_max_backlog = 3000"),
  },
  {
    title: "a later file of /usr/local/lib",
    settings: { "net.ipv4.tcp_max_reordering": "200" },
    files: line("/usr/local/lib/sysctl.d/95-local.conf", "net.ipv4.tcp_max_reordering = 250"),
  },
  {
    title: "a file of /etc hides one of /usr/lib of its name",
    settings: { "net.ipv4.tcp_retries1": "4", "net.ipv4.tcp_retries2": "9" },
    files: {
      ...line(`${etc}/96-same.conf`, "net.ipv4.tcp_retries1 = 5"),
      ...line("/usr/lib/sysctl.d/96-same.conf", "net.ipv4.tcp_retries2 = 11"),
    },
  },
  {
    title: "a mask: a link to /dev/null",
    settings: { "net.ipv4.tcp_orphan_retries": "2" },
    files: {
      [`${etc}/97-masked.conf`]: { link: "/dev/null" },
      ...line("/usr/lib/sysctl.d/97-masked.conf", "net.ipv4.tcp_orphan_retries = 3"),
    },
  },
  {
    title: "/etc/sysctl.conf, which Debian 12 links as 99-sysctl.conf and Debian 13 does not",
    settings: { "net.ipv4.tcp_syn_retries": "4" },
    files: line("/etc/sysctl.conf", "net.ipv4.tcp_syn_retries = 5"),
  },
  {
    title: "a name that is no UTF-8",
    settings: { "net.ipv4.tcp_moderate_rcvbuf": "1" },
    files: line(`${etc}/zz\xff.conf`, "net.ipv4.tcp_moderate_rcvbuf = 0"),
  },
  {
    title: "a name that looks like a leftover of ours",
    settings: { "net.ipv4.tcp_slow_start_after_idle": "1" },
    files: line(`${etc}/99-z.tunectl-old.conf`, "net.ipv4.tcp_slow_start_after_idle = 0"),
  },
  {
    title: "a link through a linked folder",
    settings: { "net.ipv4.tcp_mtu_probing": "1" },
    files: {
      "/etc/static": { link: "/opt/store/etc" },
      "/opt/store/etc/sysctl.d/60.conf": { link: "../../files/60.conf" },
      ...line("/opt/store/files/60.conf", "net.ipv4.tcp_mtu_probing = 2"),
      [`${etc}/99-static.conf`]: { link: "/etc/static/sysctl.d/60.conf" },
    },
  },
  {
    title: "a looping link above a file of its name",
    settings: { "net.ipv4.tcp_ecn": "1" },
    files: {
      [`${etc}/98-loop.conf`]: { link: "98-loop.conf" },
      ...line("/usr/lib/sysctl.d/98-loop.conf", "net.ipv4.tcp_ecn = 0"),
    },
  },
];

const values: readonly Case[] = [
  {
    title: "an alias: ip_forward, and a later conf.all.forwarding",
    settings: { "net.ipv4.ip_forward": "1" },
    files: line(`${etc}/95-alias.conf`, "net.ipv4.conf.all.forwarding = 0"),
    also: ["net.ipv4.conf.lo.forwarding", "net.ipv4.conf.default.forwarding"],
  },
  {
    title: "exclusive twins: the later one sets ours to 0",
    settings: { "vm.dirty_bytes": "268435456", "vm.dirty_background_ratio": "7" },
    files: line(`${etc}/95-twin.conf`, "vm.dirty_ratio = 25\nvm.dirty_background_bytes = 67108864"),
    also: ["vm.dirty_ratio", "vm.dirty_background_bytes"],
  },
  {
    title: "conf.all.disable_ipv6 reaches every interface",
    settings: { "net.ipv6.conf.lo.disable_ipv6": "0" },
    files: line(`${etc}/95-fan.conf`, "net.ipv6.conf.all.disable_ipv6 = 1"),
    also: ["net.ipv6.conf.default.disable_ipv6", "net.ipv6.conf.late0.disable_ipv6"],
  },
  {
    title: "a value that the kernel refuses: the earlier line is not carried out either",
    settings: { "net.ipv4.tcp_fin_timeout": "30" },
    files: line(`${etc}/95-refused.conf`, "net.ipv4.tcp_fin_timeout = soon"),
  },
  {
    title: "a comment behind a number",
    settings: { "net.ipv4.tcp_keepalive_intvl": "20" },
    files: line(`${etc}/95-comment.conf`, "net.ipv4.tcp_keepalive_intvl = 30 # c"),
  },
  {
    title: "a vector that is too short keeps its other fields",
    settings: { "net.ipv4.tcp_rmem": "4096 65536 4194304" },
    files: line(`${etc}/95-short.conf`, "net.ipv4.tcp_rmem = 8192"),
  },
  {
    title: "a number that the kernel rounds",
    settings: { "net.core.rps_sock_flow_entries": "2048" },
    files: line(`${etc}/95-round.conf`, "net.core.rps_sock_flow_entries = 1000"),
  },
  {
    title: "a number in hexadecimal",
    settings: { "net.ipv4.tcp_reordering": "5" },
    files: line(`${etc}/95-hex.conf`, "net.ipv4.tcp_reordering = 0x10"),
  },
];

const patterns: readonly Case[] = [
  {
    title: "a later pattern does not beat a line of ours",
    settings: { "net.ipv4.conf.lo.log_martians": "1" },
    files: line(`${etc}/95-glob.conf`, "net.ipv4.conf.*.log_martians = 0"),
    also: ["net.ipv4.conf.all.log_martians"],
  },
  {
    title: "an earlier line beats a pattern of ours",
    settings: { "net.ipv4.conf.*.arp_ignore": "1" },
    files: line(`${etc}/10-named.conf`, "net.ipv4.conf.lo.arp_ignore = 2"),
    also: ["all", "default", "lo", "late0"].map((name) => `net.ipv4.conf.${name}.arp_ignore`),
  },
  {
    title: "an exclusion takes a key out of a pattern of ours",
    settings: { "net.ipv4.conf.*.arp_announce": "2" },
    files: line(`${etc}/20-exclusion.conf`, "-net.ipv4.conf.lo.arp_announce"),
    also: ["all", "lo", "late0"].map((name) => `net.ipv4.conf.${name}.arp_announce`),
  },
  {
    title: "a later and wider pattern",
    settings: { "net.ipv4.conf.*.shared_media": "0" },
    files: line(`${etc}/95-wider.conf`, "net.ipv4.conf.*.shared_m* = 1"),
    also: ["all", "lo", "late0"].map((name) => `net.ipv4.conf.${name}.shared_media`),
  },
  {
    title: "the same pattern, earlier",
    settings: { "net.ipv4.conf.*.secure_redirects": "0" },
    files: line(`${etc}/10-same-glob.conf`, "net.ipv4.conf.*.secure_redirects = 1"),
    also: ["all", "lo", "late0"].map((name) => `net.ipv4.conf.${name}.secure_redirects`),
  },
];

const late: readonly Case[] = [
  {
    title: "a late interface, named",
    settings: { "net.ipv4.conf.late0.accept_local": "1" },
  },
  {
    title: "a late interface, by conf.default",
    settings: { "net.ipv4.conf.default.rp_filter": "2" },
    also: ["net.ipv4.conf.lo.rp_filter", "net.ipv4.conf.late0.rp_filter"],
  },
  {
    title: "a late interface: a rival pattern of its own",
    settings: { "net.ipv4.conf.*.arp_notify": "1" },
    files: line(`${etc}/95-rival.conf`, "net.ipv4.conf.la*.arp_notify = 0"),
    also: ["all", "lo", "late0"].map((name) => `net.ipv4.conf.${name}.arp_notify`),
  },
];

const around: readonly Case[] = [
  {
    title: "a module that our modules-load.d brings",
    settings: { "net.netfilter.nf_conntrack_tcp_timeout_fin_wait": "90" },
  },
  {
    title: "a module on a blacklist",
    settings: { "net.bridge.bridge-nf-call-iptables": "0" },
    files: line("/etc/modprobe.d/no-bridge.conf", "blacklist br_netfilter"),
  },
  {
    title: "the kernel command line: a key without a line",
    also: ["net.ipv4.tcp_probe_interval"],
  },
  {
    title: "the kernel command line: a key with a line of ours",
    settings: { "net.ipv4.tcp_keepalive_probes": "7" },
  },
  {
    title: "the kernel command line: a module's key, which it never reaches",
    also: ["net.netfilter.nf_conntrack_udp_timeout"],
  },
  {
    title: "what PID 1 sets itself",
    also: ["fs.file-max", "fs.nr_open", "net.unix.max_dgram_qlen", "kernel.ctrl-alt-del"],
  },
  {
    title: "the credential sysctl.extra",
    settings: { "net.ipv4.tcp_window_scaling": "1" },
    files: line("/etc/credstore/sysctl.extra", "net.ipv4.tcp_window_scaling = 0"),
  },
  {
    title: "ufw's own sysctl.conf",
    settings: { "net.ipv4.tcp_sack": "1" },
    files: {
      "/etc/ufw/ufw.conf": "ENABLED=yes\nLOGLEVEL=off\n",
      ...line("/etc/ufw/sysctl.conf", "net/ipv4/tcp_sack=0"),
    },
  },
];

const commandLine = [
  "sysctl.net.ipv4.tcp_probe_interval=500",
  "sysctl.net.ipv4.tcp_keepalive_probes=5",
  "sysctl.net.netfilter.nf_conntrack_udp_timeout=77",
].join(" ");

/** What is left of sysctl.d where nothing runs its loader but udev. */
const unloaded: readonly Case[] = [
  { title: "a plain key", settings: { "net.core.somaxconn": "5000" } },
  {
    title: "the kernel command line, beside a line of ours",
    settings: { "net.ipv4.tcp_keepalive_probes": "7" },
  },
  {
    title: "interfaces by name",
    settings: { "net.ipv4.conf.lo.rp_filter": "2", "net.ipv4.conf.late0.rp_filter": "2" },
  },
  {
    title: "interfaces by pattern",
    settings: { "net.ipv4.conf.*.arp_notify": "1" },
    also: ["all", "default", "lo", "late0"].map((name) => `net.ipv4.conf.${name}.arp_notify`),
  },
  { title: "a key of neighbours", settings: { "net.ipv4.neigh.late0.gc_stale_time": "90" } },
  { title: "a key of a module", settings: { "net.netfilter.nf_conntrack_tcp_timeout_fin_wait": "90" } },
];

const programs: readonly Case[] = [
  {
    title: "networkd forwards: IPForward= until 255, IPv4Forwarding= of networkd.conf from 256",
    settings: { "net.ipv4.ip_forward": "0" },
    files: {
      "/etc/systemd/network/10-late.network": "[Match]\nName=late0\n\n[Network]\nIPForward=ipv4\n",
      "/etc/systemd/networkd.conf.d/forward.conf": "[Network]\nIPv4Forwarding=yes\n",
    },
    also: ["net.ipv4.conf.late0.forwarding", "net.ipv4.conf.lo.forwarding"],
  },
  {
    title: "networkd: what it sets for each of its links",
    settings: { "net.ipv4.conf.late0.promote_secondaries": "0", "net.ipv6.conf.late0.accept_ra": "1" },
    also: ["net.ipv6.conf.late0.proxy_ndp", "net.ipv6.conf.late0.use_tempaddr"],
  },
  {
    title: "TuneD: a key of its profile without a line of ours",
    files: {
      "/etc/tuned/boots/tuned.conf": tunedProfile(),
      "/etc/tuned/profiles/boots/tuned.conf": tunedProfile(),
      "/etc/tuned/active_profile": "boots\n",
      "/etc/tuned/profile_mode": "manual\n",
    },
    also: ["net.ipv4.tcp_keepalive_time"],
  },
  {
    title: "TuneD: a key of its profile with a line of ours, which it applies again",
    settings: { "net.ipv4.tcp_fin_timeout": "30" },
  },
  {
    title: "TuneD: a line of /etc/sysctl.conf, which it applies last",
    settings: { "net.ipv4.tcp_syn_retries": "4" },
    files: line("/etc/sysctl.conf", "net.ipv4.tcp_syn_retries = 5"),
  },
  {
    title: "TuneD: a key of its profile, and a later line of /usr/lib, which it does not apply again",
    settings: { "net.ipv4.tcp_keepalive_intvl": "20" },
    files: line("/usr/lib/sysctl.d/95-vendor.conf", "net.ipv4.tcp_keepalive_intvl = 25"),
  },
];

function tunedProfile(): string {
  return "[sysctl]\nnet.ipv4.tcp_keepalive_time=1200\nnet.ipv4.tcp_fin_timeout=45\n";
}

export const boots: readonly Boot[] = [
  {
    title: "Files, values, patterns, modules, the command line, a credential, ufw",
    cases: [...order, ...values, ...patterns, ...late, ...around],
    append: commandLine,
    enable: ["ufw.service"],
  },
  {
    title: "Programs: networkd and TuneD",
    cases: programs,
    enable: ["systemd-networkd.service", "tuned.service"],
    wait: "for n in $(seq 90); do grep -q 'static tuning from profile' /var/log/tuned/tuned.log && break; sleep 1; done",
  },
  {
    title: "systemd-sysctl.service is masked by a link",
    cases: [
      {
        title: "the mask itself",
        files: { "/etc/systemd/system/systemd-sysctl.service": { link: "/dev/null" } },
      },
      ...unloaded,
    ],
    append: "sysctl.net.ipv4.tcp_keepalive_probes=5",
  },
  {
    title: "systemd-sysctl.service is masked on the kernel command line",
    cases: unloaded,
    append: "sysctl.net.ipv4.tcp_keepalive_probes=5 systemd.mask=systemd-sysctl.service",
  },
];
