/** The kernels that a value is meant for. */
import type { Versions } from "../problem.js";
import { isAtLeast } from "./version.js";

/**
 * From one version to another, both included; without `to` up to today's. The rest is known only of a host:
 * what the limits of some keys are made of.
 */
export type Target = {
  readonly from: string;
  readonly to?: string;
  readonly arch?: string;
  readonly pageSize?: bigint;
  /** Ticks a second, CONFIG_HZ. */
  readonly hz?: number;
};

/** What is supported where nothing says otherwise. */
export const everyKernel: Target = { from: "4.18" };

export const exactly = (kernel: string): Target => ({ from: kernel, to: kernel });

/** Whether some kernel of the target is of these versions. */
export const overlaps = ({ from, to }: Target, { since, before }: Versions): boolean =>
  (since === undefined || to === undefined || isAtLeast(to, since)) &&
  (before === undefined || !isAtLeast(from, before));

/** The series that all kernels of the target belong to, as `6.12`; undefined where there are several. */
export function seriesOf({ from, to }: Target): string | undefined {
  const [first, last] = [from, to].map((version) => /^\d+\.\d+/.exec(version ?? "")?.[0]);
  return first === last ? first : undefined;
}

/** Whether every kernel of the target is of these versions. */
export const isInside = ({ from, to }: Target, { since, before }: Versions): boolean =>
  (since === undefined || isAtLeast(from, since)) &&
  (before === undefined || (to !== undefined && !isAtLeast(to, before)));

/**
 * Reads `>=5.10`, `<6.9`, `>=5.4 <6.9`, `5.14` (the series) or `5.14.3`. Undefined where it is none of
 * these, or where it means no kernel.
 */
export function parseKernels(text: string): Target | undefined {
  const words = text.trim().split(/\s+/);
  // A series is all its releases.
  if (/^\d+\.\d+$/.test(text.trim())) return { from: text.trim(), to: `${text.trim()}.999999` };
  // As `uname -r` prints it, or its numbers alone.
  const exact = /^\d+(\.\d+){1,2}([-+~]\w[\w.+~-]*)?$/.exec(words.length === 1 ? (words[0] ?? "") : "");
  if (exact) return exactly(exact[0]);
  const bounds = words.map((word) => /^(>=|<)(\d+(?:\.\d+){0,2})$/.exec(word));
  const versionsAfter = (sign: string): readonly string[] =>
    bounds.flatMap((bound) => (bound?.[1] === sign && bound[2] !== undefined ? [bound[2]] : []));
  const [least, most] = [versionsAfter(">="), versionsAfter("<")];
  if (bounds.includes(null) || least.length > 1 || most.length > 1) return undefined;
  const from = least[0] ?? everyKernel.from;
  const before = most[0];
  if (before === undefined) return { from };
  return isAtLeast(from, before) ? undefined : { from, to: justBefore(before) };
}

/** No version of a kernel comes between this one and the version given. */
function justBefore(version: string): string {
  const numbers = version.split(".").map(Number);
  const last = numbers.findLastIndex((number) => number > 0);
  return [...numbers.slice(0, last), (numbers[last] ?? 1) - 1, 999_999].join(".");
}

/** The kernels of both; undefined where there are none. */
export function intersect(a: Target, b: Target): Target | undefined {
  const from = isAtLeast(a.from, b.from) ? a.from : b.from;
  const to = a.to === undefined || (b.to !== undefined && isAtLeast(a.to, b.to)) ? b.to : a.to;
  if (to !== undefined && !isAtLeast(to, from)) return undefined;
  return { ...a, from, ...(to !== undefined && { to }) };
}
