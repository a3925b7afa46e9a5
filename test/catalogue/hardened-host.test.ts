import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { problemWords } from "../../src/render/problems.js";
import { machine } from "../fakes/machine.js";
import { host, resolved } from "../fakes/profiles.js";

// The profile whole on a Debian 12: a file of the distribution is read after ours and must not make it fail.

const interfaces = ["all", "default", "lo", "eth0", "eth0/100"];
const perInterface = (family: string, name: string, value: string): Record<string, string> =>
  Object.fromEntries(interfaces.map((one) => [`net.${family}.conf.${one}.${name}`, value]));

/** After its first boot, Linux 6.1. */
const values: Readonly<Record<string, string>> = {
  "kernel.kptr_restrict": "0",
  "kernel.dmesg_restrict": "1",
  "kernel.perf_event_paranoid": "3",
  "kernel.unprivileged_bpf_disabled": "2",
  "net.core.bpf_jit_harden": "0",
  "kernel.yama.ptrace_scope": "0",
  "kernel.randomize_va_space": "2",
  "vm.mmap_min_addr": "65536",
  "vm.mmap_rnd_bits": "28",
  "vm.unprivileged_userfaultfd": "0",
  "fs.protected_symlinks": "1",
  "fs.protected_hardlinks": "1",
  "fs.protected_fifos": "1",
  "fs.protected_regular": "2",
  "fs.suid_dumpable": "0",
  "dev.tty.ldisc_autoload": "1",
  "net.ipv4.tcp_syncookies": "1",
  ...perInterface("ipv4", "accept_redirects", "1"),
  ...perInterface("ipv6", "accept_redirects", "1"),
  ...perInterface("ipv4", "accept_source_route", "0"),
};

/** Of the package procps, 2:4.0.2-3. */
const protectLinks = `###################################################################
# Protected links
#
# Protects against creating or following links under certain conditions
# Debian kernels have both set to 1 (restricted)
# See https://www.kernel.org/doc/Documentation/sysctl/fs.txt
fs.protected_fifos = 1
fs.protected_hardlinks = 1
fs.protected_regular = 2
fs.protected_symlinks = 1
`;

const texts = { "hardened-host": readFileSync("profiles/hardened-host.yaml", "utf8") };
const settingsOn = async (arch: string) => {
  const result = await resolved(texts, {
    host: { ...host, kernel: "6.1.0", arch, has: (key) => key in values },
  });
  return result.ok ? result.value.settings : [];
};

describe("hardened-host on a Debian 12", () => {
  it.each([
    ["x86_64", ["vm.mmap_min_addr", "vm.mmap_rnd_bits"]],
    ["aarch64", ["vm.mmap_min_addr"]],
    ["armv7l", []],
  ])("sets on %s what that machine can hold, by the name that uname gives it", async (arch, expected) => {
    const keys = (await settingsOn(arch)).map(({ key }) => key as string);
    expect(keys.filter((key) => key.startsWith("vm.mmap_"))).toEqual(expected);
  });

  it("is in force now and after a boot, and no file of the distribution speaks against it", async () => {
    const files = { "/usr/lib/sysctl.d/99-protect-links.conf": protectLinks };
    const box = machine({ values, files });
    const settings = await settingsOn("x86_64");
    expect(box.planFor(settings).problems.map(problemWords)).toEqual([]);
    expect((await box.apply(settings)).status).toBe("done");
    expect(box.drifts()).toEqual([]);
    const booted = box.rebooted(values).texts();
    expect([...booted].filter(([key, text]) => box.kernel.texts().get(key) !== text)).toEqual([]);
  });
});
