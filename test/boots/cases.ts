/** The boots, and what is tried in each. */
import type { Boot, Case } from "./case.js";
import { late, line, order, patterns, values } from "./file-cases.js";

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

const networkd: readonly Case[] = [
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
];

const tuned: readonly Case[] = [
  {
    title: "networkd and TuneD, which disagree about a link and have no order",
    settings: { "net.ipv4.conf.late0.promote_secondaries": "0" },
    files: { "/etc/systemd/network/10-late.network": "[Match]\nName=late0\n" },
    unknown: { "net.ipv4.conf.late0.promote_secondaries": "it is whoever comes last" },
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
    title: "TuneD, beside networkd",
    cases: tuned,
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
    title: "systemd-sysctl.service is masked on the kernel command line; networkd",
    cases: [...unloaded, ...networkd],
    append: "sysctl.net.ipv4.tcp_keepalive_probes=5 systemd.mask=systemd-sysctl.service",
    enable: ["systemd-networkd.service"],
  },
];
