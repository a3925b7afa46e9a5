/** What files of sysctl.d, and the kernel that takes their lines, can show. */
import type { Case } from "./case.js";

const etc = "/etc/sysctl.d";

/** One foreign file, with one line. */
export const line = (path: string, text: string): { readonly [path: string]: string } => ({
  [path]: `${text}\n`,
});

export const order: readonly Case[] = [
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

export const values: readonly Case[] = [
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
    unknown: { "net.ipv4.tcp_rmem": "the last field depends on memory" },
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

export const patterns: readonly Case[] = [
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

export const late: readonly Case[] = [
  {
    title: "a late interface, named",
    settings: { "net.ipv4.conf.late0.accept_local": "1" },
  },
  {
    title: "a late interface with a dot in its name",
    settings: { "net.ipv4.conf.late0/5.proxy_arp_pvlan": "1" },
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
