/** Keys that guard a host against its users and its network: a profile that lowers the guard is told so. */
import { afterAll, describe, expect, it } from "vitest";
import { checkValue } from "../../src/catalogue/check-value.js";
import { isWeaker } from "../../src/catalogue/protection.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { everyKernel } from "../../src/catalogue/target.js";
import type { Tunable } from "../../src/catalogue/tunable.js";
import type { Value } from "../../src/catalogue/value.js";
import { commandRoom } from "../support/command-line.js";

const guarding = shippedCatalogue().all.filter(({ protects }) => protects);
const tunable = (key: string): Tunable => {
  const found = guarding.find((one) => one.key === key);
  if (found === undefined) throw new Error(`${key} does not guard`);
  return found;
};
const weaker = (key: string, value: string, than: string): boolean =>
  isWeaker(tunable(key), value as Value, than as Value);

describe("the order in which the values of a key guard a host", () => {
  it("is known of those that hardening guides are about", () => {
    const keys = guarding.map(({ key }) => key);
    for (const key of [
      "kernel.kptr_restrict",
      "kernel.yama.ptrace_scope",
      "kernel.unprivileged_bpf_disabled",
      "fs.protected_symlinks",
      "net.ipv4.conf.*.rp_filter",
      "net.ipv4.tcp_syncookies",
    ])
      expect(keys).toContain(key);
  });

  it.each(guarding.map((one) => [one.key, one] as const))(
    "of %s is one of values that the kernel takes",
    (_, one) => {
      for (const value of (one.protects ?? []).flat())
        expect(checkValue(one, value, everyKernel).ok, `${one.key} ${value}`).toBe(true);
    },
  );

  it("is not always that of the numbers", () => {
    expect(weaker("net.ipv4.conf.*.rp_filter", "2", "1")).toBe(true);
    expect(weaker("fs.suid_dumpable", "1", "0")).toBe(true);
    expect(weaker("kernel.unprivileged_bpf_disabled", "2", "1")).toBe(false);
    expect(weaker("kernel.unprivileged_bpf_disabled", "0", "1")).toBe(true);
    expect(weaker("kernel.kptr_restrict", "2", "0")).toBe(false);
    // Not in the list: not compared.
    expect(weaker("kernel.kptr_restrict", "7", "2")).toBe(false);
  });
});

describe("a key by which the kernel runs code, stops, or is locked until a reboot", () => {
  it.each([
    ...["kernel.core_pattern", "kernel.modprobe", "kernel.hotplug", "kernel.poweroff_cmd"],
    ...["kernel.usermodehelper.bset", "kernel.usermodehelper.inheritable", "fs.binfmt_misc.register"],
    ...["kernel.sysrq", "kernel.modules_disabled", "kernel.kexec_load_disabled", "kernel.panic_on_oops"],
    ...["kernel.panic_on_warn", "kernel.softlockup_panic", "kernel.hung_task_panic", "vm.panic_on_oom"],
    ...["kernel.unprivileged_bpf_disabled", "kernel.yama.ptrace_scope"],
  ])("is guarded: %s is set only where --accept names it", (key) => {
    const found = shippedCatalogue().all.find((one) => one.key === key);
    expect(found?.guard).toBeDefined();
  });
});

const room = commandRoom();
afterAll(room.remove);

const profile = (settings: string): string => `name: soft\nsummary: s\nsettings:\n${settings}\n`;
room.facts("hard", {
  readings: {
    "kernel.randomize_va_space": "2",
    "net.ipv4.conf.all.rp_filter": "1",
    "net.ipv4.conf.default.rp_filter": "1",
    "net.ipv4.conf.eth0.rp_filter": "1",
    "net.ipv4.conf.lo.rp_filter": "0",
  },
});

type Found = {
  readonly code: string;
  readonly key?: string;
  readonly excuse?: string;
};
async function planOf(settings: string, flags = ""): Promise<{ warnings: Found[]; excused: Found[] }> {
  room.write("soft.yaml", profile(settings));
  const said = await room.run(`diff soft.yaml --against hard.json --format json ${flags}`);
  return JSON.parse(said.out);
}
const about = (found: readonly Found[]): readonly Found[] =>
  found.filter(({ code }) => code === "weakens-protection");

describe("a setting that lowers a guard", () => {
  it("is told apart, once for all interfaces of a pattern", async () => {
    const { warnings } = await planOf(
      "  kernel.randomize_va_space: { value: 0, why: w }\n  net.ipv4.conf.*.rp_filter: { value: 0, why: w }",
    );
    expect(about(warnings)).toMatchObject([
      { key: "kernel.randomize_va_space", wanted: "0", than: "2", of: "host" },
      { key: "net.ipv4.conf.*.rp_filter", wanted: "0", than: "1", of: "host" },
    ]);
  });

  it("is excused with a reason, which every report shows", async () => {
    const { warnings, excused } = await planOf(
      "  net.ipv4.conf.*.rp_filter: { value: 2, why: w, allow: { weakens-protection: Two uplinks } }",
    );
    expect(about(warnings)).toEqual([]);
    expect(about(excused)).toMatchObject([{ excuse: "Two uplinks" }]);
  });

  it("is not told where the host has no more of it", async () => {
    const { warnings } = await planOf("  kernel.randomize_va_space: { value: 2, why: w }");
    expect(about(warnings)).toEqual([]);
  });

  it("is judged without a host against the kernel's default", async () => {
    room.write("soft.yaml", profile("  net.ipv4.tcp_syncookies: { value: 0, why: w }"));
    const said = await room.run("validate soft.yaml");
    expect(said.err).toContain("less than the kernel's default of 1");
    expect(said.code).toBe(0);
  });
});
