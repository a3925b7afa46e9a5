/**
 * Units: what `16M` and `60s` mean for a tunable that counts bytes, pages or seconds, and when a number was
 * meant in another unit.
 */
import type { ValueFault } from "../problem.js";
import { isPlausible } from "./accepted.js";
import type { Tunable } from "./tunable.js";

const seconds = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  sec: 1_000_000_000n,
  m: 60_000_000_000n,
  min: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const bytes = {
  b: 1n,
  k: 1024n,
  kb: 1024n,
  kib: 1024n,
  m: 1024n ** 2n,
  mb: 1024n ** 2n,
  mib: 1024n ** 2n,
  g: 1024n ** 3n,
  gb: 1024n ** 3n,
  gib: 1024n ** 3n,
};

/** How much one of a tunable's units is, in nanoseconds or in bytes. */
const scales: Readonly<
  Record<string, { readonly of: Readonly<Record<string, bigint>>; readonly one: bigint }>
> = {
  seconds: { of: seconds, one: seconds.s },
  centiseconds: { of: seconds, one: 10_000_000n },
  milliseconds: { of: seconds, one: seconds.ms },
  microseconds: { of: seconds, one: seconds.us },
  nanoseconds: { of: seconds, one: seconds.ns },
  bytes: { of: bytes, one: 1n },
  kibibytes: { of: bytes, one: bytes.k },
  mebibytes: { of: bytes, one: bytes.m },
  pages: { of: bytes, one: 4096n },
};

export function unitFault(tunable: Tunable, text: string, digits: string, suffix: string): ValueFault {
  const unit = tunable.unit ?? "other";
  const scale = scales[unit];
  const size = scale?.of[suffix.toLowerCase()];
  if (scale === undefined || size === undefined) return { kind: "unit", text, unit };
  const total = BigInt(digits) * size;
  return {
    kind: "unit",
    text,
    unit,
    ...(total % scale.one === 0n &&
      isPlausible(tunable, total / scale.one) && { instead: String(total / scale.one) }),
  };
}

/** A number out of range by just the factor between two units was probably meant in the other one. */
export function converted(
  tunable: Tunable,
  number: bigint,
): Pick<Extract<ValueFault, { kind: "range" }>, "converted"> {
  const { unit } = tunable;
  const factors: Readonly<Record<string, readonly (readonly [bigint, string])[]>> = {
    seconds: [
      [1000n, "milliseconds"],
      [1_000_000n, "microseconds"],
    ],
    milliseconds: [[1000n, "microseconds"]],
    pages: [[4096n, "bytes"]],
    kibibytes: [[1024n, "bytes"]],
  };
  const found = (factors[unit ?? ""] ?? []).find(
    ([factor]) => number > 0n && number % factor === 0n && isPlausible(tunable, number / factor),
  );
  if (!found || unit === undefined) return {};
  return { converted: { unit: found[1], value: String(number / found[0]), to: unit } };
}
