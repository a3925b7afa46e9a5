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

  it("is not taken for the mask that its name promises", async () => {
    const said = await diff({ "kernel.watchdog_cpumask": "3f" }, cpus);
    expect(said.code).toBe(1);
    expect(said.err).toContain("must be CPUs and ranges such as `0-3,8`; `3f` is neither. [bad-value]");
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

  it("is told to be deleted by a plan too", async () => {
    const said = await diff(
      { "kernel.exec-shield": "2" },
      { readings: { "kernel.randomize_va_space": "2" } },
    );
    expect(said.code).toBe(1);
    expect(said.err).toContain("Delete the line, and leave kernel.randomize_va_space at 2.");
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

  it("is used by a condition on the old host that the new one leaves out", async () => {
    const both = profileText("fleet", { "vm.block_dump": "1", "net.core.somaxconn": "24000" }).replace(
      'vm.block_dump: { value: "1",',
      'vm.block_dump: { value: "1", when: "${has_tunable(\'vm.block_dump\')}",',
    );
    const somaxconn = { "net.core.somaxconn": "4096" };
    const old = { host: { kernel: "5.10.0-28" }, readings: { ...somaxconn, "vm.block_dump": "0" } };
    const changed = ({ keys }: Answer) => keys.map(({ key, after }) => `${key} ${after}`);
    expect(changed(await answer(both, old))).toEqual(["net.core.somaxconn 24000", "vm.block_dump 1"]);
    const later = await answer(both, { readings: somaxconn });
    expect(changed(later)).toEqual(["net.core.somaxconn 24000"]);
    expect(codes(later)).toEqual([]);
  });

  it("is told with the version that took it, on the host that still has it", async () => {
    const said = await diff(
      { "kernel.sched_wakeup_granularity_ns": "7000000" },
      { host: { kernel: "5.4.0-190" }, readings: { "kernel.sched_wakeup_granularity_ns": "4000000" } },
    );
    expect(said.code).toBe(0);
    expect(said.err).toContain("is gone since Linux 5.13");
    expect(said.err).toContain("[removed-later]");
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

  const gigantic = { hugePageBytes: 1024n ** 3n };

  // The guard reckons with a page of two MiB, and the host's own size of huge pages is known.
  it("is asked for where huge pages of one GiB leave nothing else", async () => {
    const said = await diff(
      { "vm.nr_hugepages": "4" },
      { readings: { "vm.nr_hugepages": "0" }, use: gigantic },
    );
    expect(said.code).toBe(1);
    expect(said.err).toContain("[needs-acceptance]");
  });

  it("that is locked until a reboot is known before anything is written", async () => {
    const plan = await answer(
      { "kernel.yama.ptrace_scope": "1", "vm.swappiness": "35" },
      { readings: { "kernel.yama.ptrace_scope": "3", "vm.swappiness": "60" } },
    );
    expect(codes(plan)).toEqual(["locked-until-reboot"]);
    expect(plan.keys.map(({ action, after }) => [action, after])).toContainEqual(["skip", "3"]);
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

  it.each([
    ["same-value", "fs.inotify.max_user_watches", "400000", "user.max_inotify_watches", "250000"],
    ["same-value", "vm.nr_hugepages", "64", "vm.nr_hugepages_mempolicy", "48"],
    ["exclusive-values", "vm.overcommit_ratio", "65", "vm.overcommit_kbytes", "7000000"],
    ["exclusive-values", "vm.dirty_background_ratio", "4", "vm.dirty_background_bytes", "25165824"],
  ])("are an error without a host too: %s of %s %s and %s %s", async (id, key, value, other, wanted) => {
    room.write("pair.yaml", profileText("pair", { [key]: value, [other]: wanted }));
    const said = await room.run("validate pair.yaml");
    expect(said.code).toBe(1);
    expect(said.err).toContain(`[${id}]`);
    for (const word of [key, value, other, wanted]) expect(said.err).toContain(word);
  });

  it("are none where both names have one value", async () => {
    const agreed = { "fs.inotify.max_user_watches": "400000", "user.max_inotify_watches": "400000" };
    room.write("agreed.yaml", profileText("agreed", agreed));
    expect(await room.run("validate agreed.yaml")).toMatchObject({ code: 0, err: "" });
  });

  it("are none where the host only counts above the new limit", async () => {
    const busy = { "kernel.pid_max": "4194304", "kernel.ns_last_pid": "1730000" };
    const plan = await answer({ "kernel.pid_max": "48000" }, { readings: busy });
    expect(plan.problems).toEqual([]);
  });
});

describe("a bound in an image", () => {
  it("writes no line that lowers what the image's kernel starts with", async () => {
    room.write("image/etc/os-release", "ID=debian\n");
    room.write("image/lib/modules/6.1.0-31-amd64/modules.dep", "");
    room.write(
      "queue.yaml",
      `name: queue\nsummary: A queue\nsettings:\n  net.core.somaxconn: {at_least: 1024, why: No less}\n`,
    );
    const said = await room.run("diff queue.yaml --root image --format json");
    const plan = JSON.parse(said.out) as Answer;
    expect(codes(plan)).not.toContain("image-default-unknown");
    expect(dropInLines(plan)).toEqual([]);
    expect(plan.keys).toMatchObject([{ boot: { after: { from: "kernel", value: "4096" } } }]);
  });
});

describe("the greatest process id", () => {
  it("may go below the last one given out, which is no setting", async () => {
    const readings = { "kernel.pid_max": "4194304", "kernel.ns_last_pid": "1200000" };
    const plan = await answer({ "kernel.pid_max": "140000" }, { readings });
    expect(plan.problems).toEqual([]);
  });
});

describe("a limit that was carried back to some releases of a series", () => {
  const reordering = { "net.ipv4.tcp_reordering": "0" };

  it("is not called sure for a host of that series, and no profile can narrow it", async () => {
    const said = await diff(reordering, {
      host: { kernel: "6.18.44" },
      readings: { "net.ipv4.tcp_reordering": "3" },
    });
    expect(said.err).toContain("so Linux 6.18.44 may take it or refuse it");
    expect(said.err).not.toContain("Write `kernels`");
  });
});

describe("a key that only a module brings", () => {
  it("is known, and loaded for, as the slots of NFS are", async () => {
    const plan = await answer({ "sunrpc.tcp_slot_table_entries": "96" }, { readings: {} });
    expect(codes(plan)).toEqual([]);
    expect(plan.keys).toMatchObject([{ action: "set", module: "sunrpc", after: "96" }]);
  });

  it.each([
    ["sunrpc.udp_slot_table_entries", "24"],
    ["net.sctp.addip_enable", "1"],
    ["fs.nfs.nlm_udpport", "4045"],
    ["net.mpls.platform_labels", "70000"],
    ["dev.i915.perf_stream_paranoid", "0"],
    ["dev.scsi.logging_level", "9"],
    ["fs.xfs.filestream_centisecs", "4000"],
    ["kernel.tracepoint_printk", "0"],
  ])("or that few hosts have is known: %s", async (key, value) => {
    room.write("rare.yaml", profileText("rare", { [key]: value }));
    expect(await room.run("validate rare.yaml")).toMatchObject({ code: 0 });
  });

  it("of a vendor, or that no kernel ever had, is told as that", async () => {
    const written = { "net.ipv4.tcp_delack_min": "5", "net.ipv4.tcp_nodelay": "1" };
    room.write("hoax.yaml", profileText("hoax", written));
    const said = await room.run("validate hoax.yaml");
    expect(said.code).toBe(1);
    expect(said.err.match(/\[never-existed\]/g)).toHaveLength(2);
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

  it("in the last field alone is told, though the second is raised", async () => {
    const said = await diff(
      { "net.ipv4.tcp_rmem": "4096 524288 5242880" },
      { readings: { "net.ipv4.tcp_rmem": "4096 131072 33554432" } },
    );
    expect(said.err).toContain("4096 524288 5242880 is below the 4096 131072 33554432");
  });

  it("is not one that takes a limit from none to some, nor a number that is no limit", async () => {
    const readings = { "kernel.shmmax": "18446744073692774399", "kernel.printk": "7 4 1 7" };
    const plan = await answer({ "kernel.shmmax": "17179869184", "kernel.printk": "4 4 1 7" }, { readings });
    expect(codes(plan)).not.toContain("lowers-value");
  });

  // Which numbers mean "no limit" stands in summaries and notes only.
  it.each([
    ["net.netfilter.nf_conntrack_max", "0", "131072"],
    ["fs.pipe-user-pages-soft", "0", "16384"],
    ["kernel.hung_task_warnings", "-1", "10"],
  ])("is not one that lifts the limit: %s %s", async (key, value, now) =>
    expect(codes(await answer({ [key]: value }, { readings: { [key]: now } }))).not.toContain("lowers-value"),
  );
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

  it("that takes the greater of two values is told only of the interface that has more", async () => {
    const filter = (name: string) => `net.ipv4.conf.${name}.rp_filter`;
    const host = { interfaces: ["all", "default", "eth0", "eth1", "eth2", "lo"] };
    const readings = {
      [filter("all")]: "0",
      [filter("eth0")]: "2",
      [filter("eth1")]: "0",
      [filter("eth2")]: "1",
    };
    const said = await diff({ [filter("all")]: "1" }, { host, readings });
    expect(said.err).toContain("is 1, and what counts on eth0 is 2: the greater");
    expect(said.err.match(/\[other-effective-value\]/g)).toHaveLength(1);
    const loosened = await diff(
      { [filter("eth1")]: "0" },
      { host, readings: { ...readings, [filter("all")]: "1" } },
    );
    expect(loosened.err).toContain("is 0, and what counts on eth1 is 1");
  });

  it("that both must allow is told where the interface forbids", async () => {
    const route = (name: string) => `net.ipv4.conf.${name}.accept_source_route`;
    const readings = { [route("all")]: "0", [route("eth0")]: "0" };
    const said = await diff({ [route("all")]: "1" }, { readings });
    expect(said.err).toContain("is 1, and what counts on eth0 is 0: both `all` and the interface must be 1");
  });
});

describe("redirects of ICMP, refused for all interfaces", () => {
  const redirects = (family: string, name: string) => `net.${family}.conf.${name}.accept_redirects`;

  it("are still followed by IPv6, which goes by each interface", async () => {
    const [all, eth0, spread] = ["all", "eth0", "default"].map((name) => redirects("ipv6", name));
    const readings = { [all as string]: "1", [eth0 as string]: "1", [spread as string]: "1" };
    const said = await diff({ [all as string]: "0", [spread as string]: "0" }, { readings });
    expect(said.err).toContain("is 0, and what counts on eth0 is 1: the kernel goes by the interface's own");
    const everywhere = await answer({ "net.ipv6.conf.*.accept_redirects": "0" }, { readings });
    expect(codes(everywhere)).toEqual([]);
  });

  it.each([
    ["0", true],
    ["1", false],
  ])("where an interface has forwarding %s: still followed is %s", async (forwarding, isFollowed) => {
    const readings = {
      [redirects("ipv4", "all")]: "1",
      [redirects("ipv4", "eth0")]: "1",
      "net.ipv4.conf.eth0.forwarding": forwarding,
    };
    const found = codes(await answer({ [redirects("ipv4", "all")]: "0" }, { readings }));
    expect(found.includes("other-effective-value")).toBe(isFollowed);
  });
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

  it("is no danger to the loopback interface, which has no provider", async () => {
    const stock = { ...readings("2"), "net.ipv6.conf.lo.accept_ra": "1" };
    const said = await diff({ "net.ipv6.conf.all.forwarding": "1" }, { readings: stock });
    expect(said.err).not.toContain("ipv6-forwarding-keeps-routes");
  });

  it("is none where the profile itself goes on to accept them", async () => {
    const settings = { "net.ipv6.conf.all.forwarding": "1", "net.ipv6.conf.eth0.accept_ra": "2" };
    const said = await diff(settings, { readings: readings("1") });
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

  it("that no setting alone takes, but all together, is summed", async () => {
    const settings = { "vm.nr_hugepages": "1100", "net.ipv4.tcp_mem": "200000 400000 600000" };
    const readings = { "vm.nr_hugepages": "0", "net.ipv4.tcp_mem": "46800 62400 93600" };
    const said = await diff(settings, { readings });
    expect(said.code).toBe(0);
    expect(said.err).toContain("can take 4.4 GiB, and this host has 4.0 GiB of memory");
    for (const key of Object.keys(settings)) {
      const alone = await answer({ [key]: settings[key as "vm.nr_hugepages"] }, { readings });
      expect(codes(alone)).not.toContain("more-than-memory");
    }
  });

  it("is reckoned with the host's own size of huge pages", async () => {
    const gigantic = { readings: { "vm.nr_hugepages": "0" }, use: { hugePageBytes: 1024n ** 3n } };
    const said = await diff({ "vm.nr_hugepages": "6" }, gigantic, "--accept vm.nr_hugepages");
    expect(said.err).toContain("take 6.0 GiB, and this host has 4.0 GiB of memory");
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

  it.each([
    ["net.ipv6.conf.default.temp_valid_lft", "4294967295", "604800"],
    ["net.ipv4.icmp_msgs_per_sec", "2147483648", "10000"],
    ["net.ipv4.neigh.default.unres_qlen", "5000000000", "101"],
    ["net.ipv4.tcp_fin_timeout", "8589935", "60"],
    ["net.ipv4.ip_default_ttl", "300", "64"],
    ["net.ipv4.tcp_ecn", "3", "2"],
    ["vm.dirty_bytes", "0", "83886080"],
    ["kernel.pid_max", "4194305", "32768"],
  ])("is an error where this kernel refuses it: %s %s", async (key, value, live) => {
    const said = await diff({ [key]: value }, { readings: { [key]: live } });
    expect(said.code).toBe(1);
    expect(said.err).toMatch(/\[(bad-value|refused-by-kernel)\]/);
  });

  it("is an error where the boot refuses it, though the host reads so", async () => {
    const stock = { readings: { "vm.dirty_bytes": "0", "vm.dirty_ratio": "20" } };
    const plan = await answer({ "vm.dirty_bytes": "0" }, stock);
    expect(plan.problems.length > 0 || dropInLines(plan).length === 0).toBe(true);
  });

  it("is told as unusual where it means little", async () => {
    const said = await diff(
      { "net.ipv4.tcp_early_retrans": "1" },
      { readings: { "net.ipv4.tcp_early_retrans": "3" } },
    );
    expect(said.code).toBe(0);
    expect(said.err).toContain("[unusual-value]");
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

  it("raises the limit first where it is what locks the rate now", async () => {
    const [rate, percent] = ["kernel.perf_event_max_sample_rate", "kernel.perf_cpu_time_max_percent"];
    const locked = { readings: { [rate]: "100000", [percent]: "0" } };
    const plan = await answer({ [percent]: "35", [rate]: "15000" }, locked);
    expect(dropInLines(plan)).toEqual([`${percent} = 35`, `${rate} = 15000`]);
  });

  // The relation is a warning; the write that the plan has is refused (EINVAL), and the apply reverted.
  it("has no way to a rate that is locked now and stays so", async () => {
    const rate = "kernel.perf_event_max_sample_rate";
    const locked = { readings: { [rate]: "100000", "kernel.perf_cpu_time_max_percent": "0" } };
    expect((await diff({ [rate]: "15000" }, locked)).code).toBe(1);
  });

  it("has the pattern of core files before the switch that goes by it", async () => {
    const [pattern, dumpable] = ["kernel.core_pattern", "fs.suid_dumpable"];
    const plan = await answer(
      { [dumpable]: "2", [pattern]: "/var/crash/core.%p" },
      { readings: { [dumpable]: "0", [pattern]: "core" } },
    );
    expect(dropInLines(plan)).toEqual([`${pattern} = /var/crash/core.%p`, `${dumpable} = 2`]);
  });

  it("has the end of modules behind what a module must still bring", async () => {
    const key = "kernel.modules_disabled";
    const settings = {
      [key]: "1",
      "net.core.default_qdisc": "fq",
      "net.ipv4.tcp_congestion_control": "bbr",
      "vm.swappiness": "15",
    };
    const readings = {
      [key]: "0",
      "net.core.default_qdisc": "fq_codel",
      "net.ipv4.tcp_congestion_control": "cubic",
      "net.ipv4.tcp_available_congestion_control": "reno cubic",
      "vm.swappiness": "60",
    };
    const lines = dropInLines(await answer(settings, { readings }, `--accept ${key}`));
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toBe(`${key} = 1`);
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

  it("stays excused when the lower value is there, and only the default is above it", async () => {
    const allowed = profileText("stays", { "net.core.somaxconn": "128" }).replace(
      "why:",
      "allow: { lowers-value: The appliance is small }, why:",
    );
    const plan = await answer(allowed, {
      host: { kernel: "6.12.9" },
      readings: { "net.core.somaxconn": "128" },
    });
    expect(codes(plan)).not.toContain("below-default");
    expect(plan.excused).toMatchObject([{ code: "below-default" }]);
  });

  it("is not excused by a name that there is not", async () => {
    const said = await diff(small, live, "--allow lower-value");
    expect(said.code).toBe(1);
    expect(said.err).toContain("did you mean `lowers-value`?");
    const mistyped = profileText("typo", small).replace("why:", "allow: { lower-value: Small }, why:");
    expect((await diff(mistyped, live)).err).toContain("[unknown-allowance]");
  });
});
