/** What went wrong on people's hosts, each with numbers of its own: no value is written for it. */
import { afterAll, describe, expect, it } from "vitest";
import { commandRoom, type FactsOf, type Said } from "./support/command-line.js";
import { profileText } from "./support/profile-text.js";

const room = commandRoom();
afterAll(room.remove);

type Settings = Parameters<typeof profileText>[1];

let count = 0;

/** What `diff` says of settings on a host of which these facts are known. */
function diff(settings: Settings | string, of: FactsOf, flags = ""): Promise<Said> {
  const name = `p${++count}`;
  room.write(`${name}.yaml`, typeof settings === "string" ? settings : profileText(name, settings));
  room.facts(name, of);
  return room.run(`diff ${name}.yaml --against ${name}.json ${flags}`);
}

type Answer = {
  readonly problems: readonly { readonly code: string; readonly key?: string }[];
  readonly warnings: readonly { readonly code: string; readonly key?: string }[];
  readonly excused: readonly { readonly code: string }[];
  readonly keys: readonly { readonly key: string; readonly action: string; readonly after: string | null }[];
  readonly files: readonly { readonly path: string; readonly after: string | null }[];
};

const answer = async (settings: Settings | string, of: FactsOf, flags = ""): Promise<Answer> =>
  JSON.parse((await diff(settings, of, `${flags} --format json`)).out) as Answer;

const codes = ({ problems, warnings }: Answer): readonly string[] =>
  [...problems, ...warnings].map(({ code }) => code).sort();

const dropInLines = ({ files }: Answer): readonly string[] =>
  (files[0]?.after ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("#"));

describe("a list of CPUs", () => {
  const cpus = { readings: { "kernel.watchdog_cpumask": "0-5" } };

  it("is read and written as one, though its key is called a mask", async () => {
    const same = await answer({ "kernel.watchdog_cpumask": "0-5" }, cpus);
    expect(same.keys).toMatchObject([{ action: "unchanged", after: "0-5" }]);
    const other = await answer({ "kernel.watchdog_cpumask": "5,1-3" }, cpus);
    expect(other.keys).toMatchObject([{ action: "set", after: "1-3,5" }]);
    expect(codes(other)).toEqual([]);
  });
});

describe("a key that is gone", () => {
  it.each([
    ["fs.epoll.max_user_instances", "2048"],
    ["kernel.sched_min_granularity_ns", "4000000"],
    ["vm.percpu_pagelist_fraction", "16"],
  ])("without a key that takes its value, %s, is told what to do instead", async (key, value) => {
    const said = await diff({ [key]: value }, { readings: {} });
    expect(said.code).toBe(1);
    expect(said.err).toContain("[removed-tunable]");
    expect(said.err).not.toContain("; use `");
  });

  it("is told to be deleted where following it would weaken the host", async () => {
    room.write("shield.yaml", profileText("shield", { "kernel.exec-shield": "1" }));
    const said = await room.run("validate shield.yaml");
    expect(said.err).toContain("Delete the line");
    expect(said.err).not.toContain("; use `");
  });

  it("with a key that takes its value is told that key", async () => {
    const said = await diff({ "net.ipv4.netfilter.ip_conntrack_max": "90000" }, { readings: {} });
    expect(said.err).toContain("use `net.netfilter.nf_conntrack_max`. [renamed-tunable]");
  });

  const helper = { "net.netfilter.nf_conntrack_helper": "0" };

  it("is used on an old host that has it, with a warning", async () => {
    const old = {
      host: { kernel: "5.14.0-427.el9.x86_64" },
      readings: { "net.netfilter.nf_conntrack_helper": "1" },
    };
    const plan = await answer(helper, old);
    expect(codes(plan)).toEqual(["removed-later"]);
    expect(plan.keys).toMatchObject([{ action: "set", after: "0" }]);
  });

  it("is left out of a new host by a condition, or by --skip-missing, so that one profile serves both", async () => {
    expect(codes(await answer(helper, { readings: {} }, "--skip-missing"))).toEqual([]);
    const conditional = profileText("both", helper).replace(
      "why:",
      "when: \"${has_tunable('net.netfilter.nf_conntrack_helper')}\", why:",
    );
    expect(codes(await answer(conditional, { readings: {} }))).toEqual([]);
    expect((await diff(helper, { readings: {} })).code).toBe(1);
  });
});

describe("a dangerous key", () => {
  it.each([
    ["kernel.hung_task_panic", "0", "1"],
    ["kernel.ctrl-alt-del", "0", "1"],
    ["kernel.sysrq", "0", "438"],
    ["kernel.panic_on_oops", "0", "1"],
  ])("%s takes its harmless value %s without being asked for", async (key, value, live) =>
    expect(codes(await answer({ [key]: value }, { readings: { [key]: live } }))).toEqual([]),
  );

  it("asks for nothing that the host has already", async () => {
    const panics = { readings: { "kernel.hung_task_panic": "1", "kernel.panic": "30" } };
    expect(codes(await answer({ "kernel.hung_task_panic": "1" }, panics))).not.toContain("needs-acceptance");
  });

  it.each([
    ["kernel.threads-max", "40", "31220"],
    ["kernel.pid_max", "450", "4194304"],
    ["net.ipv4.ip_default_ttl", "2", "64"],
    ["net.ipv4.tcp_mem", "2 4 6", "46800 62400 93600"],
    ["vm.min_free_kbytes", "3900000", "8192"],
    ["kernel.hung_task_panic", "1", "0"],
  ])("%s is asked for where its value, %s, starves or stops the host", async (key, value, live) => {
    const said = await diff({ [key]: value }, { readings: { [key]: live } });
    expect(said.code).toBe(1);
    expect(said.err).toContain(`--accept ${key}. [needs-acceptance]`);
  });
});

describe("settings that contradict each other", () => {
  it("under two names of one value are an error that names both", async () => {
    const names = {
      "net.netfilter.nf_conntrack_max": "300000",
      "net.nf_conntrack_max": "150000",
    };
    const live = {
      "net.netfilter.nf_conntrack_max": "65536",
      "net.nf_conntrack_max": "65536",
      "net.netfilter.nf_conntrack_buckets": "65536",
      "net.netfilter.nf_conntrack_count": "12",
    };
    const said = await diff(names, { readings: live });
    expect(said.code).toBe(1);
    expect(said.err).toMatch(/cannot be \d+ and \d+\. .*\[same-value\]/);
    const forwarding = { "net.ipv4.ip_forward": "0", "net.ipv4.conf.all.forwarding": "1" };
    const off = { "net.ipv4.ip_forward": "0", "net.ipv4.conf.all.forwarding": "0" };
    expect(codes(await answer(forwarding, { readings: off }))).toContain("contradicting-values");
  });

  it("of two keys of which one sets the other to 0 are an error", async () => {
    const both = { "vm.dirty_ratio": "5", "vm.dirty_bytes": "83886080" };
    const said = await diff(both, { readings: { "vm.dirty_ratio": "20", "vm.dirty_bytes": "0" } });
    expect(said.err).toContain("setting one of them sets the other to 0. ");
    expect(said.err).toContain("[exclusive-values]");
  });
});

describe("a key that only a module brings", () => {
  it("is known, and loaded for, as the slots of NFS are", async () => {
    const plan = await answer({ "sunrpc.tcp_slot_table_entries": "96" }, { readings: {} });
    expect(codes(plan)).toEqual([]);
    expect(plan.keys).toMatchObject([{ action: "set", module: "sunrpc", after: "96" }]);
  });
});

describe("a value that lowers what the host has", () => {
  const live = { readings: { "kernel.sem": "32000 1024000000 500 32000" } };

  it("in one field of many is told with both vectors", async () => {
    const said = await diff({ "kernel.sem": "32000 1024000000 120 32000" }, live);
    expect(said.code).toBe(0);
    expect(said.err).toContain("32000 1024000000 120 32000 is below the 32000 1024000000 500 32000");
    expect(said.err).toContain("[lowers-value]");
  });

  it.each([
    ["kernel.pid_max", "40000", "4194304"],
    ["fs.aio-max-nr", "4096", "65536"],
    ["kernel.msgmni", "200", "32000"],
  ])("is told of %s too", async (key, value, now) =>
    expect(codes(await answer({ [key]: value }, { readings: { [key]: now } }))).toContain("lowers-value"),
  );

  it("as a bound never lowers anything", async () =>
    expect(codes(await answer({ "kernel.sem": { at_least: "250 32000 100 128" } }, live))).toEqual([]));
});

describe("a switch for all interfaces", () => {
  const conf = (name: string) => `net.ipv4.conf.${name}.send_redirects`;
  const on = {
    readings: { [conf("all")]: "1", [conf("default")]: "1", [conf("eth0")]: "1", [conf("lo")]: "1" },
  };

  it("that one interface's own value outweighs is told with what counts there", async () => {
    const said = await diff({ [conf("all")]: "0" }, on);
    expect(said.code).toBe(0);
    expect(said.err).toContain("is 0, and what counts on eth0 is 1");
    expect(said.err).toContain("[other-effective-value]");
  });

  it("that is set by a pattern counts everywhere", async () =>
    expect(codes(await answer({ "net.ipv4.conf.*.send_redirects": "0" }, on))).toEqual([]));
});

describe("IPv6 forwarding", () => {
  const readings = (accepts: string) => ({
    "net.ipv6.conf.all.forwarding": "0",
    "net.ipv6.conf.default.forwarding": "0",
    "net.ipv6.conf.eth0.forwarding": "0",
    "net.ipv6.conf.lo.forwarding": "0",
    "net.ipv6.conf.eth0.accept_ra": accepts,
    "net.ipv6.conf.lo.accept_ra": "2",
    "net.ipv6.conf.eth0.autoconf": "1",
    "net.ipv6.conf.eth0.accept_dad": "1",
    "net.ipv6.conf.lo.accept_dad": "-1",
    "net.ipv6.conf.all.disable_ipv6": "0",
    "net.ipv6.conf.eth0.disable_ipv6": "0",
  });

  it("on a host that learns its default route by advertisement is told to lose it", async () => {
    const said = await diff({ "net.ipv6.conf.all.forwarding": "1" }, { readings: readings("1") });
    expect(said.err).toContain("[ipv6-forwarding-keeps-routes]");
    expect(said.err).toContain("eth0");
  });

  it("on one that goes on to accept them is not", async () => {
    const said = await diff({ "net.ipv6.conf.all.forwarding": "1" }, { readings: readings("2") });
    expect(said.err).not.toContain("ipv6-forwarding-keeps-routes");
  });
});

describe("memory", () => {
  it("is not alarmed about by a limit that reserves nothing", async () => {
    const shmall = {
      readings: { "kernel.shmall": "18446744073692774399", "kernel.shmmax": "18446744073692774399" },
    };
    expect(codes(await answer({ "kernel.shmall": "18446744073692774399" }, shmall))).toEqual([]);
    expect(codes(await answer({ "kernel.shmall": "4294967296" }, shmall))).not.toContain("more-than-memory");
  });

  it("that huge pages take beyond what the host has is told by their size", async () => {
    const said = await diff(
      { "vm.nr_hugepages": "3000" },
      { readings: { "vm.nr_hugepages": "0" } },
      "--accept vm.nr_hugepages",
    );
    expect(said.err).toContain("take 5.9 GiB, and this host has 4.0 GiB of memory");
    expect(said.err).toContain("[more-than-memory]");
  });

  it("that entries and buckets of one table take is summed", async () => {
    const table = {
      "net.netfilter.nf_conntrack_max": "16000000",
      "net.netfilter.nf_conntrack_buckets": "16000000",
    };
    const live = {
      "net.netfilter.nf_conntrack_max": "65536",
      "net.nf_conntrack_max": "65536",
      "net.netfilter.nf_conntrack_buckets": "65536",
      "net.netfilter.nf_conntrack_count": "12",
    };
    expect(codes(await answer(table, { readings: live }))).not.toContain("more-than-memory");
    const small = { readings: live, host: { memoryBytes: 4_000_000_000n } };
    const said = await diff(table, small);
    expect(said.err).toContain("`net.netfilter.nf_conntrack_max` 16000000 is 3.8 GiB");
  });
});

describe("a value that the kernel takes", () => {
  it.each([
    ["net.netfilter.nf_conntrack_max", "0", "65536"],
    ["kernel.panic_on_oops", "45", "1"],
    ["vm.lowmem_reserve_ratio", "128 128 16 0", "256 256 32 0"],
    ["net.ipv4.tcp_fastopen", "0x203", "1"],
    ["net.ipv4.tcp_early_retrans", "2", "3"],
  ])("is no error: %s %s", async (key, value, live) => {
    const readings = { [key]: live, "kernel.panic": "10", "net.ipv4.tcp_syncookies": "1" };
    const plan = await answer({ [key]: value }, { readings }, `--accept ${key}`);
    expect(plan.problems).toEqual([]);
  });

  it("may be empty, where that switches something off", async () => {
    const plan = await answer(
      { "kernel.modprobe": "" },
      { readings: { "kernel.modprobe": "/sbin/modprobe" } },
      "--accept kernel.modprobe",
    );
    expect(plan.problems).toEqual([]);
  });

  it("depends on its version, and the error names it", async () => {
    const old = { host: { kernel: "5.4.0-190-generic" }, readings: { "vm.swappiness": "60" } };
    const said = await diff({ "vm.swappiness": "150" }, old);
    expect(said.code).toBe(1);
    expect(said.err).toContain(
      "must be from 0 to 100 before Linux 5.8, not `150`; the kernel takes it since Linux 5.8",
    );
    expect(said.err).toContain("[refused-by-kernel]");
    const newer = { host: { kernel: "5.15.0-100-generic" }, readings: { "vm.swappiness": "60" } };
    expect(codes(await answer({ "vm.swappiness": "150" }, newer))).toEqual([]);
    const excused = await answer({ "vm.swappiness": "150" }, old, "--allow refused-by-kernel");
    expect([excused.problems, excused.excused]).toMatchObject([[], [{ code: "refused-by-kernel" }]]);
  });

  it("has an end where its type has one", async () => {
    const said = await diff(
      { "net.ipv4.igmp_qrv": "2147483648" },
      { readings: { "net.ipv4.igmp_qrv": "2" } },
    );
    expect(said.err).toContain("must be from 1 to 2147483647, not `2147483648`. [bad-value]");
  });
});

describe("the order of the drop-in", () => {
  it("has the sampling rate before the limit that locks it", async () => {
    const [rate, percent] = ["kernel.perf_event_max_sample_rate", "kernel.perf_cpu_time_max_percent"];
    const plan = await answer(
      { [percent]: "0", [rate]: "12000" },
      { readings: { [rate]: "100000", [percent]: "25" } },
    );
    expect(dropInLines(plan)).toEqual([`${rate} = 12000`, `${percent} = 0`]);
  });

  it("has the share of memory before the mode that goes by it", async () => {
    const [mode, ratio] = ["vm.overcommit_memory", "vm.overcommit_ratio"];
    const readings = { [mode]: "0", [ratio]: "50", "vm.overcommit_kbytes": "0", "vm.nr_hugepages": "0" };
    const plan = await answer({ [mode]: "2", [ratio]: "95" }, { readings });
    expect(dropInLines(plan)).toEqual([`${ratio} = 95`, `${mode} = 2`]);
  });

  it("has what cannot be taken back last", async () => {
    const key = "kernel.kexec_load_disabled";
    const plan = await answer(
      { [key]: "1", "vm.swappiness": "20" },
      { readings: { [key]: "0", "vm.swappiness": "60" } },
      `--accept ${key}`,
    );
    expect(dropInLines(plan)).toEqual(["vm.swappiness = 20", `${key} = 1`]);
  });
});

describe("a finding that is known and meant", () => {
  const live = { readings: { "net.core.somaxconn": "16384" } };
  const small = { "net.core.somaxconn": "6000" };

  it("is excused by the profile with a reason, or by --allow, and still shown", async () => {
    const allowed = profileText("meant", small).replace(
      "why:",
      "allow: { lowers-value: The appliance is small }, why:",
    );
    const said = await diff(allowed, live);
    expect([said.code, said.err]).toEqual([0, ""]);
    expect(said.out).toContain("(excused by the profile: The appliance is small)");
    const plan = await answer(small, live, "--allow lowers-value");
    expect([plan.warnings, plan.excused]).toMatchObject([[], [{ code: "lowers-value" }]]);
  });

  it("is not excused by a name that there is not", async () => {
    const said = await diff(small, live, "--allow lower-value");
    expect(said.code).toBe(1);
    expect(said.err).toContain("did you mean `lowers-value`?");
    const mistyped = profileText("typo", small).replace("why:", "allow: { lower-value: Small }, why:");
    expect((await diff(mistyped, live)).err).toContain("[unknown-allowance]");
  });
});
