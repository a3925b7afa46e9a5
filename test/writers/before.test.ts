/** What is set before the boot loader reads its first file, and right after its last. */
import { describe, expect, it } from "vitest";
import { surroundingsIn, writesIn } from "./trees.js";

describe("systemd as PID 1", () => {
  it("sets what it needs, and on others than Debian two keys more", () => {
    const { writes } = surroundingsIn({ "/etc/os-release": 'ID=fedora\nNAME="Fedora"\n' });
    expect(writes.map(({ key, value, atLeast, when }) => [key, value, atLeast ?? false, when])).toEqual([
      ["fs.file-max", "9223372036854775807", false, "before"],
      ["net.unix.max_dgram_qlen", "512", true, "before"],
      ["kernel.ctrl-alt-del", "0", false, "before"],
      ["fs.nr_open", "1073741816", false, "before"],
      ["kernel.core_pattern", "|/bin/false", false, "before"],
      ["kernel.printk_devkmsg", "on", false, "before"],
      ["kernel.hostname", undefined, false, "before"],
    ]);
  });

  it("is built otherwise on Debian until 252, not so from 257 on, and between nobody knows", () => {
    for (const release of ["ID=debian\n", "ID=ubuntu\nID_LIKE=debian\n", 'ID=x\nID_LIKE="ubuntu debian"\n']) {
      const limit = (systemdVersion: number): readonly (string | undefined)[] =>
        surroundingsIn({ "/etc/os-release": release }, { systemdVersion })
          .writes.filter(({ key }) => key === "fs.nr_open")
          .map(({ value }) => value);
      expect([252, 255, 257].map(limit)).toEqual([[], [undefined], ["1073741816"]]);
    }
  });

  it("gives the host its name, and leaves kernel messages as the command line has locked them", () => {
    const settings = (tree: Readonly<Record<string, string>>): readonly string[] =>
      writesIn(tree, {}, "systemd").filter((text) => /hostname|devkmsg/.test(text));
    expect(settings({ "/etc/hostname": "# mine\n\nweb-1\n", "/proc/cmdline": "printk.devkmsg=off" })).toEqual(
      ["kernel.hostname = web-1 (/etc/hostname:3)"],
    );
    expect(settings({ "/etc/hostname": "web-????\n" })).toEqual([
      "kernel.printk_devkmsg = on",
      "kernel.hostname = ? (/etc/hostname:1)",
    ]);
  });

  it("sets nothing in a container, and nothing where another is PID 1", () => {
    expect(surroundingsIn({ "/run/systemd/container": "docker" }).writes).toEqual([]);
    expect(surroundingsIn({}, { systemd: false }).writes).toEqual([]);
  });
});

describe("a script in the initramfs", () => {
  it("sets a key before systemd does", () => {
    const { writes } = surroundingsIn({
      "/etc/initramfs-tools/scripts/init-top/mine": "#!/bin/sh\nsysctl -w vm.swappiness=7\n",
      "/etc/initramfs-tools/scripts/init-bottom/last": "echo 9 > /proc/sys/vm/swappiness\n",
    });
    expect(writes.slice(0, 2)).toMatchObject([
      { program: "the initramfs", key: "vm.swappiness", value: "7", line: 2, when: "before" },
      { program: "the initramfs", key: "vm.swappiness", value: "9", line: 1, when: "before" },
    ]);
  });
});

describe("the credential sysctl.extra", () => {
  const text = "net.ipv4.tcp_sack = 0\nnet.ipv4.conf.*.rp_filter = 2\nnet.ipv4.conf.lo.rp_filter = 1\n";

  it("is read after all files, a line for a key beating any pattern", () => {
    const file = "/run/credentials/systemd-sysctl.service/sysctl.extra";
    expect(writesIn({ [file]: text })).toEqual([
      `net.ipv4.conf.*.rp_filter = 2 (${file}:2)`,
      `net.ipv4.tcp_sack = 0 (${file}:1)`,
      `net.ipv4.conf.lo.rp_filter = 1 (${file}:3)`,
    ]);
    expect(surroundingsIn({ [file]: text }).writes.at(-1)?.when).toBe("after");
  });

  it("may be kept on disk, and is not read by a systemd before 252", () => {
    const stored = { "/etc/credstore/sysctl.extra": text };
    expect(writesIn(stored)).toHaveLength(3);
    expect(writesIn(stored, { systemdVersion: 247 })).toEqual([]);
  });

  it("cannot be known where it is encrypted, and that is said", () => {
    const file = "/etc/credstore.encrypted/sysctl.extra";
    expect(surroundingsIn({ [file]: "x" }).unread).toEqual([
      { file, reason: "encrypted", program: "the credential sysctl.extra" },
    ]);
  });
});
