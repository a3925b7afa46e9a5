/** What is known of the boot besides the files of sysctl.d. */
import type { Key } from "../catalogue/key.js";
import type { Unread } from "./sources.js";

/**
 * How sure it is that the program will do it: it runs now; it starts at boot; it is installed and nothing
 * shows that it starts.
 */
export type ProgramState = "running" | "enabled" | "installed";

/** A setting that something besides sysctl.d makes at boot, or may make. */
export type OtherWrite = {
  readonly program: string /* "ufw", "TuneD", "systemd-networkd", "the kernel command line" */;
  /** May be a pattern of an interface: `net.ipv4.conf.*.forwarding`. */
  readonly key: Key;
  /** As it is written; absent where it is known that it writes, and not what. */
  readonly value?: string;
  readonly file?: string;
  readonly line?: number;
  /** Before sysctl.d is applied, so that a line there wins; or after it, so that this wins. */
  readonly when: "before" | "after";
  readonly state: ProgramState;
  /** It only raises what is lower: net.unix.max_dgram_qlen to 512. */
  readonly atLeast?: true;
  /** It is made whenever a link comes up: before what other programs write, or after it. */
  readonly anytime?: true;
};

/** A unit that a boot must run, and whether it does. */
export type BootUnit = {
  readonly unit: string;
  /**
   * - runs: it is there, something starts it, and it does what it is meant to do
   * - masked: a link to /dev/null, or an empty file
   * - missing: there is no such unit
   * - not-started: it is there, and nothing starts it
   * - conditional: it has a condition that its maker did not give it
   * - changed: it runs something else
   * - unknown: it could not be read, or nothing of this init system is here
   */
  readonly state: "runs" | "masked" | "missing" | "not-started" | "conditional" | "changed" | "unknown";
  /** What says so. */
  readonly file?: string;
  readonly line?: number;
};

/**
 * A module that the boot will not load though a line of modules-load.d asks for it: `blacklist`, which
 * systemd-modules-load heeds and modprobe does not, or an `install` line that runs something else.
 */
export type DeniedModule = {
  /** With `_` for `-`, as the kernel takes both for one. */
  readonly module: string;
  readonly how: "blacklist" | "install";
  readonly file: string;
  readonly line?: number;
};

/** A program that sets keys at boot, and is here. */
export type PresentProgram = {
  readonly name: string;
  /** It sets no keys but those of its own work, which the catalogue's `writers` have. */
  readonly keys?: "its-own";
  readonly state: ProgramState;
  readonly when: OtherWrite["when"];
  /**
   * Its names in `writers` of the catalogue, where its files do not tell all and it may run at boot: see
   * `unknownWrites`.
   */
  readonly writers?: readonly string[];
};

export type Surroundings = {
  /**
   * What files say, in the order in which it happens: the last that is about a key holds. What the catalogue
   * knows besides is in `unknownWrites`.
   */
  readonly writes: readonly OtherWrite[];
  /** Those that have files or units of their own. */
  readonly programs: readonly PresentProgram[];
  /** The unit that applies sysctl.d. */
  readonly unit: BootUnit;
  /** The unit that loads what modules-load.d lists. */
  readonly modulesUnit: BootUnit;
  /** Whether udev applies sysctl.d again for an interface that comes later. */
  readonly lateInterfaces: "applied" | "not-applied" | "unknown";
  /** What files of modules-load.d and the command line ask for, with `_` for `-`. */
  readonly listedModules: readonly string[];
  readonly deniedModules: readonly DeniedModule[];
  /** What is not known, and of which program. */
  readonly unread: readonly (Unread & { readonly program?: string })[];
};
