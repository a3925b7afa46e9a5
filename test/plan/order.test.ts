import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayMove } from "../../src/catalogue/affected.js";
import type { Value } from "../../src/catalogue/value.js";
import { inOrder, type Write } from "../../src/plan/order.js";
import { catalogue, interfaces } from "../fakes/machine.js";
import { key } from "../fakes/settings.js";

const write = (name: string, before: string, value: string): Write => ({
  key: key(name),
  value: value as Value,
  before: before as Value,
});
const ordered = (...writes: Write[]): readonly string[] => inOrder(catalogue, writes).map((one) => one.key);

const range = "net.ipv4.ip_local_port_range";
const start = "net.ipv4.ip_unprivileged_port_start";

describe("the order of writes", () => {
  it("lowers the first port that needs no rights before the range goes below it", () => {
    expect(ordered(write(range, "32768 60999", "1000 60999"), write(start, "1024", "900"))).toEqual([
      start,
      range,
    ]);
  });

  it("raises the range before the first port goes above its old lower end", () => {
    expect(ordered(write(start, "900", "1024"), write(range, "1000 60999", "32768 60999"))).toEqual([
      range,
      start,
    ]);
    expect(ordered(write(start, "900", "2000"), write(range, "1000 60999", "32768 60999"))).toEqual([
      range,
      start,
    ]);
  });

  it("switches forwarding before what that moves", () => {
    const all = "net.ipv4.conf.all.accept_redirects";
    expect(ordered(write(all, "0", "1"), write("net.ipv4.ip_forward", "0", "1"))).toEqual([
      "net.ipv4.ip_forward",
      all,
    ]);
    const eth0 = "net.ipv4.conf.eth0.forwarding";
    expect(ordered(write(eth0, "1", "0"), write("net.ipv4.ip_forward", "0", "1"))).toEqual([
      "net.ipv4.ip_forward",
      eth0,
    ]);
  });

  it("writes a key while its lock is open: before the lock is shut, and after it is opened", () => {
    const [rate, percent] = ["kernel.perf_event_max_sample_rate", "kernel.perf_cpu_time_max_percent"];
    expect(ordered(write(percent, "25", "0"), write(rate, "100000", "20000"))).toEqual([rate, percent]);
    expect(ordered(write(rate, "100000", "20000"), write(percent, "100", "30"))).toEqual([percent, rate]);
    // Where neither is locked the names decide.
    expect(ordered(write(rate, "100000", "20000"), write(percent, "25", "30"))).toEqual([percent, rate]);
  });

  it("writes what another key reads before that key", () => {
    expect(
      ordered(write("vm.overcommit_memory", "0", "2"), write("vm.overcommit_ratio", "50", "80")),
    ).toEqual(["vm.overcommit_ratio", "vm.overcommit_memory"]);
    expect(
      ordered(write("fs.suid_dumpable", "0", "2"), write("kernel.core_pattern", "core", "/cores/%p")),
    ).toEqual(["kernel.core_pattern", "fs.suid_dumpable"]);
  });

  it("writes what cannot be taken back last, and only those of its values that cannot", () => {
    const names = ["kernel.kexec_load_disabled", "kernel.modules_disabled", "net.core.somaxconn"];
    expect(ordered(...names.map((name) => write(name, "0", "1")))).toEqual([
      "net.core.somaxconn",
      "kernel.kexec_load_disabled",
      "kernel.modules_disabled",
    ]);
    const yama = "kernel.yama.ptrace_scope";
    expect(ordered(write(yama, "1", "3"), write("vm.swappiness", "60", "10"))).toEqual([
      "vm.swappiness",
      yama,
    ]);
    expect(ordered(write("vm.swappiness", "60", "10"), write(yama, "1", "2"))).toEqual([
      yama,
      "vm.swappiness",
    ]);
  });

  it("goes from all over default to single interfaces", () => {
    const names = ["eth0", "default", "all"].map((name) => `net.ipv4.conf.${name}.rp_filter`);
    expect(ordered(...names.map((name) => write(name, "0", "1")))).toEqual([...names].reverse());
  });

  it("goes by reach on a host with a thousand interfaces too", () => {
    const interfaces = ["all", "default", ...Array.from({ length: 1000 }, (_, number) => `a${number}`)];
    const leaves = ["accept_redirects", "forwarding", "rp_filter", "send_redirects"];
    const names = interfaces.flatMap((name) => leaves.map((leaf) => `net.ipv4.conf.${name}.${leaf}`));
    const done = ordered(...["net.ipv4.ip_forward", ...names].map((name) => write(name, "0", "1")));
    expect(done).toHaveLength(1 + names.length);
    for (const leaf of leaves)
      expect(done.filter((name) => name.endsWith(`.${leaf}`)).slice(0, 3)).toEqual(
        ["all", "default", "a0"].map((name) => `net.ipv4.conf.${name}.${leaf}`),
      );
    expect(done.indexOf("net.ipv4.ip_forward")).toBeLessThan(
      done.indexOf("net.ipv4.conf.default.forwarding"),
    );
  });

  it("goes from what changes another key of one interface to that key, be it written for one or by a pattern", () => {
    const name = (part: string, leaf: string): string => `net.ipv6.conf.${part}.${leaf}`;
    for (const secret of ["eth0", "e*", "all"])
      for (const mode of ["eth0", "eth*"])
        expect(
          ordered(
            write(name(mode, "addr_gen_mode"), "0", "1"),
            write(name(secret, "stable_secret"), "", "::1"),
          ),
        ).toEqual([name(secret, "stable_secret"), name(mode, "addr_gen_mode")]);
  });

  it("leaves the keys of different interfaces alone", () => {
    const names = ["net.ipv6.conf.eth0.addr_gen_mode", "net.ipv6.conf.eth1.stable_secret"];
    expect(ordered(...names.map((name) => write(name, "0", "1")))).toEqual(names);
  });

  it("does not depend on the order in which they come", () => {
    const writes = [
      write(range, "32768 60999", "1000 60999"),
      write(start, "1024", "900"),
      write("net.ipv4.ip_forward", "0", "1"),
      write("net.ipv4.conf.all.accept_redirects", "0", "1"),
      write("net.ipv4.conf.eth0.forwarding", "1", "0"),
      write("net.ipv4.conf.default.rp_filter", "0", "1"),
      write("net.ipv4.conf.eth0.rp_filter", "0", "1"),
      write("vm.dirty_bytes", "0", "268435456"),
      write("vm.dirty_ratio", "20", "0"),
      write("net.core.somaxconn", "4096", "8192"),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(writes, { minLength: writes.length }), (shuffled) => {
        expect(inOrder(catalogue, shuffled)).toEqual(inOrder(catalogue, writes));
      }),
    );
  });

  it("loses no write and makes none", () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...catalogue.all), { selector: (one) => one.key, maxLength: 40 }),
        (tunables) => {
          const writes = tunables.map((one) => write(one.key, "0", "1"));
          expect(inOrder(catalogue, writes).toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
            writes.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
          );
        },
      ),
    ));
});

describe("what writes may move", () => {
  const moved = (...names: string[]): readonly string[] => mayMove(catalogue, names.map(key), interfaces);

  it("is the key itself where it moves nothing else", () =>
    expect(moved("net.core.somaxconn")).toEqual(["net.core.somaxconn"]));

  it("holds twins and other names, in both directions", () => {
    expect(moved("vm.dirty_bytes")).toEqual(["vm.dirty_bytes", "vm.dirty_ratio"]);
    expect(moved("vm.dirty_ratio")).toEqual(["vm.dirty_bytes", "vm.dirty_ratio"]);
    expect(moved("net.nf_conntrack_max")).toContain("net.netfilter.nf_conntrack_max");
  });

  it("holds every interface for forwarding", () => {
    expect(moved("net.ipv4.ip_forward")).toEqual([
      "net.ipv4.conf.all.accept_redirects",
      ...["all", "default", "eth0", "eth0/100", "lo"].map((name) => `net.ipv4.conf.${name}.forwarding`),
      "net.ipv4.ip_forward",
    ]);
  });

  it("holds the interfaces that follow the default, which `all` does not", () => {
    expect(moved("net.ipv4.conf.default.rp_filter")).toEqual(
      ["default", "eth0", "eth0/100", "lo"].map((name) => `net.ipv4.conf.${name}.rp_filter`),
    );
  });

  it("of one interface is no other interface's", () => {
    expect(moved("net.ipv4.conf.eth0.rp_filter")).toEqual(["net.ipv4.conf.eth0.rp_filter"]);
    expect(moved("net.ipv4.conf.eth0.forwarding")).toEqual(["net.ipv4.conf.eth0.forwarding"]);
  });
});
