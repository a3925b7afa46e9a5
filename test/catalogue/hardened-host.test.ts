import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expand, type Key } from "../../src/catalogue/key.js";
import { parseProfile } from "../../src/profile/read/parse.js";
import { warningWords } from "../../src/render/messages/warnings.js";
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
  "vm.mmap_rnd_compat_bits": "8",
  "vm.unprivileged_userfaultfd": "0",
  "fs.protected_symlinks": "1",
  "fs.protected_hardlinks": "1",
  "fs.protected_fifos": "1",
  "fs.protected_regular": "2",
  "fs.suid_dumpable": "0",
  "dev.tty.ldisc_autoload": "1",
  "net.ipv4.tcp_syncookies": "1",
  "net.ipv4.icmp_echo_ignore_broadcasts": "1",
  "net.ipv4.icmp_ignore_bogus_error_responses": "1",
  ...perInterface("ipv4", "accept_redirects", "1"),
  ...perInterface("ipv6", "accept_redirects", "1"),
  ...perInterface("ipv4", "accept_source_route", "0"),
  ...perInterface("ipv4", "send_redirects", "1"),
  ...perInterface("ipv6", "accept_source_route", "0"),
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
const settingsOn = async (arch: string, kernel = "6.1.0") => {
  const result = await resolved(texts, {
    host: { ...host, kernel, arch, has: (key) => key in values },
  });
  return result.ok ? result.value.settings : [];
};
const debian = (
  changed: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
) =>
  machine({
    values: { ...values, ...changed },
    files: { "/usr/lib/sysctl.d/99-protect-links.conf": protectLinks, ...files },
  });
const bpf = "kernel.unprivileged_bpf_disabled";

describe("hardened-host on a Debian 12", () => {
  it.each([
    ["x86_64", ["vm.mmap_min_addr", "vm.mmap_rnd_bits", "vm.mmap_rnd_compat_bits"]],
    ["aarch64", ["vm.mmap_min_addr"]],
    ["armv7l", []],
  ])("sets on %s what that machine can hold, by the name that uname gives it", async (arch, expected) => {
    const keys = (await settingsOn(arch)).map(({ key }) => key as string);
    expect(keys.filter((key) => key.startsWith("vm.mmap_"))).toEqual(expected);
  });

  it("is in force now and after a boot, and no file of the distribution speaks against it", async () => {
    const box = debian();
    const settings = await settingsOn("x86_64");
    const plan = box.planFor(settings);
    expect(plan.problems.map(problemWords)).toEqual([]);
    expect(plan.warnings.map(warningWords)).toEqual([]);
    expect((await box.apply(settings)).status).toBe("done");
    expect(box.drifts()).toEqual([]);
    const booted = box.rebooted(values).texts();
    expect([...booted].filter(([key, text]) => box.kernel.texts().get(key) !== text)).toEqual([]);
  });

  it("leaves the links and pipes to the file of the distribution, which asks for as much", async () => {
    const box = debian();
    await box.apply(await settingsOn("x86_64"));
    const links = ["protected_fifos", "protected_hardlinks", "protected_regular", "protected_symlinks"];
    expect(links.map((name) => box.kernel.texts().get(`fs.${name}`))).toEqual(["1", "1", "2", "1"]);
    expect(links.map((name) => box.rebooted(values).texts().get(`fs.${name}`))).toEqual(["1", "1", "2", "1"]);
  });

  it("applies where BPF is off until a reboot, says so, writes nothing to that key, and has 2 after the reboot", async () => {
    const box = debian({ [bpf]: "1" }, { "/etc/sysctl.d/60-bpf.conf": `${bpf} = 1\n` });
    const settings = await settingsOn("x86_64");
    const plan = box.planFor(settings);
    expect(plan.problems.map(problemWords)).toEqual([]);
    expect(plan.warnings).toEqual([
      expect.objectContaining({ code: "locked-until-reboot", key: bpf, live: "1", wanted: "2" }),
      // procps carries out the earlier line too, and from then on the kernel refuses ours.
      expect.objectContaining({ code: "other-loader-differs", key: bpf, loader: "procps", value: "1" }),
    ]);
    expect((await box.apply(settings)).status).toBe("done");
    expect(box.kernel.written).not.toContain(bpf);
    expect(box.rebooted(values).texts().get(bpf)).toBe("2");
  });

  it("takes BPF from ordinary users where they have it, in a way that an administrator can take back", async () => {
    const box = debian({ [bpf]: "0" });
    expect((await box.apply(await settingsOn("x86_64"))).status).toBe("done");
    expect(box.kernel.texts().get(bpf)).toBe("2");
    expect(
      box
        .rebooted({ ...values, [bpf]: "0" })
        .texts()
        .get(bpf),
    ).toBe("2");
  });

  it("leaves BPF alone where the kernel knows no switch that can be taken back", async () => {
    const keys = async (kernel: string) =>
      (await settingsOn("x86_64", kernel)).map(({ key }) => key as string);
    expect(await keys("5.12.0")).not.toContain(bpf);
    expect(await keys("5.13.0")).toContain(bpf);
  });

  it("keeps what a host has stricter", async () => {
    const stricter = {
      "kernel.kptr_restrict": "2",
      "kernel.perf_event_paranoid": "4",
      "kernel.yama.ptrace_scope": "2",
      "net.core.bpf_jit_harden": "2",
      "net.ipv6.conf.all.accept_source_route": "-1",
    };
    const box = debian(stricter);
    await box.apply(await settingsOn("x86_64"));
    const now = Object.keys(stricter).map((key) => [key, box.kernel.texts().get(key)]);
    expect(Object.fromEntries(now)).toEqual(stricter);
  });
});

/** As ComplianceAsCode has them for Debian 12 and Ubuntu 24.04, the same 26 for both. */
const cis: Readonly<Record<string, string>> = {
  "fs.suid_dumpable": "0",
  "kernel.randomize_va_space": "2",
  "kernel.yama.ptrace_scope": "1",
  "net.ipv4.conf.all.accept_redirects": "0",
  "net.ipv4.conf.all.accept_source_route": "0",
  "net.ipv4.conf.all.log_martians": "1",
  "net.ipv4.conf.all.rp_filter": "1",
  "net.ipv4.conf.all.secure_redirects": "0",
  "net.ipv4.conf.all.send_redirects": "0",
  "net.ipv4.conf.default.accept_redirects": "0",
  "net.ipv4.conf.default.accept_source_route": "0",
  "net.ipv4.conf.default.log_martians": "1",
  "net.ipv4.conf.default.rp_filter": "1",
  "net.ipv4.conf.default.secure_redirects": "0",
  "net.ipv4.conf.default.send_redirects": "0",
  "net.ipv4.icmp_echo_ignore_broadcasts": "1",
  "net.ipv4.icmp_ignore_bogus_error_responses": "1",
  "net.ipv4.ip_forward": "0",
  "net.ipv4.tcp_syncookies": "1",
  "net.ipv6.conf.all.accept_ra": "0",
  "net.ipv6.conf.all.accept_redirects": "0",
  "net.ipv6.conf.all.accept_source_route": "0",
  "net.ipv6.conf.all.forwarding": "0",
  "net.ipv6.conf.default.accept_ra": "0",
  "net.ipv6.conf.default.accept_redirects": "0",
  "net.ipv6.conf.default.accept_source_route": "0",
};

/** Beyond those of CIS, as ComplianceAsCode has them. */
const stigRhel9: Readonly<Record<string, string>> = {
  "crypto.fips_enabled": "1",
  "fs.protected_hardlinks": "1",
  "fs.protected_symlinks": "1",
  "kernel.core_pattern": "|/bin/false",
  "kernel.dmesg_restrict": "1",
  "kernel.exec-shield": "1",
  "kernel.kexec_load_disabled": "1",
  "kernel.kptr_restrict": "1",
  "kernel.perf_event_paranoid": "2",
  "kernel.unprivileged_bpf_disabled": "1",
  "net.core.bpf_jit_harden": "2",
  "net.ipv4.conf.all.forwarding": "0",
  "user.max_user_namespaces": "0",
};

const kspp: Readonly<Record<string, string>> = {
  "dev.tty.ldisc_autoload": "0",
  "dev.tty.legacy_tiocsti": "0",
  "fs.protected_fifos": "2",
  "fs.protected_hardlinks": "1",
  "fs.protected_regular": "2",
  "fs.protected_symlinks": "1",
  "fs.suid_dumpable": "0",
  "kernel.dmesg_restrict": "1",
  "kernel.kexec_load_disabled": "1",
  "kernel.kptr_restrict": "2",
  "kernel.modules_disabled": "1",
  "kernel.oops_limit": "1",
  "kernel.perf_event_paranoid": "3",
  "kernel.randomize_va_space": "2",
  "kernel.unprivileged_bpf_disabled": "1",
  "kernel.warn_limit": "1",
  "kernel.yama.ptrace_scope": "3",
  "net.core.bpf_jit_harden": "2",
  "user.max_user_namespaces": "0",
  "vm.unprivileged_userfaultfd": "0",
};

describe("hardened-host beside the lists that auditors use", () => {
  const parsed = parseProfile("hardened-host", texts["hardened-host"]);
  const profile = parsed.ok ? parsed.value : undefined;
  const asks = (rule: string, value: string): boolean =>
    profile?.settings.some(
      ({ key, value: exact, atLeast, atMost }) =>
        expand(key.text as Key, ["all", "default"]).includes(rule as Key) &&
        [exact, atLeast, atMost].some((one) => one?.text === value),
    ) ?? false;
  /** By its whole name, or its last part alone where all interfaces are meant. */
  const isExplained = (rule: string): boolean =>
    (profile?.description ?? "").includes(
      /\.conf\.(all|default)\.(?!forwarding)/.test(rule) ? leaf(rule) : rule,
    );
  const leaf = (key: string): string => key.slice(key.lastIndexOf(".") + 1);

  it.each([
    ["the 26 of CIS for Debian 12 and Ubuntu 24.04", cis, 26],
    ["the 13 more of STIG for RHEL 9", stigRhel9, 13],
    ["the 20 of KSPP", kspp, 20],
  ] as const)("sets each rule of %s, or says in its description why not", (_, rules, count) => {
    const silent = Object.entries(rules).filter(([rule, value]) => !asks(rule, value) && !isExplained(rule));
    expect(silent).toEqual([]);
    expect(Object.keys(rules)).toHaveLength(count);
  });
});
