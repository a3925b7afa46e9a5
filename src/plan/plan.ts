/**
 * The one comparison of the program: what is wanted, against what is live and what the next boot will do. A
 * plan is a value and whole in itself: printing, saving, applying and verifying it need nothing besides.
 */
import type { Loader, LoaderName } from "../boot/loader.js";
import type { BootStack } from "../boot/stack.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { Reading } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import type { HostView } from "../expression/host-view.js";
import type { Problem, Warning } from "../problem.js";
import type { LeftOut, Setting } from "../profile/profile.js";
import type { Applied } from "../record/applied.js";
import type { Rival } from "../record/rival.js";
import type { FileAttributes } from "../record/transaction.js";
import type { HostUse } from "../relations/relation.js";
import type { Surroundings } from "../writers/other-write.js";

/** A file of ours before and after; `undefined` is no file. */
export type FileChange = {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  /** Mode and owner that the file gets; ours have those of every file of root's. */
  readonly attributes?: FileAttributes;
  /** A file of the administrator: lines of it are commented out, or given back. */
  readonly theirs?: "taken-over" | "given-back";
};

/** What the next boot gives a key, and what sets it. */
export type BootValue =
  /** `via`: the key that the line is about, where the kernel moves this one with it. No value: it is not known. */
  | {
      readonly from: "file";
      readonly value?: Value;
      readonly file: string;
      readonly line: number;
      readonly via?: Key;
    }
  /** A program sets it, before sysctl.d is applied or after it; `file`: where it is told to. */
  | {
      readonly from: "program";
      readonly program: string;
      readonly when: "before" | "after";
      readonly value?: Value;
      readonly file?: string;
      readonly line?: number;
      readonly via?: Key;
    }
  /** No file sets it: the kernel's own default, where that is known. */
  | { readonly from: "kernel"; readonly value?: Value };

/**
 * - interface-absent: it is set when the interface comes
 * - original-unknown: it leaves the set, and what it was before tunectl is not known
 * - locked: a one-way value is live, and only a reboot can change it
 * - modified-externally: a rollback leaves what something else has set since
 * - abandoned: a recovery was told to leave it
 */
export type SkipReason =
  | "interface-absent"
  | "original-unknown"
  | "locked"
  | "modified-externally"
  | "abandoned";

export type PlannedKey = {
  readonly key: Key;
  /**
   * - set: the setting is written
   * - restore: a recorded value is written back
   * - unchanged: it is as wanted already
   * - skip: it is not written, for the `reason`
   */
  readonly action: "set" | "restore" | "unchanged" | "skip";
  readonly reason?: SkipReason;
  readonly setting?: Setting;
  readonly now: Reading;
  /** The live value after apply; absent where it is unknown or the key is not there. */
  readonly after?: Value;
  readonly boot: { readonly now: BootValue; readonly after: BootValue };
  /** What a reader must know of the change, where there is one. */
  readonly about?: AboutChange;
  /** The key whose write had moved it; something has set it back since, and it is moved again. */
  readonly movedBy?: Key;
  /** The module that must be loaded before the key exists. */
  readonly module?: string;
};

/** What the catalogue says of a change. */
export type AboutChange = {
  readonly danger?: string;
  readonly sideEffects?: string;
  /** For what only it takes effect: `sockets that listen later`. */
  readonly takesEffect?: string;
  readonly memory?: { readonly bytes: string; readonly reserved: "at-once" | "in-use" };
};

/** A key that the kernel moves when another one is written. */
export type PlannedMove = {
  readonly key: Key;
  readonly cause: Key;
  readonly now: Reading;
  /** Absent where it is not known what it becomes. */
  readonly after?: Value;
};

/** All that a plan is made from besides the settings. */
export type PlanFacts = {
  readonly read: (key: Key) => Reading;
  /** Whether a live key can be opened for writing; absent where there is no kernel. */
  readonly canWrite?: (key: Key) => boolean;
  /**
   * Of an image, which has no kernel: the readings of a captured host that stands for those it will run on.
   */
  readonly starts?: (key: Key) => Reading;
  readonly hostName?: string;
  /** The folder of an image, for commands that must not change this host. */
  readonly root?: string;
  readonly kernel?: string;
  /** When the facts were captured; absent where they are read now. */
  readonly taken?: string;
  /** What expressions may ask; absent where no host is known. */
  readonly view?: HostView;
  readonly use?: () => HostUse | undefined;
  readonly canLoad?: (module: string) => boolean | undefined;
  /** The kernels that the plan is for, where that is known of an image; else the host's own. */
  readonly installedKernel?: string;
  readonly interfaces: readonly string[];
  readonly modules: readonly string[];
  readonly loadableModules: readonly string[];
  readonly boot: BootStack;
  /** Who else sets keys at boot, if sysctl.d is as given; absent where that was not asked. */
  readonly around?: (stack: BootStack) => Surroundings;
  readonly loader: Loader;
  /** Nothing in this image sets keys at boot; `loader` is then the usual one. */
  readonly hasNoLoader?: boolean;
  /** Where our drop-in is, or was when it was last there; absent where it is in its usual place. */
  readonly dropInPath?: string;
  readonly dropIn?: string;
  readonly modulesFile?: string;
  /** Any other file of a change, as it is now. */
  readonly fileAt?: (path: string) => FileNow;
  /** A file of the administrator whose lines could be taken over. */
  readonly rivalAt?: (path: string) => Rival;
  /** Whether a boot has come since what is applied was applied. */
  readonly isLaterBoot?: boolean;
  readonly applied?: Applied;
  /** The newest text that we wrote to each file of ours, as far as the record tells. */
  readonly written?: Readonly<Record<string, string | null>>;
  /** Files of ours whose place holds something that must not be replaced. */
  readonly obstacles?: Readonly<Record<string, FileObstacle>>;
};

type FileObstacle = "link" | "not-regular" | "hard-linked";

/** `obstacle`: why it must not be replaced. */
export type FileNow = { readonly text?: string; readonly obstacle?: FileObstacle };

export type PlanRequest = {
  readonly catalogue: Catalogue;
  readonly profiles: readonly string[];
  readonly settings: readonly Setting[];
  readonly leftOut: readonly LeftOut[];
  /** `--set`, for the record of what is applied. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The profiles' names and files as they were given. */
  readonly arguments?: readonly string[];
  readonly facts: PlanFacts;
  /** Where our drop-in is to be; absent where it stays. */
  readonly dropInPath?: string;
  /** Files of the administrator that change with ours. */
  readonly rivals?: readonly FileChange[];
};

export type Plan = {
  readonly kind: "apply" | "rollback" | "recovery";
  /** For a rollback and a recovery: the change whose before-state it goes back to. */
  readonly backTo?: number;
  /** Of a rollback: the settings that alone go back. */
  readonly only?: readonly string[];
  /** The profiles that are applied afterwards. */
  readonly profiles: readonly string[];
  readonly host: {
    readonly name?: string;
    /** Absent for an image, which has no kernel. */
    readonly kernel?: string;
    readonly taken?: string;
    readonly loader: LoaderName;
  };
  /** In the order in which they are written. */
  readonly keys: readonly PlannedKey[];
  /** Every key whose reading the writes may change: their own, and side effects of the kernel. */
  readonly mayMove: readonly Key[];
  /** What the writes change besides their own keys. */
  readonly moves: readonly PlannedMove[];
  /** Settings whose value the kernel keeps in coarser steps. */
  readonly rounded: readonly { readonly key: Key; readonly from: string; readonly to: string }[];
  /** Settings that a condition left out on this host. */
  readonly leftOut: readonly LeftOut[];
  readonly files: readonly FileChange[];
  readonly modulesToLoad: readonly string[];
  /** What is recorded as applied, before and after. */
  readonly applied: { readonly before: Applied | null; readonly after: Applied | null };
  /** Whether the record of what is applied would be another one, though no value or file need be. */
  readonly recordChanges: boolean;
  /** Why this plan must not be applied as it is. */
  readonly problems: readonly Problem[];
  /** What would be a problem, had the operator not accepted it; what a rollback leaves as it is. */
  readonly accepted: readonly Problem[];
  /** Findings that the profile, or the operator, excuses. */
  readonly excused: readonly Excused[];
  readonly warnings: readonly Warning[];
};

/** `why`: the profile's reason; absent where the command line excuses it. */
export type Excused = { readonly finding: Problem | Warning; readonly why?: string };

/** What a plan that leads back has none of. */
export const nothingBesides = {
  moves: [],
  rounded: [],
  leftOut: [],
  modulesToLoad: [],
  excused: [],
  warnings: [],
} as const;

export const isFileChanged = (file: FileChange): boolean => file.before !== file.after;

/** Whether the key is written now. */
export const isLiveChange = (key: PlannedKey): boolean => key.action === "set" || key.action === "restore";

/** Whether the host is as the plan would have it. */
export const hasNoChanges = (plan: Plan): boolean =>
  !plan.keys.some(isLiveChange) && !plan.files.some(isFileChanged) && plan.modulesToLoad.length === 0;

/** Whether there is nothing to do: a set whose values are all there already is still to be recorded. */
export const isUpToDate = (plan: Plan): boolean => hasNoChanges(plan) && !plan.recordChanges;
