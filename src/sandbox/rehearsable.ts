/** Which settings a network namespace can hold. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { isPattern, type Key } from "../catalogue/key.js";
import type { Reading } from "../plan/reading.js";
import type { Setting } from "../profile/profile.js";

export type NotRehearsed = { readonly key: Key; readonly reason: string };

/** Undefined where it can be rehearsed, else why not. Never a key that belongs to the whole host: without a user namespace it would be written for real. */
export function whyNot(
  catalogue: Catalogue,
  { key }: Setting,
  read: (key: Key) => Reading,
): string | undefined {
  const tunable = findTunable(catalogue, key);
  if (!key.startsWith("net.") || tunable?.scope !== "network-namespace")
    return "one value for the whole host";
  if (isPattern(key)) return undefined;
  const reading = read(key);
  if (reading.status === "missing") return "not in a new network namespace of this kernel";
  if (reading.status !== "present") return "not readable in a new network namespace";
  return reading.writable ? undefined : "read-only in a new network namespace";
}
