/** Values as they are on the machine that is being changed. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import { interpretReading, presentValue } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import { errnoOf } from "../host.js";
import type { Write } from "../plan/order.js";
import type { HostProblem } from "../problem.js";
import type { ApplyContext } from "./outcome.js";

export type Readings = Readonly<Record<string, Value | null>>;

/** What a key is now; undefined where it is not there, or where there is no kernel. */
export const liveValue = (
  { kernel, catalogue }: Pick<ApplyContext, "kernel" | "catalogue">,
  key: Key,
): Value | undefined => kernel && presentValue(interpretReading(catalogue, key, kernel.read(key)));

export const readingsOf = (context: ApplyContext, keys: readonly Key[]): Readings =>
  Object.fromEntries(keys.map((key) => [key, liveValue(context, key) ?? null]));

/**
 * A 0 that the write of its exclusive counterpart brings about is never written itself: `vm.dirty_bytes`
 * refuses it.
 */
export const isZeroedByCounterpart = (catalogue: Catalogue, { key, value }: Write): boolean =>
  value === "0" && findTunable(catalogue, key)?.exclusive_with !== undefined;

/** How often values that side effects have moved are written again before that is given up. */
export const settleRounds = 3;

/** An error of the operating system, as the problem of the file that it names. */
export const fileProblem = (error: unknown, folder: string): HostProblem => ({
  code: "file-not-written",
  file:
    typeof error === "object" && error !== null && "path" in error && error.path !== undefined
      ? String(error.path)
      : folder,
  errno: errnoOf(error),
});
