import type { At, Combination, MaybeAt, OnKey, RelationFinding, ValueFault } from "./parts.js";

/** It is reported, and nothing stops for it. */
export type Warning =
  | ({
      readonly code: "below-default";
      readonly wanted: string;
      readonly default: string;
      readonly since?: string;
    } & OnKey &
      At)
  /** `live`: what the host has now, which is more in some field. */
  | ({ readonly code: "lowers-value"; readonly wanted: string; readonly live: string } & OnKey & At)
  /** Of a key that guards the host: `than`, what the host has now, or the kernel's own default, guards more. */
  | ({
      readonly code: "weakens-protection";
      readonly wanted: string;
      readonly than: string;
      readonly of: "host" | "default";
    } & OnKey &
      At)
  | ({ readonly code: "relation" } & RelationFinding)
  /** Relations that could not be judged, since a value of the host is not known. */
  | { readonly code: "relations-not-judged"; readonly ids: readonly string[] }
  /** `all` and the interface's own value together make the one that counts. */
  | ({
      readonly code: "other-effective-value";
      readonly wanted: string;
      readonly effective: string;
      readonly interfaces: readonly string[];
      readonly combines: Combination;
    } & OnKey &
      At)
  /** The kernel takes it, and it means nothing, or not what one may think. */
  | ({ readonly code: "unusual-value"; readonly fault: ValueFault } & OnKey & At)
  /** A part of the kernels that the profile is for refuses it; `kernel` where they are one series. */
  | ({
      readonly code: "refused-by-some-kernels";
      readonly fault: ValueFault;
      readonly kernel?: string;
    } & OnKey &
      At)
  /** A later kernel does not have the key. */
  | ({ readonly code: "removed-later"; readonly version: string; readonly instead?: string } & OnKey & At)
  /** A part of the kernels that the profile names does not have the key yet. */
  | ({ readonly code: "added-later"; readonly since: string; readonly kernel?: string } & OnKey & At)
  | ({ readonly code: "vendor-tunable"; readonly vendor: string; readonly instead?: string } & OnKey & At)
  | ({
      readonly code: "other-kernel";
      readonly profile: string;
      readonly kernels: string;
      readonly kernel: string;
    } & At)
  /** A condition asks for an architecture, or a key, that no host has. */
  | ({
      readonly code: "doubtful-condition";
      readonly asked: "architecture" | "key";
      readonly text: string;
      readonly nearest?: string;
    } & At)
  | ({ readonly code: "image-default-unknown"; readonly value: string } & OnKey)
  | ({ readonly code: "no-effect"; readonly since: string } & OnKey & At)
  | ({ readonly code: "locked-until-reboot"; readonly live: string; readonly wanted: string } & OnKey &
      MaybeAt)
  /** What the values can take together; `parts`, the greatest first. */
  | {
      readonly code: "more-than-memory";
      readonly bytes: string;
      readonly memory: string;
      /** at-once: gone when the values are written · in-use: as they are used */
      readonly reserved: "at-once" | "in-use";
      readonly parts: readonly { readonly key: string; readonly value: string; readonly bytes: string }[];
    }
  /** No interface that is here is called anything like it. */
  | ({
      readonly code: "interface-unlike";
      readonly name: string;
      readonly here: readonly string[];
    } & OnKey &
      At)
  /** The loader knows no patterns, and this one leaves `default` out. */
  | ({
      readonly code: "pattern-spelled-out";
      readonly loader: "systemd" | "procps" | "busybox";
    } & OnKey &
      At)
  /** FILE:LINE gives interfaces of this name, or pattern, another value when they come. */
  | ({
      readonly code: "late-interface-differs";
      readonly name: string;
      readonly wanted: string;
      readonly boot?: string;
      readonly file: string;
      readonly line: number;
    } & OnKey &
      At)
  /** A program that is here writes these keys as well; what it writes, its files do not say. */
  | {
      readonly code: "may-be-rewritten";
      readonly program: string;
      readonly state: "running" | "enabled" | "installed";
      readonly keys: readonly string[];
      readonly file?: string;
      readonly line?: number;
    }
  /** Nothing in the image applies sysctl.d; `root`: its folder, where it is not this very tree. */
  | { readonly code: "no-boot-loader"; readonly root?: string }
  /** A unit of the boot has a condition, or runs something else. */
  | {
      readonly code: "boot-unit-changed";
      readonly unit: string;
      readonly state: "conditional" | "changed";
      readonly file: string;
      readonly line?: number;
    }
  /** A file of a program that may set keys at boot is not understood, or cannot be read. */
  | {
      readonly code: "boot-writer-unread";
      readonly file: string;
      readonly reason: string;
      readonly line?: number;
      readonly program?: string;
    }
  /** What the boot leaves cannot be said; `via`: the key that the line is about, where it is another one. */
  | ({
      readonly code: "boot-value-unknown";
      readonly file?: string;
      readonly line?: number;
      readonly program?: string;
      readonly via?: string;
    } & OnKey)
  /** The loader's version is not one that its rules were compared with. */
  | {
      readonly code: "loader-version-unknown";
      readonly loader: "systemd" | "procps" | "busybox";
      readonly version?: string;
      readonly treated_as: string;
    }
  | ({
      readonly code: "other-loader-differs";
      readonly loader: "systemd" | "procps" | "busybox";
      readonly value: string;
      readonly file: string;
      readonly line: number;
    } & OnKey)
  | { readonly code: "boot-file-unreadable"; readonly file: string; readonly errno: string };
