/** What a write of the kernel takes, by version, and what of it means something. */
import type { Versions } from "../problem.js";
import { everyKernel, overlaps, seriesOf, type Target } from "./target.js";
import type { AcceptedSince, FieldLimits, Limit, Limits, Tunable } from "./tunable.js";

/** Limits as numbers; a side that is absent has none. */
export type Range = { readonly minimum?: bigint; readonly maximum?: bigint };

export const isWithinRange = (number: bigint, { minimum, maximum }: Range): boolean =>
  (minimum === undefined || number >= minimum) && (maximum === undefined || number <= maximum);

type Era = AcceptedSince & Versions;

/** The versions of `accepts`, newest first, each with the one that ends it. */
export const erasOf = ({ accepts = [] }: Tunable): readonly Era[] =>
  accepts.map((era, at) => {
    const before = accepts[at - 1]?.since;
    return before === undefined ? era : { ...era, before };
  });

/** The limits of one number: of a vector, of that field. */
export const fieldLimits = (limits: FieldLimits, field: number): Limits => limits.fields?.[field] ?? limits;

/**
 * Limits as numbers on the target. Where what they are made of is not known, the widest that any kernel has:
 * what may be taken is not refused.
 */
export const rangeOn = ({ minimum, maximum }: Limits, target: Target): Range => ({
  ...(minimum !== undefined && { minimum: limitOn(minimum, "least", target) }),
  ...(maximum !== undefined && { maximum: limitOn(maximum, "most", target) }),
});

const names: Readonly<Record<string, string>> = {
  INT_MAX: "2147483647",
  LONG_MAX: "9223372036854775807",
};
const pageSizes = { least: 4096n, most: 65_536n };
/** The slowest and the fastest tick that a kernel can be built with. */
const tickRates = [100n, 1000n];

function limitOn(limit: Limit, side: "least" | "most", target: Target): bigint {
  if (typeof limit !== "string") return byArchitecture(limit, side, target);
  const [, sign, base = "", operator] = /^(-?)(\w+)([/*])HZ$/.exec(limit) ?? [];
  if (operator !== undefined) {
    const number = BigInt(`${sign}${names[base] ?? base}`);
    const rates = target.hz === undefined ? tickRates : [BigInt(target.hz)];
    return widest(
      rates.map((hz) => (operator === "/" ? number / hz : number * hz)),
      side,
    );
  }
  const pages = /^page_size(?:\*(\d+))?$/.exec(limit);
  if (pages) return (target.pageSize ?? pageSizes[side]) * BigInt(pages[1] ?? 1);
  return BigInt(limit);
}

function byArchitecture(
  table: Readonly<Record<string, string>>,
  side: "least" | "most",
  { arch }: Target,
): bigint {
  const own = arch === undefined ? undefined : (table[arch] ?? table["default"]);
  if (own !== undefined) return BigInt(own);
  return widest(Object.values(table).map(BigInt), side);
}

const widest = (all: readonly bigint[], side: "least" | "most"): bigint =>
  all.reduce((a, b) => (a < b === (side === "least") ? a : b));

/** Which kernels refuse some numbers: none, a part of the target, or all of it. */
export type Acceptance =
  | { readonly kind: "taken" }
  | {
      readonly kind: "partly" | "refused";
      /** Of the newest kernel that refuses them: the first number that is outside, and the limits there. */
      readonly number: bigint;
      readonly range: Range;
      readonly refusedBy: Versions;
      /** The nearest versions that take them, if any do. */
      readonly takenBy?: Versions;
    };

/** Whether the target takes these numbers: one, those of a list, or the fields of a vector. */
export function acceptanceOf(
  tunable: Tunable,
  numbers: readonly bigint[],
  target: Target = everyKernel,
): Acceptance {
  const eras = erasOf(tunable).map((era) => ({ era, outside: firstOutside(era, numbers, target) }));
  const meant = eras.filter(({ era }) => overlaps(target, era) || isBackported(era, target));
  const refusing = meant.find(({ outside }) => outside !== undefined);
  if (refusing?.outside === undefined) return { kind: "taken" };
  const taking = eras.filter(({ outside }) => outside === undefined).map(({ era }) => versionsOf(era));
  const takenBy = taking.length === 0 ? undefined : joined(taking);
  return {
    kind: meant.every(({ outside }) => outside !== undefined) ? "refused" : "partly",
    ...refusing.outside,
    refusedBy: joined(meant.filter(({ outside }) => outside !== undefined).map(({ era }) => versionsOf(era))),
    ...(takenBy && { takenBy }),
  };
}

/** Of a series that was given a later version's limits, it is not known which releases have which. */
const isBackported = ({ backported = [] }: Era, target: Target): boolean =>
  backported.includes(seriesOf(target) ?? "");

const versionsOf = ({ since, before }: Era): Versions => ({
  ...(since !== undefined && { since }),
  ...(before !== undefined && { before }),
});

/** From the oldest to the newest of these, which stand newest first. */
function joined(all: readonly Versions[]): Versions {
  const [since, before] = [all.at(-1)?.since, all[0]?.before];
  return { ...(since !== undefined && { since }), ...(before !== undefined && { before }) };
}

function firstOutside(
  era: FieldLimits,
  numbers: readonly bigint[],
  target: Target,
): { readonly number: bigint; readonly range: Range } | undefined {
  for (const [field, number] of numbers.entries()) {
    const range = rangeOn(fieldLimits(era, field), target);
    if (!isWithinRange(number, range)) return { number, range };
  }
  return undefined;
}

/** Whether a field of a vector is less than the one before it. */
export const isDescending = (numbers: readonly bigint[]): boolean =>
  numbers.some((number, at) => at > 0 && number < (numbers[at - 1] ?? number));

/** The first number that the kernel may take and that means nothing, with what would. */
export const outsideSensible = (
  { sensible, no_limit }: Tunable,
  numbers: readonly bigint[],
): { readonly number: bigint; readonly range: Range } | undefined =>
  sensible && numbers.join(" ") !== no_limit ? firstOutside(sensible, numbers, everyKernel) : undefined;

/** Whether a number means something, as far as it is known: for hints about what may have been meant. */
export function isPlausible(tunable: Tunable, number: bigint): boolean {
  const newest = erasOf(tunable)[0];
  return (
    outsideSensible(tunable, [number]) === undefined &&
    (newest === undefined || firstOutside(newest, [number], everyKernel) === undefined)
  );
}

/** What the newest kernel takes, as the catalogue writes it. */
export const newestLimits = (tunable: Tunable): Limits => erasOf(tunable)[0] ?? {};
