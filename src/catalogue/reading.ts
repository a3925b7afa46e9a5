/** What a kernel says of one key: as it printed it, and by meaning. */
import { type Catalogue, findTunable } from "./catalogue.js";
import type { Key } from "./key.js";
import { canonicalReading, type Value } from "./value.js";

/** `text` is as the kernel printed it. */
export type RawReading =
  | { readonly status: "present"; readonly text: string; readonly writable: boolean }
  | { readonly status: "write-only" }
  | { readonly status: "missing" }
  | { readonly status: "denied"; readonly errno: string };

export type Reading =
  | { readonly status: "present"; readonly value: Value; readonly writable: boolean }
  | { readonly status: "missing" }
  | { readonly status: "write-only" }
  | { readonly status: "denied"; readonly errno: string }
  /** There is no kernel to ask: an image under `--root`, or facts that do not hold the key. */
  | { readonly status: "unknown" };

export function interpretReading(catalogue: Catalogue, key: Key, raw: RawReading): Reading {
  if (raw.status !== "present") return raw;
  return {
    status: "present",
    value: canonicalReading(findTunable(catalogue, key), raw.text),
    writable: raw.writable,
  };
}

export const presentValue = (reading: Reading): Value | undefined =>
  reading.status === "present" ? reading.value : undefined;
