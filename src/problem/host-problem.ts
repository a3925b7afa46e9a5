import type {
  BadRecord,
  MaybeAt,
  NamespaceObstacle,
  OnKey,
  OverrideWay,
  PrecedenceRule,
  RelationFinding,
  TakeOverObstacle,
  TrialEnd,
} from "./parts.js";

/** The host, the record that tunectl keeps on it, or the command line stands in the way. */
export type HostProblem =
  | { readonly code: "not-root"; readonly command: string }
  /** `variables`: those of the environment by which other code than tunectl's is in root's process. */
  | {
      readonly code: "unclean-environment";
      readonly command: string;
      readonly variables: readonly string[];
    }
  | { readonly code: "no-kernel"; readonly path: string }
  | { readonly code: "in-chroot"; readonly command: string }
  | { readonly code: "other-namespace"; readonly id: string }
  | { readonly code: "kernel-read-only"; readonly path: string; readonly errno: string }
  | ({
      readonly code: "key-not-found";
      readonly kernel?: string;
      readonly since?: string;
      readonly module?: string;
      /** The kernel shows it in the host's own network namespace alone, and this is another one. */
      readonly hidden?: true;
      /** Whose kernels have it, and what to do on any other. */
      readonly vendor?: string;
      readonly instead?: string;
    } & OnKey &
      MaybeAt)
  /** The kernel refuses every write of the key as long as another key has this value. */
  | ({ readonly code: "locked-by-other-key"; readonly other: string; readonly other_value: string } & OnKey &
      MaybeAt)
  | ({ readonly code: "not-writable-here"; readonly errno: string } & OnKey & MaybeAt)
  | ({ readonly code: "needs-acceptance"; readonly guard: string; readonly danger: string } & OnKey & MaybeAt)
  /** A relation between keys that the values break; `id` is the relation's. */
  | ({ readonly code: "broken-relation" } & RelationFinding)
  /** Two keys of which the kernel keeps one value: which one, the order of the writes would decide. */
  | ({
      readonly code: "contradicting-values";
      readonly relation: "same-value" | "exclusive-values" | "bounded-value";
      readonly value: string;
      readonly other: string;
      readonly other_value: string;
    } & OnKey &
      MaybeAt)
  | ({
      readonly code: "overridden-at-boot";
      readonly wanted: string;
      /** What the next boot gives; absent where it is not known. */
      readonly boot?: string;
      readonly loader: "systemd" | "procps" | "busybox";
      /**
       * - later-file: FILE:LINE sets it, by this rule
       * - later-refused: FILE:LINE takes the place of our line, and the kernel does not take its value
       * - exclusion: FILE:LINE has `-key`
       * - kernel-default: no line sets it
       * - refused: the kernel does not take our line, FILE:LINE, as `other` has `other_value` then
       */
      readonly cause: "later-file" | "later-refused" | "exclusion" | "kernel-default" | "refused";
      readonly rule?: PrecedenceRule;
      /** The key that the line is about, where the kernel moves this one with it. */
      readonly via?: string;
      readonly other?: string;
      readonly other_value?: string;
      readonly file?: string;
      readonly line?: number;
      /** The file that FILE is a link to. */
      readonly behind?: string;
      /** The folder of an image. */
      readonly root?: string;
      /** What ends it, the best first. */
      readonly ways?: readonly OverrideWay[];
      /** Of the way `drop-in`: a name that is read later. */
      readonly drop_in?: string;
    } & OnKey)
  /** `path`: what on the way to the file is unfit, where that is another one. */
  | {
      readonly code: "not-taken-over";
      readonly file: string;
      readonly why: TakeOverObstacle;
      readonly path?: string;
    }
  /** Under this name our drop-in would take the place of that file. */
  | { readonly code: "drop-in-hides"; readonly name: string; readonly file: string }
  /** A program sets it after sysctl.d is applied; FILE:LINE tells it to, where that is known. */
  | ({
      readonly code: "rewritten-after-boot";
      readonly wanted: string;
      readonly boot?: string;
      readonly program: string;
      readonly file?: string;
      readonly line?: number;
      /** The key that it sets, where the kernel moves this one with it. */
      readonly via?: string;
    } & OnKey)
  /** What applies sysctl.d is not run at boot; `file` says so. `root`: of an image. */
  | {
      readonly code: "boot-unit-off";
      readonly unit: string;
      readonly state: string;
      readonly root?: string;
      readonly file?: string;
    }
  | {
      readonly code: "module-denied-at-boot";
      readonly module: string;
      readonly how: "blacklist" | "install";
      readonly file: string;
      readonly line?: number;
    }
  | {
      readonly code: "boot-blocked";
      readonly file: string;
      readonly loader: "systemd" | "procps" | "busybox";
    }
  | { readonly code: "module-not-loadable"; readonly module: string; readonly detail: string }
  | ({ readonly code: "write-refused"; readonly value: string; readonly errno: string } & OnKey)
  | ({ readonly code: "unexpected-value"; readonly wanted: string; readonly found?: string } & OnKey)
  | { readonly code: "file-not-written"; readonly file: string; readonly errno: string }
  | {
      readonly code: "foreign-file";
      readonly file: string;
      readonly why: "not-ours" | "link" | "not-regular" | "hard-linked";
      /** Absent where it is to be replaced. */
      readonly doing?: "remove";
    }
  | { readonly code: "file-modified"; readonly file: string; readonly removed?: boolean }
  /** `holder`: its process id; `waited`: seconds. */
  | { readonly code: "locked"; readonly holder?: string; readonly waited?: number }
  /** `detail`: what flock said; absent where it is not installed. */
  | { readonly code: "no-lock"; readonly detail?: string }
  /** `owner`: the user id, where it is another user's; `mode`: where others may write it; else it is no folder. */
  | {
      readonly code: "state-untrusted";
      readonly path: string;
      readonly owner?: number;
      readonly mode?: number;
    }
  | {
      readonly code: "damaged-snapshot";
      readonly file: string;
      readonly fault: BadRecord;
    }
  | { readonly code: "newer-snapshot"; readonly file: string; readonly version: string }
  /** The results of checks after a boot. */
  | { readonly code: "damaged-boot-checks"; readonly file: string; readonly fault: BadRecord }
  | { readonly code: "newer-boot-checks"; readonly file: string; readonly version: string }
  /** `path`: neither running, nor, of an image, installed in it. */
  /** `root`: of the image that it is about. */
  | { readonly code: "no-systemd"; readonly path: string; readonly root?: string }
  /** Why no unit may start this program; `path`: what on the way to it others can change. */
  | {
      readonly code: "program-unfit";
      readonly program: string;
      readonly why: "missing" | "owner" | "writable" | "replaced";
      readonly path?: string;
    }
  | { readonly code: "unknown-snapshot"; readonly id: string; readonly known: readonly string[] }
  /** `text`: a key or a pattern. */
  | { readonly code: "not-in-set"; readonly text: string }
  | { readonly code: "no-record"; readonly file: string; readonly profiles: readonly string[] }
  /** Absent `ours`, `found` or `before`: the key was not there. */
  | ({
      readonly code: "modified-externally";
      readonly ours?: string;
      readonly found?: string;
      readonly before?: string;
    } & OnKey)
  | ({ readonly code: "original-unknown"; readonly found: string } & OnKey)
  | ({
      readonly code: "not-restored";
      readonly wanted: string;
      readonly found?: string;
      /** one-way: only a reboot restores it · unexpected: the write was taken and it reads otherwise */
      readonly why: "one-way" | "refused" | "unexpected";
      readonly errno?: string;
    } & OnKey)
  | { readonly code: "file-not-restored"; readonly file: string; readonly errno: string }
  | { readonly code: "interrupted-transaction"; readonly id: string }
  /** A trial waits for its confirmation; `seconds` are left. */
  | { readonly code: "trial-pending"; readonly id: string; readonly seconds: number }
  /** Nothing would take the trial back in time. */
  | { readonly code: "trial-unguarded"; readonly id: string; readonly seconds: number }
  /** `end`: how the newest trial ended, where there was one. */
  | { readonly code: "no-trial"; readonly id?: string; readonly end?: TrialEnd; readonly why?: string }
  | { readonly code: "no-guard"; readonly detail: string }
  /** Why a key, or a module, cannot be on trial. */
  | {
      readonly code: "not-triable";
      readonly what: string;
      readonly why: "one-way" | "write-only" | "original-unknown" | "module";
    }
  | { readonly code: "file-modified-in-trial"; readonly file: string }
  | { readonly code: "unknown-counter"; readonly counter: string }
  | { readonly code: "needs-option"; readonly option: string; readonly needs: string }
  /** A change of the running kernel is not ended, and this run has only its files. */
  | { readonly code: "open-live"; readonly id: string }
  /** `left`: keys and files that could not be restored; `abandoned`: those that were to be left. */
  | {
      readonly code: "recovery-incomplete";
      readonly id: string;
      readonly left: readonly string[];
      readonly abandoned: readonly string[];
    }
  /** `what`: a key or a file; `found`, `before`: of a key. */
  | {
      readonly code: "abandoned";
      readonly what: string;
      readonly found?: string;
      readonly before?: string;
    }
  | { readonly code: "unknown-abandoned"; readonly what: string; readonly id: string }
  | { readonly code: "interrupted"; readonly signal: string }
  | { readonly code: "facts-invalid"; readonly file: string; readonly fault: BadRecord }
  | { readonly code: "namespace-forbidden"; readonly detail?: string; readonly cause: NamespaceObstacle }
  | { readonly code: "not-applied" }
  | {
      readonly code: "bad-root";
      readonly root: string;
      readonly why: "empty" | "not-found" | "this-host" | "link-loop";
      readonly path?: string;
    }
  | { readonly code: "unknown-allowed-id"; readonly id: string; readonly nearest?: string }
  | { readonly code: "unknown-accepted-key"; readonly key: string; readonly nearest?: string }
  | { readonly code: "conflicting-options"; readonly options: readonly [string, string] }
  | {
      readonly code: "bad-option-value";
      readonly option: string;
      readonly value: string;
      readonly expected: "name=value" | "whole-number" | "kernels" | "duration" | "loader" | "drop-in-name";
    }
  | { readonly code: "nothing-asked" }
  | { readonly code: "no-match"; readonly text: string; readonly nearest?: string }
  /** Neither the kernel nor the catalogue nor any file knows it. */
  | { readonly code: "unknown-key"; readonly key: string; readonly nearest?: string }
  | { readonly code: "usage"; readonly message: string };
