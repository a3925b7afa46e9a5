import { describe, expect, it } from "vitest";
import type { Key } from "../../src/catalogue/key.js";
import { hasNoChanges, type Plan } from "../../src/plan/plan.js";
import { transactionOf } from "../../src/plan/transaction.js";
import { warningWords } from "../../src/render/messages/warnings.js";
import { problemWords } from "../../src/render/problems.js";
import { catalogue, machine } from "../fakes/machine.js";
import { atLeast, atMost, between, setting } from "../fakes/settings.js";

const actions = (plan: Plan): readonly string[] =>
  plan.keys.map(({ key, action, after, reason }) =>
    [key, action, after, reason].filter((part) => part !== undefined).join(" "),
  );

const dropIn = (plan: Plan): readonly string[] =>
  (plan.files[0]?.after ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("#"));

const values = {
  "net.core.somaxconn": "4096",
  "vm.swappiness": "60",
  "net.ipv4.tcp_rmem": "4096 131072 33554432",
};

describe("a plan", () => {
  it("sets what differs, and keeps what is as wanted by meaning", () => {
    const settings = [
      setting("net.core.somaxconn", "8192"),
      setting("net.ipv4.tcp_rmem", "4096 131072 33554432"),
    ];
    const plan = machine({ values }).planFor(settings);
    expect(actions(plan)).toEqual([
      "net.core.somaxconn set 8192",
      "net.ipv4.tcp_rmem unchanged 4096 131072 33554432",
    ]);
    expect(dropIn(plan)).toEqual(["net.core.somaxconn = 8192", "net.ipv4.tcp_rmem = 4096 131072 33554432"]);
  });

  it("of nothing is empty", () => {
    const plan = machine({ values }).planFor([], []);
    expect(plan.keys).toEqual([]);
    expect(hasNoChanges(plan)).toBe(true);
  });

  it("of a set that says the same in other profiles writes nothing and changes the record", async () => {
    const box = machine({ values });
    await box.apply([setting("net.core.somaxconn", atLeast("100"), "a")], ["a"]);
    const plan = box.planFor([setting("net.core.somaxconn", atLeast("200"), "b")], ["b"]);
    expect(hasNoChanges(plan)).toBe(true);
    expect(plan.recordChanges).toBe(true);
  });

  it("spells a pattern out over the interfaces, and leaves out those that have a setting of their own", () => {
    const perInterface = Object.fromEntries(
      ["all", "default", "lo", "eth0", "eth0/100"].map((name) => [`net.ipv4.conf.${name}.rp_filter`, "0"]),
    );
    const settings = [setting("net.ipv4.conf.*.rp_filter", "2"), setting("net.ipv4.conf.lo.rp_filter", "0")];
    const plan = machine({ values: perInterface }).planFor(settings);
    expect(actions(plan).toSorted()).toEqual([
      "net.ipv4.conf.all.rp_filter set 2",
      "net.ipv4.conf.default.rp_filter set 2",
      "net.ipv4.conf.eth0.rp_filter set 2",
      "net.ipv4.conf.eth0/100.rp_filter set 2",
      "net.ipv4.conf.lo.rp_filter unchanged 0",
    ]);
    expect(dropIn(plan)).toEqual(["net.ipv4.conf.*.rp_filter = 2", "net.ipv4.conf.lo.rp_filter = 0"]);
  });

  it("has one winner of two patterns for a key, whatever their order, and it is the boot's", () => {
    const perInterface = Object.fromEntries(
      ["all", "default", "lo", "eth0", "eth0/100"].map((name) => [`net.ipv4.conf.${name}.rp_filter`, "0"]),
    );
    const settings = [setting("net.ipv4.conf.e*.rp_filter", "1"), setting("net.ipv4.conf.*.rp_filter", "2")];
    for (const given of [settings, settings.toReversed()]) {
      const plan = machine({ values: perInterface }).planFor(given);
      expect(plan.keys.find(({ key }) => key === "net.ipv4.conf.eth0.rp_filter")?.after).toBe("1");
      expect(plan.problems).toEqual([]);
    }
  });

  it("passes over an interface that lacks the key of a pattern, and misses a key that none has", () => {
    const pattern = setting("net.ipv4.neigh.*.gc_stale_time", "120");
    const box = machine({
      values: { "net.ipv4.neigh.default.gc_stale_time": "60", "net.ipv4.neigh.lo.gc_stale_time": "60" },
    });
    expect(actions(box.planFor([pattern]))).toEqual([
      "net.ipv4.neigh.default.gc_stale_time set 120",
      "net.ipv4.neigh.lo.gc_stale_time set 120",
    ]);
    expect(box.planFor([pattern]).problems).toEqual([]);
    const without = machine({ values }).planFor([pattern]);
    expect(without.problems.map(({ code }) => code)).toContain("key-not-found");
  });

  it("reads another file's numbers as the kernel does", () => {
    const files = { "/etc/sysctl.d/99-x.conf": "net.core.somaxconn = 010\n" };
    const plan = machine({ values, files }).planFor([setting("net.core.somaxconn", "10")]);
    expect(plan.problems).toMatchObject([{ code: "overridden-at-boot", boot: "8" }]);
  });

  it("keeps for the boot what is live, where the kernel's own default is not known", () => {
    const plan = machine({ values }).planFor([setting("net.ipv4.tcp_rmem", atLeast("4096 131072 16777216"))]);
    expect(dropIn(plan)).toEqual(["net.ipv4.tcp_rmem = 4096 131072 33554432"]);
    const known = machine({ values }).planFor([setting("net.core.somaxconn", atLeast("1024"))]);
    expect(dropIn(known)).toEqual([]);
  });

  it("waits for an interface that is not there, and tells the boot of it", () => {
    const plan = machine({ values }).planFor([setting("net.ipv4.conf.wg0.rp_filter", "2")]);
    expect(actions(plan)).toEqual(["net.ipv4.conf.wg0.rp_filter skip interface-absent"]);
    expect(dropIn(plan)).toEqual(["net.ipv4.conf.wg0.rp_filter = 2"]);
    expect(plan.problems).toEqual([]);
  });

  it("loads a module for a key that is not there, and has it loaded at boot", () => {
    const plan = machine({ values }).planFor([setting("net.bridge.bridge-nf-call-iptables", "1")]);
    expect(plan.modulesToLoad).toEqual(["br_netfilter"]);
    expect(plan.files[1]?.after).toMatch(/^# Written by tunectl: .*\nbr_netfilter\n$/);
  });

  it("has a module that is loaded now loaded at boot too", () => {
    const plan = machine({ values: { "net.netfilter.nf_conntrack_max": "262144" } }).planFor([
      setting("net.netfilter.nf_conntrack_max", "524288"),
    ]);
    expect(plan.modulesToLoad).toEqual([]);
    expect(plan.files[1]?.after).toContain("\nnf_conntrack\n");
  });
});

describe("the drop-in's line for bounds", () => {
  const line = (live: string, wanted: Parameters<typeof setting>[1], files = {}): readonly string[] =>
    dropIn(
      machine({ values: { "net.core.somaxconn": live }, files }).planFor([
        setting("net.core.somaxconn", wanted),
      ]),
    );

  it("is not needed where live value and kernel default keep them: a line would pin today's number", () => {
    expect(line("4096", atLeast("1000"))).toEqual([]);
    expect(line("8192", between("1000", "10000"))).toEqual([]);
  });

  it("is needed where the kernel's default does not keep them, whatever is live", () => {
    expect(line("20000", atLeast("16384"))).toEqual(["net.core.somaxconn = 16384"]);
    expect(line("100", atMost("200"))).toEqual(["net.core.somaxconn = 200"]);
  });

  it("is needed where another file breaks them", () => {
    expect(
      line("4096", atLeast("1000"), { "/etc/sysctl.d/50-x.conf": "net.core.somaxconn = 128\n" }),
    ).toEqual(["net.core.somaxconn = 1000"]);
    expect(
      line("4096", atLeast("1000"), { "/etc/sysctl.d/50-x.conf": "net.core.somaxconn = 5000\n" }),
    ).toEqual([]);
  });
});

describe("a plan that must not be applied", () => {
  const words = (plan: Plan): readonly string[] =>
    plan.problems.map((problem) => `${problem.code}: ${problemWords(problem)}`);

  it("lacks a key that this kernel does not have", () => {
    const [told = ""] = words(machine({ values }).planFor([setting("net.ipv4.tcp_tw_reuse_delay", "1000")]));
    expect(told).toBe(
      "key-not-found: `net.ipv4.tcp_tw_reuse_delay`: the kernel here (6.18.0) does not have it. Leave it out with `when: ${has_tunable('net.ipv4.tcp_tw_reuse_delay')}`, or run with --skip-missing.",
    );
  });

  it("would write what cannot be written here", () => {
    const box = machine({ values, readOnly: ["net.core.somaxconn"] });
    expect(words(box.planFor([setting("net.core.somaxconn", "8192")]))).toEqual([
      "not-writable-here: `net.core.somaxconn` cannot be written here (EACCES). Nothing was changed. In a network namespace or a container some keys can only be written on the host.",
    ]);
    expect(words(box.planFor([setting("net.core.somaxconn", "4096")]))).toEqual([]);
  });

  it("does what cannot be taken back, unless it is accepted", () => {
    const box = machine({ values: { "kernel.kexec_load_disabled": "0", "kernel.modules_disabled": "0" } });
    const guarded = (name: string, value: string): readonly string[] =>
      box.planFor([setting(name, value)]).problems.map((one) => one.code);
    expect(guarded("kernel.kexec_load_disabled", "1")).toEqual(["needs-acceptance"]);
    expect(guarded("kernel.modules_disabled", "1")).toEqual(["needs-acceptance"]);
    expect(guarded("kernel.modules_disabled", "0")).toEqual([]);
  });

  it("asks for what a later file takes back at boot", () => {
    const files = { "/etc/sysctl.d/99-z.conf": "# theirs\nnet.core.somaxconn = 128\n" };
    expect(words(machine({ values, files }).planFor([setting("net.core.somaxconn", "8192")]))).toEqual([
      "overridden-at-boot: `net.core.somaxconn`: the next boot will give 128, not 8192, because /etc/sysctl.d/99-z.conf:2 is read after our line. Remove that line, have it commented out (--on-override take-over), or keep the value for this boot only (--on-override yield).",
    ]);
  });

  it("names the later line also where the kernel refuses its value", () => {
    const files = { "/etc/sysctl.d/99-z.conf": "net.core.somaxconn = many\n" };
    const { problems } = machine({ values, files }).planFor([setting("net.core.somaxconn", "8192")]);
    const place = { cause: "later-refused", file: "/etc/sysctl.d/99-z.conf", line: 1, boot: "4096" };
    expect(problems).toMatchObject([{ code: "overridden-at-boot", ...place }]);
  });

  it("does not: another file that says the same, or one that is read before ours", () => {
    const files = {
      "/etc/sysctl.d/99-z.conf": "net.core.somaxconn = 8192\n",
      "/etc/sysctl.d/10-a.conf": "net.core.somaxconn = 5\n",
    };
    expect(words(machine({ values, files }).planFor([setting("net.core.somaxconn", "8192")]))).toEqual([]);
  });

  it("is warned of the other loader, which reads other files", () => {
    const files = { "/etc/sysctl.d/.99-hidden.conf": "net.core.somaxconn = 128\n" };
    const plan = machine({ values, files }).planFor([setting("net.core.somaxconn", "8192")]);
    expect(plan.problems).toEqual([]);
    expect(plan.warnings.map(warningWords)).toEqual([]);
    const later = { "/etc/sysctl.d/9z.conf": "net/core/somaxconn = 128\n" };
    expect(
      machine({ values, files: later }).planFor([setting("net.core.somaxconn", "8192")]).problems,
    ).toHaveLength(1);
  });
});

describe("a one-way value that is wanted", () => {
  const name = "kernel.yama.ptrace_scope";

  it("is written when all else has been read back and every file is in place", async () => {
    const box = machine({ values: { ...values, [name]: "1" } });
    const plan = box.planFor([setting(name, "3"), setting("net.core.somaxconn", "8192")]);
    const { steps } = transactionOf(catalogue, plan, { id: 1, time: "", by: "root" });
    const shown = steps.map((step) => (step.kind === "write" ? step.write.key : step.kind));
    expect(shown).toEqual(["net.core.somaxconn", "verify", "replace-file", name, "verify"]);
  });

  it("that the kernel refuses takes back all that came before it", async () => {
    const box = machine({ values: { ...values, [name]: "1" }, readOnly: [] });
    const before = box.state();
    const write = box.kernel.write;
    Object.assign(box.host.kernel as object, {
      write: (key: Key, text: string) => (key === name ? { ok: false, errno: "EPERM" } : write(key, text)),
    });
    expect((await box.apply([setting(name, "3"), setting("net.core.somaxconn", "8192")])).status).toBe(
      "reverted",
    );
    expect(box.state()).toEqual(before);
  });
});

describe("a one-way value that is live", () => {
  const name = "kernel.unprivileged_bpf_disabled";

  it("is left until the reboot, with a warning, and does not stop the rest of the set", async () => {
    const box = machine({ values: { ...values, [name]: "1" } });
    const settings = [setting(name, "2"), setting("net.core.somaxconn", "8192")];
    const plan = box.planFor(settings);
    expect(plan.problems).toEqual([]);
    expect(plan.keys.find(({ key }) => key === name)).toMatchObject({
      action: "skip",
      reason: "locked",
      after: "1",
      boot: { after: { from: "file", value: "2" } },
    });
    expect(plan.warnings).toMatchObject([{ code: "locked-until-reboot", key: name, live: "1", wanted: "2" }]);
    expect((await box.apply(settings)).status).toBe("done");
    expect(box.kernel.texts().get(name)).toBe("1");
    expect(box.drifts()).toEqual([]);
  });

  it("is left as well where the set that held it is replaced", async () => {
    const box = machine({ values: { ...values, [name]: "2" } });
    await box.apply([setting(name, "1"), setting("net.core.somaxconn", "8192")]);
    const plan = box.planFor([setting("net.core.somaxconn", "8192")]);
    expect(plan.keys.find(({ key }) => key === name)).toMatchObject({ action: "skip", reason: "locked" });
  });
});
