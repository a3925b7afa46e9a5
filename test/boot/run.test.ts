import { describe, expect, it } from "vitest";
import { type LoaderName, traitsOf, usualLoader } from "../../src/boot/loader.js";
import { type ProgramWrite, runBoot } from "../../src/boot/run.js";
import { simulate } from "../../src/boot/simulate.js";
import { influencing } from "../../src/catalogue/affected.js";
import { defaultOf } from "../../src/catalogue/catalogue.js";
import { type Key, keyPath } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { exactly } from "../../src/catalogue/target.js";
import type { Value } from "../../src/catalogue/value.js";

const catalogue = shippedCatalogue();
const interfaces = ["all", "default", "lo", "eth0"];

/** What a boot over this one file leaves, as `VALUE by LINE` and, where another key moves it, ` via KEY`. */
function boot(
  text: string,
  keys: readonly string[],
  name: LoaderName = "systemd",
  programs: readonly ProgramWrite[] = [],
  isOff = false,
): readonly string[] {
  const loader = usualLoader[name];
  const paths = [...influencing(catalogue, keys as Key[], interfaces)].map(keyPath);
  const entries = [{ folder: "/etc/sysctl.d", name: "50-a.conf", content: { kind: "text" as const, text } }];
  const starts = (key: Key): Value | undefined => {
    const tunable = catalogue.get(key) ?? catalogue.get(key.replace(/\.(all|default|lo|eth0)\./, ".*."));
    return tunable && (defaultOf(tunable, "6.18")?.value as Value | undefined);
  };
  const { writes } = simulate({ entries }, loader, paths);
  const { of } = runBoot(
    { catalogue, target: exactly("6.18.44"), loader, interfaces, starts, isTaken: () => false },
    { loader: isOff ? [] : writes, late: traitsOf(loader).udevRerun ? writes : [], programs },
  );
  return keys.map((key) => {
    const { value = "?", by } = of(key as Key);
    const who = by && ("line" in by ? by.line.line : by.program.program);
    return `${value}${who === undefined ? "" : ` by ${who}`}${by?.via ? ` via ${by.via}` : ""}`;
  });
}

describe("a boot", () => {
  it("starts from what nobody knows where a program has set it before, until a line says more", () => {
    const before = { program: "quiet", key: "kernel.printk" as Key, when: "before" } as const;
    expect(boot("", ["kernel.printk"], "systemd", [before])).toEqual(["? by quiet"]);
    expect(boot("kernel.printk = 3 4 1 3\n", ["kernel.printk"], "systemd", [before])).toEqual([
      "3 4 1 3 by 1",
    ]);
    expect(boot("", ["kernel.printk"], "systemd", [{ ...before, when: "after" }])).toEqual(["7 4 1 7"]);
  });

  it("leaves what two programs disagree about unknown where one of them may come at any time", () => {
    const key = "net.ipv4.conf.eth0.promote_secondaries" as Key;
    const link = { program: "networkd", key, value: "1", when: "after", anytime: true } as const;
    const other = { program: "TuneD", key, value: "0", when: "after" } as const;
    expect(boot("", [key], "systemd", [link, other])).toEqual(["? by networkd"]);
    expect(boot("", [key], "systemd", [other, link])).toEqual(["1 by networkd"]);
    const ordered = { program: "ufw", key, value: "1", when: "after" } as const;
    expect(boot("", [key], "systemd", [ordered, other])).toEqual(["0 by TuneD"]);
  });

  it("whose loader is off sets the keys of interfaces alone, by udev's run", () => {
    const keys = ["net.ipv4.conf.eth0.rp_filter", "net.ipv4.conf.lo.rp_filter", "net.core.somaxconn"];
    const lines = "net.ipv4.conf.*.rp_filter = 2\nnet.core.somaxconn = 5000\n";
    expect(boot(lines, keys, "systemd", [], true)).toEqual(["2 by 1", "0", "4096"]);
  });

  it("moves both names of one value with a write to either", () => {
    expect(
      boot("net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.forwarding = 0\n", ["net.ipv4.ip_forward"]),
    ).toEqual(["0 by 2 via net.ipv4.conf.all.forwarding"]);
  });

  it("sets the exclusive twin of a key to 0", () => {
    expect(
      boot("vm.dirty_bytes = 268435456\nvm.dirty_ratio = 20\n", ["vm.dirty_bytes", "vm.dirty_ratio"]),
    ).toEqual(["0 by 2 via vm.dirty_ratio", "20 by 2"]);
  });

  it("carries `all` of IPv6 to every interface, and a loader that writes no value twice leaves them", () => {
    const lines = "net.ipv6.conf.lo.disable_ipv6 = 0\nnet.ipv6.conf.all.disable_ipv6 = 1\n";
    expect(boot(lines, ["net.ipv6.conf.lo.disable_ipv6"])).toEqual([
      "1 by 2 via net.ipv6.conf.all.disable_ipv6",
    ]);
    const unchanged = "net.ipv6.conf.lo.disable_ipv6 = 1\nnet.ipv6.conf.all.disable_ipv6 = 0\n";
    expect(boot(unchanged, ["net.ipv6.conf.lo.disable_ipv6"])).toEqual(["1 by 1"]);
    expect(boot(unchanged, ["net.ipv6.conf.lo.disable_ipv6"], "procps")).toEqual([
      "0 by 2 via net.ipv6.conf.all.disable_ipv6",
    ]);
  });

  it("leaves interfaces as they are where a write of IPv4 forwarding changes nothing", () => {
    const lines = "net.ipv4.conf.lo.forwarding = 1\nnet.ipv4.ip_forward = 0\n";
    expect(boot(lines, ["net.ipv4.conf.lo.forwarding"], "procps")).toEqual(["1 by 1"]);
  });

  it("keeps what was there where the kernel refuses a value: with systemd the default, with procps an earlier line", () => {
    const lines = "net.ipv4.tcp_fin_timeout = 20\nnet.ipv4.tcp_fin_timeout = soon\n";
    expect(boot(lines, ["net.ipv4.tcp_fin_timeout"])).toEqual(["60"]);
    expect(boot(lines, ["net.ipv4.tcp_fin_timeout"], "procps")).toEqual(["20 by 1"]);
  });

  it("takes an empty value where the key takes one", () => {
    expect(boot("kernel.modprobe =\n", ["kernel.modprobe"])).toEqual([" by 1"]);
  });

  it("keeps a bound between two keys", () => {
    expect(boot("net.ipv4.ip_local_port_range = 500 60000\n", ["net.ipv4.ip_local_port_range"])).toEqual([
      "32768 60999",
    ]);
    const lower = "net.ipv4.ip_unprivileged_port_start = 400\nnet.ipv4.ip_local_port_range = 500 60000\n";
    expect(boot(lower, ["net.ipv4.ip_local_port_range"])).toEqual(["500 60000 by 2"]);
  });

  it("gives an interface what `default` has, and not `lo`, which has its address by then", () => {
    expect(
      boot("net.ipv4.conf.default.rp_filter = 2\n", [
        "net.ipv4.conf.eth0.rp_filter",
        "net.ipv4.conf.lo.rp_filter",
      ]),
    ).toEqual(["2 by 1 via net.ipv4.conf.default.rp_filter", "0"]);
  });

  it("counts an interface's key as written though the kernel refused the value", () => {
    const lines = "net.ipv4.conf.eth0.rp_filter = 1-3\nnet.ipv4.conf.default.rp_filter = 1\n";
    expect(boot(lines, ["net.ipv4.conf.eth0.rp_filter"], "procps")).toEqual(["0"]);
  });

  it("does not say what an interface's own forwarding is, which udev may set before `all` or after it", () => {
    const lines = "net.ipv4.conf.eth0.forwarding = 0\nnet.ipv4.conf.all.forwarding = 1\n";
    expect(boot(lines, ["net.ipv4.conf.eth0.forwarding"])).toEqual(["? by 1"]);
    expect(boot(lines, ["net.ipv4.conf.eth0.forwarding"], "procps")).toEqual([
      "1 by 2 via net.ipv4.conf.all.forwarding",
    ]);
  });

  it("begins with what the kernel command line sets, which a line of sysctl.d beats", () => {
    const set = { program: "the kernel command line", key: "net.ipv4.tcp_syn_retries" as Key, value: "4" };
    const key = ["net.ipv4.tcp_syn_retries"];
    expect(boot("", key, "systemd", [{ ...set, when: "before" }])).toEqual(["4 by the kernel command line"]);
    expect(boot("net.ipv4.tcp_syn_retries = 5\n", key, "systemd", [{ ...set, when: "before" }])).toEqual([
      "5 by 1",
    ]);
  });

  it("ends with what a program sets afterwards, unless it says the same or only raises", () => {
    const line = "net.ipv4.tcp_sack = 1\n";
    const ufw = { program: "ufw", key: "net.ipv4.tcp_sack" as Key, when: "after" as const };
    expect(boot(line, ["net.ipv4.tcp_sack"], "systemd", [{ ...ufw, value: "0" }])).toEqual(["0 by ufw"]);
    expect(boot(line, ["net.ipv4.tcp_sack"], "systemd", [{ ...ufw, value: "1" }])).toEqual(["1 by 1"]);
    expect(boot(line, ["net.ipv4.tcp_sack"], "systemd", [ufw])).toEqual(["1 by 1"]);
    const queue = { program: "systemd", key: "net.unix.max_dgram_qlen" as Key, when: "before" as const };
    expect(
      boot("", ["net.unix.max_dgram_qlen"], "systemd", [{ ...queue, value: "512", atLeast: true }]),
    ).toEqual(["512 by systemd"]);
  });
});
