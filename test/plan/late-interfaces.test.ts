import { describe, expect, it } from "vitest";
import { usualLoader } from "../../src/boot/loader.js";
import type { BootStack } from "../../src/boot/stack.js";
import { planSettings } from "../../src/plan/plan-settings.js";
import { catalogue, machine } from "../fakes/machine.js";
import { setting } from "../fakes/settings.js";

const values = Object.fromEntries(
  ["all", "default", "lo", "eth0"].map((name) => [`net.ipv4.conf.${name}.rp_filter`, "2"]),
);

/** The warnings of a plan about interfaces that are not here. */
function told(key: string, rival: string): readonly string[] {
  const boot: BootStack = {
    entries: [{ folder: "/etc/sysctl.d", name: "95-x.conf", content: { kind: "text", text: `${rival}\n` } }],
  };
  const facts = { ...machine({ values }).facts(), interfaces: ["all", "default", "lo", "eth0"], boot };
  const asked = { catalogue, profiles: ["web"], leftOut: [], parameters: {}, facts };
  const { warnings } = planSettings({ ...asked, settings: [setting(key, "2")] });
  return warnings.flatMap((one) => {
    if (one.code === "late-interface-differs") return [`${one.name} gets ${one.boot} by ${one.line}`];
    return one.code === "interface-unlike" ? [`unlike ${one.name}`] : [];
  });
}

const all = "net.ipv4.conf.*.rp_filter";

describe("a setting for interfaces that are not here yet", () => {
  it.each([
    ["a later pattern for other names", "net.ipv4.conf.w*.rp_filter = 0", ["w* gets 0 by 1"]],
    ["a line that names one", "net/ipv4/conf/wlan0/rp_filter = 0", ["wlan0 gets 0 by 1"]],
    ["a pattern of the leaf", "net.ipv4.conf.w?.rp_f* = 0", ["w? gets 0 by 1"]],
    ["the same value", "net.ipv4.conf.w*.rp_filter = 2", []],
    ["another key", "net.ipv4.conf.w*.accept_redirects = 0", []],
    ["the other family", "net.ipv6.conf.w*.rp_filter = 0", []],
  ])("is told of %s", (_, rival, expected) => {
    expect(told(all, rival)).toEqual(expected);
  });

  it("is not told of what its own pattern leaves out", () => {
    expect(told("net.ipv4.conf.eth*.rp_filter", "net.ipv4.conf.w*.rp_filter = 0")).toEqual([]);
  });

  it("is asked about where no interface is called anything like it", () => {
    expect(told("net.ipv4.conf.eht0.rp_filter", "# nothing")).toEqual(["unlike eht0"]);
    expect(told("net.ipv4.conf.eth7.rp_filter", "# nothing")).toEqual([]);
    expect(told("net.ipv4.conf.wl*.rp_filter", "# nothing")).toEqual(["unlike wl*"]);
  });
});

describe("a loader that knows no patterns", () => {
  const busybox = usualLoader.busybox;
  const plan = (key: string) => {
    const facts = {
      ...machine({ values }).facts(),
      interfaces: ["all", "default", "lo", "eth0"],
      loader: busybox,
    };
    const asked = { catalogue, profiles: ["web"], leftOut: [], parameters: {}, facts };
    return planSettings({ ...asked, settings: [setting(key, "1")] });
  };

  it("gets a line for each interface that is here", () => {
    const lines = (plan(all).files[0]?.after ?? "").split("\n").filter((line) => line.includes(" = "));
    expect(lines.sort()).toEqual([
      "net.ipv4.conf.all.rp_filter = 1",
      "net.ipv4.conf.default.rp_filter = 1",
      "net.ipv4.conf.eth0.rp_filter = 1",
      "net.ipv4.conf.lo.rp_filter = 1",
    ]);
  });

  it("is told of where `default` is left out", () => {
    const codes = (key: string) => plan(key).warnings.map(({ code }) => code);
    expect(codes("net.ipv4.conf.eth*.rp_filter")).toContain("pattern-spelled-out");
    expect(codes(all)).not.toContain("pattern-spelled-out");
  });
});
