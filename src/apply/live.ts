/** Keys and values as they are on the machine that is being changed. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import { errnoOf } from "../host.js";
import type { Write } from "../plan/order.js";
import { liveValue } from "../plan/reading.js";
import type { HostProblem } from "../problem.js";
import type { Surroundings } from "./change.js";

export type Readings = Readonly<Record<string, Value | null>>;

export const readingsOf = (around: Surroundings, keys: readonly Key[]): Readings =>
  Object.fromEntries(keys.map((key) => [key, liveValue(around, key) ?? null]));

/** A 0 that its twin's write brings about is never written itself: `vm.dirty_bytes` refuses it. */
export const isLeftToTwin = (catalogue: Catalogue, { key, value }: Write): boolean =>
  value === "0" && findTunable(catalogue, key)?.exclusive_with !== undefined;

/** How often what side effects have moved is put right before it is given up. */
export const passes = 3;

/** @returns the errno, if it failed */
export function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}

/** An error of the operating system, as the problem of the file that it names. */
export const diskProblem = (error: unknown): HostProblem => ({
  code: "file-not-written",
  file:
    typeof error === "object" && error !== null && "path" in error ? String(error.path) : "the state folder",
  errno: errnoOf(error),
});
