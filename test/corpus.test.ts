/** Settings that people really use: which keys are known, which values are taken, and why others are not. */
import { afterAll, describe, expect, it } from "vitest";
import { nearestKey } from "../src/catalogue/catalogue.js";
import { checkValue } from "../src/catalogue/check-value.js";
import { everyKernel } from "../src/catalogue/target.js";
import { isAtLeast } from "../src/catalogue/version.js";
import { catalogue, lists, settingText, tunableOf } from "./support/corpus.js";

/**
 * - unknown: the catalogue has no such key
 * - gone: no kernel of the range has it, or no mainline kernel ever had
 * - unwritable: it only reports, or only triggers something
 * - refused: no kernel of the range takes the value in the sense of who wrote it
 * - partly: some kernels of the range refuse it
 */
type Verdict = "unknown" | "gone" | "unwritable" | "refused" | "partly" | "unusual" | "taken";

function verdictOn(written: string, value: string): Verdict {
  const tunable = tunableOf(written);
  if (!tunable) return "unknown";
  const { removed, never, access = "read-write" } = tunable;
  if (never || (removed !== undefined && isAtLeast(everyKernel.from, removed))) return "gone";
  if (access !== "read-write") return "unwritable";
  const checked = checkValue(tunable, value, everyKernel);
  if (!checked.ok) return "refused";
  if (checked.refused) return "partly";
  return checked.unusual ? "unusual" : "taken";
}

/** Each setting once, however many lists have it, as `KEY = VALUE`. */
const verdicts = new Map(
  lists
    .flatMap(({ settings }) => settings)
    .map(([key, value]) => [settingText(key, value), verdictOn(key, value)]),
);
const withVerdict = (...wanted: readonly Verdict[]): readonly string[] =>
  [...verdicts].filter(([, verdict]) => wanted.includes(verdict)).map(([setting]) => setting);

const keys = [...new Set(lists.flatMap(({ settings }) => settings.map(([key]) => key)))];
const knownKeys = keys.filter((key) => tunableOf(key) !== undefined);
const unknownKeys = keys.filter((key) => tunableOf(key) === undefined);

/** What is written wrong, and what is meant. */
const mistyped: Readonly<Record<string, string>> = {
  "dev/raid/speed_limit_mit": "dev.raid.speed_limit_min",
  "kernel.sched_cfs_bandwidth_slice_u": "kernel.sched_cfs_bandwidth_slice_us",
  "kernel.shmax": "kernel.shmmax",
  "kernel.suid_dumpable": "fs.suid_dumpable",
  "net.ipv4.tcp_keepalive_intval": "net.ipv4.tcp_keepalive_intvl",
  "net.netfilter.ip_conntrack_generic_timeout": "net.netfilter.nf_conntrack_generic_timeout",
  "net.netfilter.ip_conntrack_max": "net.netfilter.nf_conntrack_max",
  "net.netfilter.ip_conntrack_tcp_timeout_close_wait": "net.netfilter.nf_conntrack_tcp_timeout_close_wait",
  "net.netfilter.ip_conntrack_tcp_timeout_established": "net.netfilter.nf_conntrack_tcp_timeout_established",
  "net.netfilter.ip_conntrack_tcp_timeout_time_wait": "net.netfilter.nf_conntrack_tcp_timeout_time_wait",
  nmi_watchdog: "kernel.nmi_watchdog",
  tcp_sack: "net.ipv4.tcp_sack",
  "vm.dirty_expired_centisecs": "vm.dirty_expire_centisecs",
};

/** Other keys that the catalogue does not have, by reason. */
const unknown: Readonly<Record<string, readonly string[]>> = {
  "mistyped, too far from what was meant to be guessed": [
    "ched_migration_cost_ns", // kernel.sched_migration_cost_ns
    "net.ipv4.max_orphans", // net.ipv4.tcp_max_orphans
    "net.ipv6.conf.all.disable", // net.ipv6.conf.all.disable_ipv6
  ],
  "never a key: IPv6 has only accept_redirects": ["net.ipv6.conf.all.send_redirects"],
  "gone before Linux 2.6.28": ["kernel.core_setuid_ok", "kernel.maps_protect"],
  "of a vendor's kernel": [
    "kernel.use-nx", // Red Hat, with ExecShield
    "vm.min_free_order_shift", // Android
    "vm/min_free_order_shift",
    "xen/independent_wallclock", // guests of Xen before mainline had them
  ],
};

/** The values that are errors, by the reason why they may be. */
const refused: Readonly<Record<string, readonly string[]>> = {
  "a word, which the kernel refuses; the message says which number is meant": [
    "kernel.dmesg_restrict = true",
    "kernel.ftrace_enabled = false",
    "kernel.unprivileged_bpf_disabled = true",
    "net.core.bpf_jit_enable = false",
    "net.core.bpf_jit_harden = true",
    "net.ipv4.conf.all.accept_redirects = false",
    "net.ipv4.conf.all.log_martians = true",
    "net.ipv4.conf.all.secure_redirects = false",
    "net.ipv4.conf.all.send_redirects = false",
    "net.ipv4.conf.default.accept_redirects = false",
    "net.ipv4.conf.default.log_martians = true",
    "net.ipv4.conf.default.secure_redirects = false",
    "net.ipv4.conf.default.send_redirects = false",
    "net.ipv4.icmp_echo_ignore_broadcasts = true",
    "net.ipv6.conf.all.accept_redirects = false",
    "net.ipv6.conf.default.accept_redirects = false",
    "vm.unprivileged_userfaultfd = false",
  ],
  "no number at all, which the kernel refuses": [
    "net.core.rmem_default =",
    "net.core.rmem_max =",
    "net.core.wmem_max =",
    "net.ipv4.ip_local_port_range =",
    "net.ipv4.tcp_rmem =",
    "net.ipv4.tcp_tw_reuse =",
    "net.ipv4.tcp_wmem =",
  ],
  "quotes, which the kernel refuses": [
    'net.ipv4.tcp_rmem = "4096 131072 16777216"',
    'net.ipv4.tcp_wmem = "4096 16384 16777216"',
  ],
  "a sign of another tool, which the kernel refuses": [
    "kernel.pid_max = >4194304", // TuneD: raise, never lower
    "kernel.yama.ptrace_scope = 1|2|3", // Lynis accepts any of these
    "net.ipv4.tcp_timestamps = 0|1",
  ],
  "outside what the kernel takes": ["net.ipv4.ip_local_port_range = 1024 65536"],
  "above the 1024 bits of the pool that these kernels have": ["kernel/random/read_wakeup_threshold = 1536"],
  "a short vector: the kernel changes the first field and leaves the others": ["kernel.printk = 5"],
  "two numbers for one: the kernel takes the first and does not read the other": [
    "kernel.shmmax = 137438953472 137438953472",
  ],
};

/** The values that a part of the kernels from 4.18 to today's refuses. */
const partly: Readonly<Record<string, readonly string[]>> = {
  "before 5.13 the switch could only be set, never cleared": ["kernel.unprivileged_bpf_disabled = 0"],
  "since 7.2 the least size is a page": [
    "net.ipv4.tcp_rmem = 1024 4096 16384",
    "net.ipv4.tcp_rmem = 1024 4096 16777216",
    "net.ipv4.tcp_rmem = 1024 4096 4096",
  ],
};

const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();
const all = (byReason: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  sorted(Object.values(byReason).flat());

describe("lists that people really use", () => {
  it("are many, each with its origin, sorted", () => {
    const origins = lists.map(({ origin }) => origin);
    expect(origins.length).toBeGreaterThanOrEqual(100);
    expect(new Set(origins).size).toBe(origins.length);
    expect(origins.map((origin) => origin.toLowerCase())).toEqual(
      sorted(origins.map((origin) => origin.toLowerCase())),
    );
    expect(origins.filter((origin) => !/^(github:[^/ ]+\/\S+ \S|https:\/\/)/.test(origin))).toEqual([]);
    expect(lists.filter(({ kind, settings }) => !/^[a-z]+$/.test(kind) || settings.length === 0)).toEqual([]);
    const texts = lists.flatMap(({ settings }) => settings.flat());
    expect(texts.filter((text) => typeof text !== "string" || text.trim() !== text)).toEqual([]);
  });

  it("have no unknown keys but these", () =>
    expect(sorted(unknownKeys)).toEqual(sorted([...Object.keys(mistyped), ...all(unknown)])));

  it.each(Object.entries(mistyped))("%s is meant for %s", (written, meant) =>
    expect(nearestKey(catalogue, written.replaceAll("/", "."))).toBe(meant),
  );

  it("have no values that are errors but these, each for a reason", () =>
    expect(sorted(withVerdict("refused"))).toEqual(all(refused)));

  it("have no values that some kernels refuse but these, each for a reason", () =>
    expect(sorted(withVerdict("partly"))).toEqual(all(partly)));
});

const count = (number: number, what: string): string => `${number} ${what}`;

afterAll(() => {
  const flawed = lists.filter(({ settings }) =>
    settings.some(([key, value]) => ["unknown", "unwritable", "refused"].includes(verdictOn(key, value))),
  );
  const kinds = new Set(lists.map(({ kind }) => kind));
  process.stdout.write(
    [
      "",
      `Corpus: ${count(lists.length, "lists")} of ${kinds.size} kinds, ${count(
        lists.reduce((sum, { settings }) => sum + settings.length, 0),
        "lines",
      )}, ${count(keys.length, "keys")}, ${count(verdicts.size, "settings")}`,
      `  keys: ${count(knownKeys.length, "known")}, ${count(unknownKeys.length, "unknown")}`,
      `  lists: ${count(lists.length - flawed.length, "without an error")}, ${count(flawed.length, "with one")}`,
      `  values: ${(["taken", "unusual", "partly", "refused", "unwritable", "gone"] as const)
        .map((verdict) => count(withVerdict(verdict).length, verdict))
        .join(", ")}`,
      ...Object.entries(refused).map(([reason, those]) => `  refused: ${those.length} ${reason}`),
      "",
    ].join("\n"),
  );
});
