/** Keys, values and settings in few words, and generated ones. */
import fc from "fast-check";
import { type Key, parseKey } from "../../src/catalogue/key.js";
import type { Value } from "../../src/catalogue/value.js";
import type { Setting, Wanted } from "../../src/profile/profile.js";

export function key(text: string): Key {
  const parsed = parseKey(text);
  if (parsed === undefined) throw new Error(`${text} is no key`);
  return parsed;
}

export const exactly = (text: string): Wanted => ({ kind: "value", value: text as Value });
export const atLeast = (text: string): Wanted => ({ kind: "bounds", least: text as Value });
export const atMost = (text: string): Wanted => ({ kind: "bounds", most: text as Value });
export const between = (least: string, most: string): Wanted => ({
  kind: "bounds",
  least: least as Value,
  most: most as Value,
});

export const setting = (name: string, wanted: Wanted | string, profile = "web"): Setting => ({
  key: key(name),
  wanted: typeof wanted === "string" ? exactly(wanted) : wanted,
  profile,
  place: { file: `${profile}.yaml`, line: 1, column: 1, length: 1 },
  why: `because of ${name}`,
  evidence: [],
  source: [],
});

const numbers = (low: number, high: number): fc.Arbitrary<string> =>
  fc.integer({ min: low, max: high }).map(String);

/** A value, a floor, a ceiling or both. */
const wantedNumber = (low: number, high: number): fc.Arbitrary<Wanted> =>
  fc.oneof(
    numbers(low, high).map(exactly),
    numbers(low, high).map(atLeast),
    numbers(low, high).map(atMost),
    fc
      .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
      .map(([a, b]) => between(String(Math.min(a, b)), String(Math.max(a, b)))),
  );

const rising = (count: number, low: number, high: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: low, max: high }), { minLength: count, maxLength: count })
    .map((fields) => fields.sort((a, b) => a - b).join(" "));

/** Bounds and values close together, so that they meet and cross. */
export const wantedNumbers: fc.Arbitrary<Wanted> = wantedNumber(1, 100);

const flag = fc.constantFrom("0", "1");
const portList = fc.constantFrom("", "8080", "8080,30000-32767", "1000-1999,3306");
const portRange = (least: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: least, max: 30_000 }), fc.integer({ min: 30_001, max: 65_535 }))
    .map((ends) => ends.join(" "));

/**
 * What the kernel holds before the test: anything it could hold. But for the port that needs no rights, which
 * is as a boot finds it: that bounds what a line of the range may say there.
 */
export const startingValues: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .record({
    somaxconn: numbers(1, 100_000),
    retries: numbers(1, 200),
    rmem: rising(3, 1, 10_000_000),
    reserved: portList,
    portRange: portRange(1024),
    dirty: fc.tuple(fc.boolean(), numbers(8192, 1_000_000_000), numbers(1, 100)),
    background: fc.tuple(fc.boolean(), numbers(8192, 1_000_000_000), numbers(1, 100)),
    overcommit: fc.tuple(fc.boolean(), numbers(1, 1_000_000), numbers(1, 100)),
    forward: flag,
    forwarding: fc.tuple(flag, flag, flag, flag),
    redirects: fc.tuple(flag, flag, flag, flag, flag),
    filters: fc.tuple(...Array.from({ length: 5 }, () => fc.constantFrom("0", "1", "2"))),
    conntrack: numbers(1024, 10_000_000),
    algorithm: fc.constantFrom("reno", "cubic"),
  })
  .map((one) => ({
    "net.core.somaxconn": one.somaxconn,
    "net.ipv4.tcp_retries2": one.retries,
    "net.ipv4.tcp_rmem": one.rmem,
    "net.ipv4.ip_local_reserved_ports": one.reserved,
    "net.ipv4.ip_local_port_range": one.portRange,
    "net.ipv4.ip_unprivileged_port_start": "1024",
    ...pair("vm.dirty_bytes", "vm.dirty_ratio", one.dirty),
    ...pair("vm.dirty_background_bytes", "vm.dirty_background_ratio", one.background),
    ...pair("vm.overcommit_kbytes", "vm.overcommit_ratio", one.overcommit),
    "net.ipv4.ip_forward": one.forward,
    ...perInterface("forwarding", [one.forward, ...one.forwarding]),
    ...perInterface("accept_redirects", one.redirects),
    ...perInterface("rp_filter", one.filters),
    "net.netfilter.nf_conntrack_max": one.conntrack,
    "net.nf_conntrack_max": one.conntrack,
    "net.ipv4.tcp_congestion_control": one.algorithm,
    "net.ipv4.tcp_allowed_congestion_control": "reno cubic",
  }));

const pair = (
  absolute: string,
  share: string,
  [first, bytes, percent]: [boolean, string, string],
): Record<string, string> => ({
  [absolute]: first ? bytes : "0",
  [share]: first ? "0" : percent,
});

const perInterface = (leaf: string, values: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    ["all", "default", "lo", "eth0", "eth0/100"].map((name, at) => [
      `net.ipv4.conf.${name}.${leaf}`,
      values[at] ?? "0",
    ]),
  );

/** One arbitrary for each subject; of a subject with two names a set holds one at most. */
const subjects: readonly fc.Arbitrary<readonly [string, Wanted]>[] = [
  tagged("net.core.somaxconn", wantedNumber(1, 100_000)),
  tagged("net.ipv4.tcp_retries2", wantedNumber(1, 200)),
  tagged(
    "net.ipv4.tcp_rmem",
    fc.oneof(rising(3, 1, 10_000_000).map(exactly), rising(3, 1, 10_000_000).map(atLeast)),
  ),
  tagged("net.ipv4.ip_local_reserved_ports", portList.map(exactly)),
  tagged("net.ipv4.ip_local_port_range", portRange(500).map(exactly)),
  tagged("net.ipv4.ip_unprivileged_port_start", numbers(0, 30_000).map(exactly)),
  fc.oneof(
    tagged("vm.dirty_bytes", numbers(8192, 1_000_000_000).map(exactly)),
    tagged("vm.dirty_ratio", numbers(1, 100).map(exactly)),
  ),
  fc.oneof(
    tagged("vm.dirty_background_bytes", numbers(8192, 1_000_000_000).map(exactly)),
    tagged("vm.dirty_background_ratio", numbers(1, 100).map(exactly)),
  ),
  fc.oneof(
    tagged("vm.overcommit_kbytes", numbers(1, 1_000_000).map(exactly)),
    tagged("vm.overcommit_ratio", numbers(1, 100).map(exactly)),
  ),
  tagged("net.ipv4.ip_forward", flag.map(exactly)),
  tagged("net.ipv4.conf.eth0.forwarding", flag.map(exactly)),
  tagged("net.ipv4.conf.all.accept_redirects", flag.map(exactly)),
  tagged("net.ipv4.conf.eth0/100.accept_redirects", flag.map(exactly)),
  tagged("net.ipv4.conf.*.rp_filter", fc.constantFrom("0", "1", "2").map(exactly)),
  tagged("net.ipv4.conf.default.rp_filter", fc.constantFrom("0", "1", "2").map(exactly)),
  tagged("net.ipv4.conf.eth0.rp_filter", fc.constantFrom("0", "1", "2").map(exactly)),
  fc.oneof(
    tagged("net.netfilter.nf_conntrack_max", wantedNumber(1024, 10_000_000)),
    tagged("net.nf_conntrack_max", wantedNumber(1024, 10_000_000)),
  ),
  tagged("net.ipv4.tcp_congestion_control", fc.constantFrom("reno", "cubic", "bbr").map(exactly)),
];

function tagged(name: string, wanted: fc.Arbitrary<Wanted>): fc.Arbitrary<readonly [string, Wanted]> {
  return wanted.map((one) => [name, one] as const);
}

/** Sets that a kernel may or may not be able to hold all at once. */
export const settingSets: fc.Arbitrary<readonly Setting[]> = fc
  .tuple(...subjects.map((subject) => fc.option(subject, { freq: 2 })))
  .map((chosen) => chosen.flatMap((one) => (one ? [setting(one[0], one[1])] : [])));

/**
 * Whether a kernel with these values can hold the settings: the port that needs no rights lies below the
 * range.
 */
export function canHold(values: Readonly<Record<string, string>>, settings: readonly Setting[]): boolean {
  const final = (name: string): number => {
    const wanted = settings.find((one) => one.key === name)?.wanted;
    return Number((wanted?.kind === "value" ? wanted.value : (values[name] ?? "")).split(" ")[0]);
  };
  return final("net.ipv4.ip_unprivileged_port_start") <= final("net.ipv4.ip_local_port_range");
}
