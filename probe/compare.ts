/** What a kernel was seen to do, held against what the catalogue says of it: pure. */
import { erasOf, fieldLimits, outsideSensible, type Range, rangeOn } from "../src/catalogue/accepted.js";
import { type Catalogue, findTunable } from "../src/catalogue/catalogue.js";
import { interfaceOf, type Key, parseKey, withInterface } from "../src/catalogue/key.js";
import { roundedValue } from "../src/catalogue/rounding.js";
import { exactly, overlaps, type Target } from "../src/catalogue/target.js";
import type { FieldLimits, Tunable } from "../src/catalogue/tunable.js";
import { canonicalReading, type Value, wholeNumber } from "../src/catalogue/value.js";
import { isAtLeast } from "../src/catalogue/version.js";
import { movedBy } from "../src/plan/moves.js";
import type { MeasuredField, MeasuredKey, Measurement } from "./measurement.js";

/** What of an entry was held against the kernel. */
export type Aspect = "access" | "accepts" | "rounding" | "moves";

/**
 * - backport: this kernel does what the entry says of a later version
 * - untestable: nothing was seen that could be held against the entry
 */
type Judged =
  | { readonly verdict: "agree" }
  | { readonly verdict: "backport"; readonly kernel: string; readonly since: string }
  | { readonly verdict: "differ"; readonly kernel: string; readonly entry: string }
  | { readonly verdict: "untestable"; readonly reason: string };

export type Finding = { readonly key: string; readonly aspect: Aspect } & Judged;

const agree: Judged = { verdict: "agree" };
const untestable = (reason: string): Judged => ({ verdict: "untestable", reason });
const differ = (kernel: string, entry: string): Judged => ({ verdict: "differ", kernel, entry });

type Case = {
  readonly key: Key;
  readonly tunable: Tunable;
  readonly measured: MeasuredKey;
  readonly measurement: Measurement;
  readonly catalogue: Catalogue;
  readonly target: Target;
  /** The keys that the catalogue bounds by a key. */
  readonly bounded: ReadonlyMap<string, readonly string[]>;
};

/** One finding for each aspect of each key that the kernel has. */
export function compare(measurement: Measurement, catalogue: Catalogue): readonly Finding[] {
  const target: Target = {
    ...exactly(measurement.kernel),
    arch: measurement.arch,
    pageSize: BigInt(measurement.page_size),
    ...(measurement.hz !== undefined && { hz: measurement.hz }),
  };
  const bounded = new Map<string, string[]>();
  for (const { key, bounded_by } of catalogue.all)
    if (bounded_by !== undefined) bounded.set(bounded_by, [...(bounded.get(bounded_by) ?? []), key]);
  return Object.entries(measurement.keys).flatMap(([name, measured]): Finding[] => {
    const key = parseKey(name);
    const anInterface = key && interfaceOf(key);
    // The others are there to see what moves.
    if (!["all", "default", measurement.interface, undefined].includes(anInterface)) return [];
    const tunable = key && findTunable(catalogue, key);
    if (key === undefined || tunable === undefined)
      return [{ key: name, aspect: "access", ...untestable("the catalogue has no entry") } as Finding];
    const one: Case = { key, tunable, measured, measurement, catalogue, target, bounded };
    const judged: readonly (readonly [Aspect, Judged])[] = [
      ["access", access(one)],
      ["accepts", accepts(one)],
      ["rounding", rounding(one)],
      ["moves", moves(one)],
    ];
    return judged.map(([aspect, verdict]) => ({ key: name, aspect, ...verdict }));
  });
}

function access({ tunable, measured, measurement, key }: Case): Judged {
  const said = tunable.access ?? "read-write";
  const wroteNamespace = measurement.wrote === "network-namespace";
  if (!wroteNamespace && measured.access !== said) return differ(measured.access, said);
  const inside = wroteNamespace && key.startsWith("net.") ? measured.access : measured.in_namespace;
  if (inside === undefined)
    return wroteNamespace ? untestable("it is not the namespace's own, and only those were measured") : agree;
  // The catalogue tells the scope of today's kernel, and of all interfaces at once.
  if (inside === "absent" && tunable.scope !== "host")
    return untestable("it is not in a network namespace of this kernel");
  const expected: readonly string[] = {
    "network-namespace": [said],
    "network-namespace-read-only": ["read-only"],
    host: ["absent", "read-only"],
  }[tunable.scope as string] ?? [said];
  return expected.includes(inside)
    ? agree
    : differ(`${inside} in a network namespace`, `${said}, scope ${tunable.scope}`);
}

/** Why there is nothing to compare, where nothing was written. */
function whyUnmeasured({ measured, measurement, tunable, key }: Case): Judged | undefined {
  if (/text|list|mask/.test(tunable.type) && tunable.type !== "bitmask")
    return untestable(`only single numbers are tried, and it is no number (${tunable.type})`);
  if (tunable.access === "read-only") return untestable("by the entry it cannot be written");
  if (measured.fields !== undefined) return undefined;
  if (measured.unwritten !== undefined) return untestable(measured.unwritten);
  if (measured.access !== "read-write") return untestable(`the file is ${measured.access}`);
  if (measured.unread !== undefined) return untestable(`reading it fails with ${measured.unread}`);
  if (measurement.wrote === "network-namespace" && !key.startsWith("net."))
    return untestable("it is not the namespace's own, and only those were measured");
  return untestable(
    interfaceOf(key) === undefined
      ? `it reads no number (${tunable.type})`
      : "another interface stands for it",
  );
}

const shown = ({ minimum, maximum }: Range): string =>
  `${minimum ?? "no least"}..${maximum ?? "no greatest"}`;

function accepts(one: Case): Judged {
  const { tunable, measured, target } = one;
  const unmeasured = whyUnmeasured(one);
  if (unmeasured !== undefined) return unmeasured;
  const eras = erasOf(tunable);
  const era = eras.find((candidate) => overlaps(target, candidate));
  if (era === undefined) return untestable("the entry does not say what is accepted");
  const fields = measured.fields ?? [];
  const limitsOf = (limits: FieldLimits): readonly Range[] =>
    fields.map((_, at) => rangeOn(fieldLimits(limits, at), target));
  const isAsIn = (limits: readonly Range[]): boolean =>
    fields.every((field, at) => agrees(one, field, limits[at] ?? {}, at));
  const limits = limitsOf(era);
  if (isAsIn(limits)) return agree;
  const also = fields.some(({ holds }) => holds !== undefined)
    ? ` (and changes nothing beyond ${fields.map(({ holds }) => holds?.join("..") ?? "its limits").join(", ")})`
    : "";
  const kernel = `takes ${fields.map(({ least, greatest }) => `${least}..${greatest}`).join(", ")}${also}`;
  const later = eras.slice(0, eras.indexOf(era)).findLast((candidate) => isAsIn(limitsOf(candidate)))?.since;
  if (later !== undefined) return { verdict: "backport", kernel, since: later };
  return differ(
    kernel,
    `${limits.map(shown).join(", ")}${era.since === undefined ? "" : ` since ${era.since}`}`,
  );
}

const lowest = -(2n ** 63n);
const highest = 2n ** 64n - 1n;

function agrees(one: Case, field: MeasuredField, range: Range, at: number): boolean {
  const leasts = [field.least, ...(field.holds?.slice(0, 1) ?? []), ...beyondHole(field, 0)].map(BigInt);
  const greatests = [field.greatest, ...(field.holds?.slice(1) ?? []), ...beyondHole(field, 1)].map(BigInt);
  const minimum = range.minimum ?? lowest;
  const maximum = range.maximum ?? highest;
  const [floor, roof] = neighbours(one, at);
  const possibleLeasts = [minimum, ...floor.filter((value) => value > minimum)];
  const possibleGreatests = [maximum, ...roof.filter((value) => value < maximum)];
  return (
    possibleLeasts.some((value) => leasts.includes(value)) &&
    possibleGreatests.some((value) => greatests.includes(value))
  );
}

/** Where a hole ends soon, the outermost number counts; what is taken again from 2³¹ on is overflow. */
function beyondHole({ also = [], outer, least, greatest }: MeasuredField, side: 0 | 1): readonly string[] {
  const next = also
    .map(BigInt)
    .filter((value) => (side === 0 ? value < BigInt(least) : value > BigInt(greatest)))
    .at(side === 0 ? -1 : 0);
  const isNear = next !== undefined && next < 2n ** 31n && next > -(2n ** 31n);
  return isNear && outer !== undefined ? [outer[side]] : [];
}

/** What the other fields, and keys that bound this one, had: limits that hold only while they have it. */
function neighbours(one: Case, at: number): readonly [readonly bigint[], readonly bigint[]] {
  const { tunable, measured, measurement, bounded, key } = one;
  const own = tunable.ascending === "enforced" ? numbersOf(measured.reads) : [];
  const first = (name: string): readonly bigint[] => {
    const { stays, reads } = measurement.keys[name] ?? {};
    return numbersOf(stays ?? reads).slice(0, 1);
  };
  const below = at === 0 ? (bounded.get(key) ?? []) : [];
  return [
    [...(at === 0 ? [] : own.slice(at - 1, at)), ...below.flatMap(first)],
    [...own.slice(at + 1, at + 2), ...(tunable.bounded_by === undefined ? [] : first(tunable.bounded_by))],
  ];
}

const numbersOf = (text = ""): readonly bigint[] =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => wholeNumber.test(word))
    .map(BigInt);

/** Only of numbers that mean something: how nonsense is stored is nobody's concern. */
function rounding(one: Case): Judged {
  const { tunable, measured, measurement, target } = one;
  const unmeasured = whyUnmeasured(one);
  if (unmeasured !== undefined) return unmeasured;
  if (tunable.no_effect_since !== undefined && isAtLeast(measurement.kernel, tunable.no_effect_since))
    return untestable("it has no effect, so what it keeps is nobody's concern");
  const own = numbersOf(measured.reads);
  const wrong = (measured.fields ?? []).flatMap((field, at) => {
    const [least, greatest] = (field.holds ?? [field.least, field.greatest]).map(BigInt);
    return [...new Set([...measurement.told, ...Object.keys(field.reads ?? {})])].flatMap((written) => {
      const number = BigInt(written);
      if (
        number < (least ?? lowest) ||
        number > (greatest ?? highest) ||
        !means(tunable, own.with(at, number))
      )
        return [];
      const reads = field.reads?.[written] ?? written;
      const said = roundedValue(tunable, written as Value, target.hz);
      return reads === said ? [] : [{ written, reads, said }];
    });
  });
  if (wrong.length === 0) return agree;
  const few = wrong.slice(0, 5);
  return differ(
    few.map(({ written, reads }) => `${written} reads ${reads}`).join(", "),
    few.map(({ written, said }) => `${written} reads ${said}`).join(", "),
  );
}

function means(tunable: Tunable, numbers: readonly bigint[]): boolean {
  if (tunable.type === "boolean") return numbers.every((number) => number === 0n || number === 1n);
  if (tunable.type === "enumeration") return String(numbers[0]) in (tunable.values ?? {});
  const descends = numbers.some((number, at) => at > 0 && number < (numbers[at - 1] ?? number));
  return !descends && outsideSensible(tunable, numbers) === undefined;
}

function moves(one: Case): Judged {
  const { key, measured, measurement, catalogue } = one;
  const unmeasured = whyUnmeasured(one);
  if (unmeasured !== undefined) return unmeasured;
  const interfaces = [
    ...new Set(Object.keys(measurement.keys).flatMap((name) => interfaceOf(name as Key) ?? [])),
  ];
  const foreseen = (wrote: string): ReadonlyMap<string, Value | undefined> =>
    new Map(movedBy(catalogue, key, canonical(one, wrote), interfaces).map((move) => [move.key, move.value]));
  const seen = Object.entries(measured.moved ?? {}).flatMap(([other, all]) =>
    all.map((move) => ({ other, ...move, to: canonicalOf(catalogue, other, move.to) })),
  );
  const wrong = seen.flatMap(({ other, wrote, from, to }) => {
    const said = foreseen(wrote);
    if (isInherited(key, other, said) || (said.has(other) && [undefined, to].includes(said.get(other))))
      return [];
    const entry = said.has(other) ? `${wrote} makes ${other} ${said.get(other)}` : `${wrote} leaves ${other}`;
    return [{ kernel: `${wrote} moves ${other} from ${from} to ${to}`, entry }];
  });
  const unseen = (measured.wrote ?? []).flatMap((wrote) =>
    [...foreseen(wrote)].flatMap(([other, value]) => {
      const had = measurement.keys[other];
      if (had?.access !== "read-write" || had.reads === undefined) return [];
      const isSeen = seen.some(
        (move) => move.other === other && (value === undefined || move.wrote === wrote),
      );
      if (isSeen || value === canonicalOf(catalogue, other, had.reads)) return [];
      return [{ kernel: `${wrote} leaves ${other}`, entry: `${wrote} moves ${other}` }];
    }),
  );
  const all = [...wrong, ...unseen].slice(0, 4);
  if (all.length === 0) return agree;
  return differ(all.map(({ kernel }) => kernel).join(", "), all.map(({ entry }) => entry).join(", "));
}

const canonical = ({ tunable }: Case, text: string): Value => canonicalReading(tunable, text);

const canonicalOf = (catalogue: Catalogue, key: string, text: string): Value =>
  canonicalReading(findTunable(catalogue, key as Key), text);

/**
 * `default` reaches an interface that has no address yet, and what it moves there as well; the catalogue says
 * it of no key, since it holds for all.
 */
function isInherited(key: Key, other: string, foreseen: ReadonlyMap<string, unknown>): boolean {
  const name = interfaceOf(other as Key);
  if (interfaceOf(key) !== "default" || name === undefined || name === "all") return false;
  const ofDefault = withInterface(other as Key, "default");
  return ofDefault === key || foreseen.has(ofDefault);
}

/** How often each verdict was given, by aspect. */
export function counts(findings: readonly Finding[]): Readonly<Record<Finding["verdict"], number>> {
  const of = (verdict: Finding["verdict"]): number =>
    findings.filter((finding) => finding.verdict === verdict).length;
  return {
    agree: of("agree"),
    backport: of("backport"),
    differ: of("differ"),
    untestable: of("untestable"),
  };
}
