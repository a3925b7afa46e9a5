/** What must be known of a host to say what its programs write. */
import type { BootStack } from "../boot/stack.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { ProgramState } from "./other-write.js";
import type { Files } from "./sources.js";

export type About = {
  readonly catalogue: Catalogue;
  /** sysctl.d as the next boot will find it: TuneD reads it again. */
  readonly stack?: BootStack;
  /** The kernel that will boot, where it is known. */
  readonly kernel?: string;
  /** Whether systemd is PID 1. */
  readonly systemd: boolean;
  /** Its version: 252. */
  readonly systemdVersion?: number;
  /** Those that are there; of an image nobody knows. */
  readonly interfaces?: readonly string[];
};

/** A write as a reader of files finds it; whose it is and when it happens, the table says. */
export type FoundWrite = {
  readonly key: Key;
  readonly value?: string;
  readonly file?: string;
  readonly line?: number;
  readonly atLeast?: true;
  readonly anytime?: true;
  /** Where the files say more of it than the table does. */
  readonly state?: ProgramState;
};

export type Reader = (files: Files, about: About) => readonly FoundWrite[];
