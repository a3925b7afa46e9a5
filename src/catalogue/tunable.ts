/**
 * A catalogue entry: what the kernel offers. Written by hand in `schema/tunables/*.yaml`, which
 * `schema/tunable.schema.json` describes field by field.
 */

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

export type Guard = "one-way" | "runs-code" | "stops-host";

/**
 * Numbers are text, so that 64-bit values stay exact. Field names are those of the files, which are public.
 */
export type Tunable = {
  readonly key: string;
  readonly summary: string;
  readonly meaning?: string;
  readonly type: ValueType;
  readonly fields?: readonly string[];
  readonly ascending?: true;
  readonly unit?: string;
  readonly minimum?: string;
  readonly maximum?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly default?: string;
  readonly default_rule?: string;
  readonly default_history?: readonly { readonly since?: string; readonly value: string }[];
  readonly since?: string;
  readonly changed?: readonly { readonly version: string; readonly what: string }[];
  readonly removed?: string;
  readonly renamed_to?: string;
  readonly no_effect_since?: string;
  readonly scope: Scope;
  readonly module?: string;
  readonly access?: "read-write" | "read-only" | "write-only";
  readonly guard?: Guard;
  readonly one_way?: readonly string[];
  readonly secret?: true;
  readonly side_effects?: string;
  readonly affects?: readonly string[];
  readonly exclusive_with?: string;
  readonly same_as?: string;
  readonly bounded_by?: string;
  readonly rounded?: "to-jiffies" | "up-to-power-of-two";
  readonly memory_cost?: string;
  readonly danger?: string;
  readonly mistaken_for?: string;
  readonly writers?: readonly string[];
  readonly evidence?: readonly string[];
  readonly words?: readonly string[];
  readonly source: readonly string[];
};
