/**
 * What expressions may ask, and what they answer; apart from the language itself, which is loaded only where
 * it is used.
 */

import type { BadExpression } from "../problem.js";

/** What an expression may know of a host. Numbers are whole. */
export type HostView = {
  readonly kernel: string;
  readonly arch: string;
  readonly memoryBytes: bigint;
  readonly cpus: bigint;
  readonly pageSize: bigint;
  readonly modules: readonly string[];
  readonly interfaces: readonly string[];
  /** Whether the kernel offers this key now. */
  readonly has: (key: string) => boolean;
};

export type Evaluated =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "boolean"; readonly truth: boolean }
  /** Well formed, but it asks about a host and none is known. */
  | { readonly kind: "unknown" }
  | { readonly kind: "wrong"; readonly fault: BadExpression; readonly at: number };

export type Expressions = { readonly evaluate: (source: string) => Evaluated };

/**
 * The values of all parameters; `refuse` reports a name that the expression language does not take after all.
 */
export type ParameterValues = {
  readonly numbers: ReadonlyMap<string, bigint>;
  readonly refuse: (name: string) => void;
};
