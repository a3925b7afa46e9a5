/**
 * What expressions may ask, and what they answer; apart from the language itself, which is loaded only where
 * it is used.
 */

import type { BadExpression, Versions } from "../problem.js";

/** What an expression may know of a host. Numbers are whole. */
export type HostView = {
  readonly kernel: string;
  readonly arch: string;
  readonly memoryBytes: bigint;
  readonly cpus: bigint;
  readonly pageSize: bigint;
  readonly modules: readonly string[];
  readonly interfaces: readonly string[];
  readonly hz?: number;
  /** Whether the kernel offers this key now. */
  readonly has: (key: string) => boolean;
  /** What it reads, canonical; undefined where that is not known. */
  readonly value: (key: string) => string | undefined;
};

export type Evaluated =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "boolean"; readonly truth: boolean }
  /** Well formed, but it asks about a host and none is known. */
  | { readonly kind: "unknown" }
  | { readonly kind: "wrong"; readonly fault: BadExpression; readonly at: number };

/** What a condition compares `host.arch` with, and the keys it asks for, as far as they are written out. */
export type AskedOfHost = {
  readonly architectures: readonly string[];
  readonly keys: readonly string[];
  /** The kernels on which it can hold at all. */
  readonly kernels: Versions;
};

export type Expressions = {
  readonly evaluate: (source: string) => Evaluated;
  readonly asked: (source: string) => AskedOfHost;
};

/**
 * The values of all parameters; `refuse` reports a name that the expression language does not take after all.
 */
export type ParameterValues = {
  readonly numbers: ReadonlyMap<string, bigint>;
  readonly refuse: (name: string) => void;
};
