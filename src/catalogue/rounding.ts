/** What the kernel makes of a value that it stores in coarser steps. */
import type { Tunable } from "./tunable.js";
import type { Value } from "./value.js";

/**
 * The value that is written for this one, and reads the same; the value itself where the kernel keeps it, or
 * where the steps are not known.
 * @param hz ticks a second
 */
export function roundedValue(tunable: Tunable | undefined, value: Value, hz: number | undefined): Value {
  const { rounded, unit } = tunable ?? {};
  if (rounded === undefined || !/^[1-9]\d*$/.test(value)) return value;
  const number = BigInt(value);
  if (typeof rounded === "object") return text(up(number, BigInt(rounded.up_to_multiple)));
  if (rounded === "up-to-power-of-two") return text(powerOfTwo(number));
  return hz === undefined ? value : text(settled(number, (one) => inTicks(one, unit, BigInt(hz))));
}

/** At 300 ticks a second what is read would be rounded again when it is written: the next value that is not. */
function settled(number: bigint, round: (number: bigint) => bigint): bigint {
  const once = round(number);
  return once === number ? number : settled(once, round);
}

const text = (number: bigint): Value => String(number) as Value;

/** The least that is not below a number. */
const powerOfTwo = (number: bigint): bigint =>
  number === 1n ? 1n : 1n << BigInt((number - 1n).toString(2).length);

const up = (number: bigint, step: bigint): bigint => ((number + step - 1n) / step) * step;

const ceiling = (number: bigint, by: bigint): bigint => (number + by - 1n) / by;

/** Milliseconds are rounded up to whole ticks, hundredths of a second down; seconds are whole ticks. */
function inTicks(number: bigint, unit: string | undefined, hz: bigint): bigint {
  if (unit === "milliseconds") return ceiling(ceiling(number * hz, 1000n) * 1000n, hz);
  if (unit === "centiseconds") return (((number * hz) / 100n) * 100n) / hz;
  return number;
}
