/**
 * A catalogue entry: what the kernel offers. Written by hand in `schema/tunables/*.yaml`, which
 * `schema/tunable.schema.json` describes field by field.
 */
import type { Combination } from "../problem.js";

export type ValueType =
  | "integer"
  | "boolean"
  | "enumeration"
  | "vector"
  | "port-list"
  | "cpu-list"
  | "number-list"
  | "bitmask"
  | "cpu-mask"
  | "text";

export type Scope =
  | "host"
  | "network-namespace"
  | "network-namespace-read-only"
  | "ipc-namespace"
  | "uts-namespace"
  | "user-namespace";

export type Guard = "one-way" | "runs-code" | "stops-host" | "starves-host";

/**
 * A bound as the catalogue writes it: a number; `INT_MAX/HZ` and the like, `page_size*N`; or numbers by
 * architecture, with a `default`.
 */
export type Limit = string | Readonly<Record<string, string>>;

export type Limits = { readonly minimum?: Limit; readonly maximum?: Limit };

/** Limits of each number, or field by field. */
export type FieldLimits = Limits & { readonly fields?: readonly Limits[] };

/** What a write takes from one version on. */
export type AcceptedSince = FieldLimits & {
  readonly since?: string;
  /** Stable series of which some releases have it too: `5.10`. */
  readonly backported?: readonly string[];
};

/** A member of an enumeration, or a bit of a mask: what it means, and from which version to which. */
export type Member = string | { readonly what: string; readonly since?: string; readonly until?: string };

export type Rounding = "to-jiffies" | "up-to-power-of-two" | { readonly up_to_multiple: string };

/** A key that a write here moves; `becomes` says to what, where that is known. */
export type Affected =
  | string
  /** `when: "changed"`: only a write of another value than it has does so. */
  | { readonly key: string; readonly becomes: "same" | "not"; readonly when?: "changed" };

export type MemoryCost = {
  /** For each unit of the value: a number, `page_size` or `huge_page_size`. */
  readonly bytes?: string;
  /** Of a vector: the field that counts, from 0. */
  readonly field?: string;
  readonly reserved?: "at-once" | "in-use";
  readonly what: string;
};

/**
 * Numbers are text, so that 64-bit values stay exact. Field names are those of the files, which are public.
 */
export type Tunable = {
  readonly key: string;
  readonly summary: string;
  readonly meaning?: string;
  readonly type: ValueType;
  readonly fields?: readonly string[];
  /** `enforced`: the kernel refuses, or ignores, a vector that descends. */
  readonly ascending?: true | "enforced";
  /** What a vector that descends reads back as. */
  readonly descending_reads?: string;
  readonly fields_vary?: true;
  readonly unit?: string;
  /** Newest first; the last has no `since`. */
  readonly accepts?: readonly AcceptedSince[];
  readonly sensible?: FieldLimits;
  /** The number that stands for no limit. */
  readonly no_limit?: string;
  readonly values?: Readonly<Record<string, Member>>;
  readonly empty?: string;
  readonly default?: string;
  readonly default_rule?: string;
  /** `backported`: older versions may have it too. */
  readonly default_history?: readonly {
    readonly since?: string;
    readonly value: string;
    readonly backported?: true;
  }[];
  readonly since?: string;
  readonly changed?: readonly { readonly version: string; readonly what: string }[];
  readonly removed?: string;
  readonly renamed_to?: string;
  readonly instead?: string;
  readonly never?: true;
  readonly vendor?: string;
  readonly no_effect_since?: string;
  readonly scope: Scope;
  readonly module?: string;
  readonly access?: "read-write" | "read-only" | "write-only";
  readonly guard?: Guard;
  /** CEL over `value`, `fields` and `host`; absent where the guard is about every value. */
  readonly guard_when?: string;
  readonly one_way?: readonly string[];
  /** Values from the one that guards the host least to the one that guards it most; a list: alike. */
  readonly protects?: readonly (string | readonly string[])[];
  readonly secret?: true;
  readonly side_effects?: string;
  readonly takes_effect?: string;
  readonly affects?: readonly Affected[];
  readonly combines?: Combination;
  readonly exclusive_with?: string;
  readonly same_as?: string;
  readonly bounded_by?: string;
  readonly bounded_since?: string;
  readonly limit_unchecked?: true;
  readonly locked_by?: { readonly key: string; readonly values: readonly string[] };
  readonly written_after?: readonly string[];
  readonly rounded?: Rounding;
  readonly memory_cost?: MemoryCost;
  readonly danger?: string;
  readonly mistaken_for?: string;
  readonly writers?: readonly string[];
  readonly evidence?: readonly string[];
  readonly words?: readonly string[];
  readonly source: readonly string[];
};

/** The names of the keys that a write here can move. */
export const affectedNames = ({ affects = [] }: Tunable): readonly string[] =>
  affects.map((affected) => (typeof affected === "string" ? affected : affected.key));

/** Which entries' values matter to which: those that change it, and those that bound it or are bounded by it. */
export function causesIn(all: readonly Tunable[]): Readonly<Record<string, readonly string[]>> {
  const causes: Record<string, string[]> = {};
  const note = (name: string, cause: string): void => {
    causes[name] = [...(causes[name] ?? []), cause];
  };
  for (const tunable of all) {
    const { key, exclusive_with, same_as, bounded_by } = tunable;
    for (const name of [...affectedNames(tunable), exclusive_with, same_as, bounded_by])
      if (name !== undefined) note(name, key);
    if (bounded_by !== undefined) note(key, bounded_by);
  }
  return causes;
}

export const memberWords = (member: Member): string => (typeof member === "string" ? member : member.what);
