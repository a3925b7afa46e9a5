/** What the live kernel says of one key, by meaning. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import { readValue, type Value } from "../catalogue/value.js";
import type { Kernel, RawReading } from "../host.js";

export type Reading =
  | { readonly status: "present"; readonly value: Value; readonly writable: boolean }
  | { readonly status: "missing" }
  | { readonly status: "write-only" }
  | { readonly status: "denied"; readonly errno: string }
  /** There is no kernel to ask: an image under `--root`, or facts that do not hold the key. */
  | { readonly status: "unknown" };

export function understood(catalogue: Catalogue, key: Key, raw: RawReading): Reading {
  if (raw.status !== "present") return raw;
  return {
    status: "present",
    value: readValue(findTunable(catalogue, key), raw.text),
    writable: raw.writable,
  };
}

export const valueIn = (reading: Reading): Value | undefined =>
  reading.status === "present" ? reading.value : undefined;

/** What a key is now; nothing where it is not there, or where there is no kernel. */
export const liveValue = (
  { kernel, catalogue }: { readonly kernel: Kernel | undefined; readonly catalogue: Catalogue },
  key: Key,
): Value | undefined => kernel && valueIn(understood(catalogue, key, kernel.read(key)));
