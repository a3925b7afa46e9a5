/** Which settings a network namespace can hold. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { isPattern, type Key } from "../catalogue/key.js";
import type { Reading } from "../catalogue/reading.js";
import type { Setting } from "../profile/profile.js";

/**
 * - whole-host: the key has one value for the whole host
 * - absent, unreadable, read-only: it is so in a new network namespace of this kernel
 */
export type NotRehearsableReason = "whole-host" | "absent" | "unreadable" | "read-only";

export type NotRehearsed = { readonly key: Key; readonly reason: NotRehearsableReason };

/**
 * Undefined where it can be rehearsed. Never a key of the whole host: without a user namespace it would be
 * written for real.
 */
export function notRehearsableReason(
  catalogue: Catalogue,
  { key }: Setting,
  read: (key: Key) => Reading,
): NotRehearsableReason | undefined {
  const tunable = findTunable(catalogue, key);
  if (!key.startsWith("net.") || tunable?.scope !== "network-namespace") return "whole-host";
  if (isPattern(key)) return undefined;
  const reading = read(key);
  if (reading.status === "missing") return "absent";
  if (reading.status !== "present") return "unreadable";
  return reading.writable ? undefined : "read-only";
}
