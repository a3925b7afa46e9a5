/**
 * Profiles: as the file has them (`WrittenProfile`), and as they are for one host (`Setting`). Both are plain
 * data, so that shipped ones are parsed at build time.
 */
import type { Key } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { Place } from "../problem.js";

/** Text from a file, with its spot. */
export type Written = { readonly text: string; readonly place: Place };

export type WrittenParameter = {
  readonly name: string;
  readonly default: Written;
  readonly minimum?: Written;
  readonly maximum?: Written;
  readonly why: string;
  readonly place: Place;
};

/** One setting before parameters and host facts are put in; `unset` drops what a parent set. */
export type WrittenSetting = {
  readonly key: Written;
  readonly unset?: true;
  readonly value?: Written;
  readonly atLeast?: Written;
  readonly atMost?: Written;
  readonly when?: Written;
  /** What is known and meant all the same: the id of a warning or a relation → why. */
  readonly allow: readonly Allowance[];
  readonly why: string;
  readonly evidence: readonly string[];
  readonly source: readonly string[];
};

/** Excuses one kind of finding about a setting, by its id. */
export type Allowance = { readonly id: Written; readonly why: string };

export type WrittenProfile = {
  readonly name: string;
  readonly file: string;
  readonly summary: string;
  readonly description?: string;
  /** The kernels it is meant for: `>=5.10`. */
  readonly kernels?: Written;
  readonly include: readonly Written[];
  readonly parameters: readonly WrittenParameter[];
  readonly settings: readonly WrittenSetting[];
};

/** What a setting asks for: one value, or bounds that the live value must keep. */
export type Wanted =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "bounds"; readonly least?: Value; readonly most?: Value };

/**
 * A key, what is wanted of it, and why: a profile's line for one host. `key` may be a pattern over
 * interfaces.
 */
export type Setting = {
  readonly key: Key;
  readonly wanted: Wanted;
  readonly profile: string;
  readonly place: Place;
  readonly why: string;
  readonly evidence: readonly string[];
  readonly source: readonly string[];
  /** The ids of findings that it excuses, each with a reason. */
  readonly allow?: Readonly<Record<string, string>>;
};

/** A setting that a `when` left out on this host. */
export type LeftOut = {
  readonly key: Key;
  readonly profile: string;
  readonly place: Place;
  readonly condition: string;
};
