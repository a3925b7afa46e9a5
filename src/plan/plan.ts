/** The one comparison of the program: what settings ask, against what is live and what the next boot will do. A plan is a value; printing, applying and verifying it is others' work. */
import type { BootStack, Loader } from "../boot/stack.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { Problem, Warning } from "../problem.js";
import type { LeftOut, Setting } from "../profile/profile.js";
import type { Reading } from "./reading.js";

/** A file of ours before and after; `undefined` is no file. */
export type FileChange = { readonly path: string; readonly before?: string; readonly after?: string };

/** What the next boot gives a key, and who says so. */
export type BootValue =
  | { readonly from: "file"; readonly value: Value; readonly file: string; readonly line: number }
  /** No file sets it: the kernel's own default, where that is known. */
  | { readonly from: "kernel"; readonly value?: Value };

export type SkipReason = "interface-absent" | "original-unknown";

export type PlannedKey = {
  readonly key: Key;
  /** set: a write is due · keep: as wanted already · return: leaves the set, back to what it was · skip: not now, but at boot */
  readonly action: "set" | "keep" | "return" | "skip";
  readonly reason?: SkipReason;
  readonly setting?: Setting;
  readonly now: Reading;
  /** The live value after apply; absent where it is unknown or the key is not there. */
  readonly after?: Value;
  readonly boot: { readonly now: BootValue; readonly after: BootValue };
  /** The module that must be loaded before the key exists. */
  readonly module?: string;
};

/** What was last applied: the record that drift, verify and leaving settings are measured against. */
export type Applied = {
  readonly profiles: readonly string[];
  /** The names and files as they were given, so that a report can say how to apply again. */
  readonly arguments?: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly settings: readonly Setting[];
  /** What each key was before tunectl first set it; null where the key was not there. */
  readonly originals: Readonly<Record<string, Value | null>>;
};

/** All that a plan is made from besides the settings. */
export type PlanFacts = {
  readonly read: (key: Key) => Reading;
  /** Of an image, which has no kernel: the readings of a captured host that stands for those it will run on. */
  readonly starts?: (key: Key) => Reading;
  readonly hostName?: string;
  readonly kernel?: string;
  /** When the facts were captured; absent where they are read now. */
  readonly taken?: string;
  readonly interfaces: readonly string[];
  readonly modules: readonly string[];
  readonly loadableModules: readonly string[];
  readonly boot: BootStack;
  readonly loader: Loader;
  readonly dropIn?: string;
  readonly modulesFile?: string;
  readonly applied?: Applied;
  /** The newest text that we wrote to each file of ours, as far as the record tells. */
  readonly written?: Readonly<Record<string, string | null>>;
};

export type PlanRequest = {
  readonly catalogue: Catalogue;
  readonly profiles: readonly string[];
  readonly settings: readonly Setting[];
  readonly leftOut: readonly LeftOut[];
  /** `--set`, for the record of what is applied. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly facts: PlanFacts;
};

export type Plan = {
  readonly profiles: readonly string[];
  readonly host: {
    readonly name?: string;
    readonly kernel?: string;
    readonly taken?: string;
    readonly loader: Loader;
  };
  /** In the order in which they are written. */
  readonly keys: readonly PlannedKey[];
  readonly leftOut: readonly LeftOut[];
  readonly files: readonly FileChange[];
  readonly load: readonly string[];
  /** Whether the record of what is applied would be another one, though no value or file need be. */
  readonly recordChanges: boolean;
  /** Why this plan must not be applied as it is. */
  readonly problems: readonly Problem[];
  /** What would be a problem, had the operator not said to go on all the same. */
  readonly accepted: readonly Problem[];
  readonly warnings: readonly Warning[];
};

export const isFileChanged = (file: FileChange): boolean => file.before !== file.after;

export const isDue = (key: PlannedKey): boolean => key.action === "set" || key.action === "return";

/** Whether the host is as the plan would have it. */
export const isEmpty = (plan: Plan): boolean =>
  !plan.keys.some(isDue) && !plan.files.some(isFileChanged) && plan.load.length === 0;

/** Whether an apply has nothing to do: a set whose values are all there already is still to be recorded. */
export const isApplied = (plan: Plan): boolean => isEmpty(plan) && !plan.recordChanges;
