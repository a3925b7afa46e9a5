/** What the core needs of the world. The real ones are in `kernel/` and `disk/`; the laws run on fakes that fail on command. */
import type { Loader } from "./boot/stack.js";
import type { Key } from "./catalogue/key.js";

/** What the live kernel says of one key; `text` is as the kernel printed it. */
export type RawReading =
  | { readonly status: "present"; readonly text: string; readonly writable: boolean }
  | { readonly status: "write-only" }
  | { readonly status: "missing" }
  | { readonly status: "denied"; readonly errno: string };

/** What came of a write; `SHORT` where the kernel took only a part of the bytes. */
export type WriteResult = { readonly ok: true } | { readonly ok: false; readonly errno: string };

/** The live kernel's tunables. */
export type Kernel = {
  readonly read: (key: Key) => RawReading;
  /** Writes the whole value, in one write(2) unless the kernel takes it in parts. A refused write may still have changed a part of it. */
  readonly write: (key: Key, text: string) => WriteResult;
  /** Opens the key for writing and writes nothing: finds missing rights before anything is touched. */
  readonly probe: (key: Key) => WriteResult;
};

/** A replacement of one file, prepared but not in place: from here on it needs no further disk space, in either direction. */
export type StagedFile = {
  readonly commit: () => void;
  /** Puts the former file back, or takes the new one away. */
  readonly undo: () => void;
  /** Sweeps what was kept for `undo`. */
  readonly finish: () => void;
};

/** The files that tunectl owns. Paths are the host's, whatever `--root` is. All throw the operating system's error. */
export type Disk = {
  readonly read: (path: string) => string | undefined;
  /** Writes a new version beside the file, durably; `undefined` prepares its removal. */
  readonly stage: (path: string, text: string | undefined) => StagedFile;
  /** Why a file of ours must not be touched. */
  readonly obstacle: (path: string) => "link" | "not-regular" | "hard-linked" | undefined;
};

/** What is known of a host besides its tunables. */
export type HostFacts = {
  readonly name: string;
  readonly kernel: string;
  readonly arch: string;
  readonly memoryBytes: bigint;
  readonly cpus: bigint;
  readonly pageSize: bigint;
  /** Present, loaded or built in. */
  readonly modules: readonly string[];
  /** Those of them that were loaded, and so are absent at boot until something loads them. */
  readonly loadableModules: readonly string[];
  /** As `/proc/sys/net/ipv4/conf` lists them: with `all` and `default`. */
  readonly interfaces: readonly string[];
  readonly loader: Loader;
  readonly bootId: string;
};

/** The name of an operating system's error: `ENOSPC`. */
export const errnoOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : String(error);
