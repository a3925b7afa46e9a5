/** What the kernel itself sets, before anything runs. */
import { describe, expect, it } from "vitest";
import { lookBelow } from "../../src/disk/boot-sources.js";
import { bootSources, surroundingsOf } from "../../src/writers/surroundings.js";
import { surroundingsIn, treeOnDisk, writesIn } from "./trees.js";

describe("the kernel command line", () => {
  it("sets a key before any line of sysctl.d does", () => {
    const [first] = surroundingsIn({
      "/proc/cmdline": "root=/dev/vda ro sysctl.net.ipv4.tcp_syn_retries=4\n",
    }).writes;
    expect(first).toEqual({
      program: "the kernel command line",
      key: "net.ipv4.tcp_syn_retries",
      value: "4",
      file: "/proc/cmdline",
      when: "before",
      state: "running",
    });
  });

  it("is read word by word, with both spellings of a key, with quotes, and up to the end that -- makes", () => {
    const text = [
      "sysctl.kernel.panic=7",
      "sysctl/vm/swappiness=5",
      "sysctl.net/ipv4/conf/eth0.100/rp_filter=2",
      'sysctl.net.ipv4.ip_local_port_range="2000 3000"',
      '"sysctl.net.ipv4.tcp_rmem=4096 5000 6000"',
      "-- sysctl.vm.swappiness=9",
    ].join(" ");
    expect(writesIn({ "/proc/cmdline": text })).toEqual([
      `kernel.panic = 7 (/proc/cmdline)`,
      `vm.swappiness = 5 (/proc/cmdline)`,
      `net.ipv4.conf.eth0/100.rp_filter = 2 (/proc/cmdline)`,
      `net.ipv4.ip_local_port_range = 2000 3000 (/proc/cmdline)`,
      `net.ipv4.tcp_rmem = 4096 5000 6000 (/proc/cmdline)`,
    ]);
  });

  it("never sets a key that a module brings, nor one on a kernel before 5.8", () => {
    const text = "sysctl.net.netfilter.nf_conntrack_max=77 sysctl.vm.swappiness=5";
    expect(writesIn({ "/proc/cmdline": text })).toEqual([`vm.swappiness = 5 (/proc/cmdline)`]);
    expect(writesIn({ "/proc/cmdline": text }, { kernel: "5.4.0-100" })).toEqual([]);
  });

  it("has parameters of its own that stand for a key, some without its value", () => {
    const text = "quiet panic=-1 oops=panic noautogroup numa_balancing=maybe paniced=3 -- norandmaps";
    expect(writesIn({ "/proc/cmdline": text }, { kernel: "5.4" })).toEqual([
      "kernel.printk = ? (/proc/cmdline)",
      "kernel.panic = -1 (/proc/cmdline)",
      "kernel.panic_on_oops = 1 (/proc/cmdline)",
      "kernel.sched_autogroup_enabled = 0 (/proc/cmdline)",
      "kernel.numa_balancing = ? (/proc/cmdline)",
    ]);
  });

  it("of an image is the one that it is configured with", () => {
    expect(
      writesIn({
        "/etc/default/grub": [
          "# sysctl.vm.swappiness=1",
          'GRUB_CMDLINE_LINUX_DEFAULT="quiet sysctl.vm.swappiness=2"',
          "GRUB_CMDLINE_LINUX='sysctl.vm.swappiness=3'",
        ].join("\n"),
        "/etc/default/grub.d/50-cloud.cfg":
          'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT sysctl.kernel.panic=9"\n',
        "/etc/kernel/cmdline": "ro sysctl.vm.swappiness=4\n",
      }),
    ).toEqual([
      `vm.swappiness = 3 (/etc/default/grub:3)`,
      `kernel.printk = ? (/etc/default/grub:2)`,
      `vm.swappiness = 2 (/etc/default/grub:2)`,
      `kernel.panic = 9 (/etc/default/grub.d/50-cloud.cfg:1)`,
      `vm.swappiness = 4 (/etc/kernel/cmdline:1)`,
    ]);
  });

  it("may be 4 kB of nonsense", () => {
    const nonsense = `sysctl. sysctl.= sysctl..=1 sysctl.a=1 sysctl.vm..=2 sysctl.../x=1 "sysctl.vm.swappiness ${'"='.repeat(2000)}`;
    expect(writesIn({ "/proc/cmdline": nonsense })).toEqual([]);
  });

  it("is kept only as far as it is asked for: the rest may be a secret", () => {
    const root = treeOnDisk({ "/proc/cmdline": "rd.luks.key=geheim sysctl.vm.swappiness=5" });
    const sources = bootSources(lookBelow(root));
    expect(JSON.stringify(sources)).not.toContain("geheim");
    expect(
      surroundingsOf(sources, {
        catalogue: { all: [], get: () => undefined, causes: () => [] },
        systemd: false,
      }).writes,
    ).toHaveLength(1);
  });
});
