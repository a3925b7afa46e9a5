/**
 * All contact with a machine. The running host, an image and a captured host are made in `hosts/`; the laws
 * run on one in memory that fails on command.
 */
import type { Loader } from "./boot/loader.js";
import type { BootStack } from "./boot/stack.js";
import type { Key } from "./catalogue/key.js";
import type { RawReading } from "./catalogue/reading.js";
import type { Checked, Problem } from "./problem.js";
import type { Applied } from "./record/applied.js";
import type { BootChecks } from "./record/boot-check.js";
import type { Rival } from "./record/rival.js";
import type { FileAttributes, History, TransactionRecord } from "./record/transaction.js";
import type { BootTime } from "./record/trial.js";
import type { HostUse } from "./relations/relation.js";
import type { BootSources, Look } from "./writers/sources.js";

export type Host = {
  /**
   * - live: this machine
   * - image: a tree of files whose kernel does not run; `kernel` and `facts` are absent
   * - captured: a machine elsewhere, by its facts file; it can be read and not changed
   */
  readonly kind: "live" | "image" | "captured";
  /** Of an image that is not this very tree: its folder, for commands that must not change this host. */
  readonly root?: string;
  /** Read once, so that one run never sees two answers. */
  readonly facts: HostFacts | undefined;
  readonly kernel: Kernel | undefined;
  readonly files: OwnFiles;
  readonly bootStack: () => BootStack;
  /** What its files say of who else sets keys at boot; absent where nobody has looked. */
  readonly bootSources?: () => BootSources;
  /** Looks at a file that may say who else sets keys at boot; absent where `bootSources` has them all. */
  readonly lookAtBoot?: Look;
  readonly records: RecordStore;
  readonly modules: ModuleLoader;
  /** Of a captured host: when (ISO 8601, UTC), and what was applied then. */
  readonly captured?: { readonly taken: string; readonly applied?: Applied };
  /** What the host uses now; absent where nothing runs. */
  readonly use?: () => HostUse | undefined;
  /** Whether the kernel has a module, or could load it; undefined where that is not known. */
  readonly canLoad?: (module: string) => boolean | undefined;
  /** Of an image: the newest kernel that is installed in it. */
  readonly installedKernel?: () => string | undefined;
  /** Of an image: what its boot will set keys with. */
  readonly installedLoader?: () => Loader;
  /** Of an image: whether anything in it could set keys at boot. */
  readonly hasLoader?: () => boolean;
  /** Which boot this is, and how old; absent where the files are not those of a system that runs. */
  readonly bootTime?: () => BootTime;
  /** The kernel's counters by name, `TcpExtListenDrops`; absent where nothing runs. */
  readonly counters?: () => ReadonlyMap<string, number>;
  /** The processes that take trials back; absent where no trial is possible. */
  readonly guard?: Guard;
  /** What checks after a boot have found; absent where nothing runs. */
  readonly bootChecks?: BootCheckStore;
  /** The unit that checks each boot; absent where none can be installed. */
  readonly bootUnit?: BootUnit;
  /** The package that a file belongs to, where a database of packages tells. */
  readonly packageOf?: (path: string) => string | undefined;
  /** Between two steps: lets signals in. The name of one that asks to stop, or undefined. */
  readonly stopRequest: () => Promise<string | undefined>;
};

/** What came of a write; `SHORT` where the kernel took only a part of the bytes. */
export type WriteResult = { readonly ok: true } | { readonly ok: false; readonly errno: string };

/** The live kernel's tunables. */
export type Kernel = {
  readonly read: (key: Key) => RawReading;
  /** Every tunable but those whose reading does work or gives another answer each time. */
  readonly readAll: () => ReadonlyMap<Key, RawReading>;
  /** The names of all tunables. */
  readonly list: () => readonly Key[];
  /**
   * Writes the whole value, in one write(2) unless the kernel takes it in parts. A refused write may still
   * have changed a part of it.
   */
  readonly write: (key: Key, text: string) => WriteResult;
  /** Opens the key for writing and writes nothing: finds missing rights before anything is touched. */
  readonly probe: (key: Key) => WriteResult;
};

/**
 * A replacement of one file, prepared but not in place: from here on it needs no further disk space, in
 * either direction.
 */
export type StagedFile = {
  readonly path: string;
  readonly commit: () => void;
  /** Puts the former file back, or removes the new one. */
  readonly undo: () => void;
  /** Removes what was kept for `undo`. */
  readonly finish: () => void;
};

/**
 * The files that tunectl owns, and those of the administrator that it may change. Paths are the host's,
 * whatever `--root` is. All throw the operating system's error.
 */
export type OwnFiles = {
  readonly read: (path: string) => string | undefined;
  readonly attributes: (path: string) => FileAttributes | undefined;
  /**
   * Writes a new version beside the file, durably; `undefined` prepares its removal. Without `attributes` it
   * is root's, and all may read it.
   */
  readonly stage: (path: string, text: string | undefined, attributes?: FileAttributes) => StagedFile;
  /** Why a file of ours must not be touched. */
  readonly obstacle: (path: string) => "link" | "not-regular" | "hard-linked" | undefined;
  /** A file of the administrator that the boot reads under this name. */
  readonly rival: (path: string) => Rival;
};

/** The state folder, which holds the records of all changes. */
export type RecordStore = {
  /** Where it is, for messages. */
  readonly folder: string;
  /** All records; undefined where this user may not read them. Fails where the folder is none. */
  readonly read: () => Promise<Checked<History> | undefined>;
  /** Files that a killed run left and nothing reads; the next holder of the lock removes them. */
  readonly leftovers: () => readonly string[];
  /**
   * Makes the folder where it is missing, takes the lock, and removes what a killed run left beside files of
   * ours.
   * @param wait seconds to wait for another run to end
   */
  readonly lock: (wait: number) => Promise<Checked<RecordWriter>>;
};

/** What the holder of the lock may do. All throw the operating system's error. */
export type RecordWriter = {
  /**
   * Writes one record durably; its rename is the commit point of a change. With a prepared one goes the
   * script that undoes the change without tunectl.
   */
  readonly save: (record: TransactionRecord) => void;
  /** Marks a change as taken back, by the name of its record alone: a full disk takes that too. */
  readonly withdraw: (id: number) => void;
  /** Removes a record with its script. */
  readonly remove: (id: number) => void;
  /** Gives the lock back; the kernel does it too when the process ends. */
  readonly release: () => void;
};

/** Processes that outlive this one and take a trial back in time. */
export type Guard = {
  /** Starts the one for a change, and waits until it is there. What went wrong, or undefined. */
  readonly start: (id: number) => string | undefined;
  readonly isAlive: (id: number) => boolean;
};

/** A file that cannot be used is named, and counts as empty. */
export type KnownBootChecks = { readonly checks: BootChecks; readonly unusable?: Problem };

/** The results of checks after a boot, in a file of the state folder. */
export type BootCheckStore = {
  readonly file: string;
  /** Undefined where this user may not read them. */
  readonly read: () => Promise<KnownBootChecks | undefined>;
  /** Only under the lock. Throws the operating system's error. */
  readonly write: (checks: BootChecks) => Promise<void>;
};

/** What became of the unit; `note`: what systemd said against it, where it could not be told at once. */
export type UnitChange = {
  readonly changed: boolean;
  readonly files: readonly string[];
  readonly note?: string;
};

/** The unit of systemd that runs `boot-check`, and the link that enables it. */
export type BootUnit = {
  readonly isInstalled: () => boolean;
  /** Whether anything of it is there that `remove` would take. */
  readonly isThere: () => boolean;
  /** Why it cannot be installed, or removed, here. */
  readonly problems: (doing: "install" | "remove") => readonly Problem[];
  /** Only under the lock. Both throw the operating system's error. */
  readonly install: () => UnitChange;
  readonly remove: () => UnitChange;
};

export type ModuleLoader = {
  /** Undefined where it went well, else what modprobe said. */
  readonly load: (name: string) => string | undefined;
  readonly unload: (name: string) => string | undefined;
};

/** What is known of a host besides its tunables and files. */
export type HostFacts = {
  readonly name: string;
  readonly kernel: string;
  /** As `uname -m` prints it: `x86_64`, `aarch64`. */
  readonly arch: string;
  readonly memoryBytes: bigint;
  readonly cpus: bigint;
  readonly pageSize: bigint;
  /** Ticks a second (CONFIG_HZ), where it is known. */
  readonly hz?: number;
  /** Present, loaded or built in. */
  readonly modules: readonly string[];
  /** Those of them that were loaded, and so are absent at boot until something loads them. */
  readonly loadableModules: readonly string[];
  /** As `/proc/sys/net/ipv4/conf` lists them: with `all` and `default`. */
  readonly interfaces: readonly string[];
  readonly loader: Loader;
  readonly bootId: string;
  /**
   * `host` in the network namespace of PID 1, else the inode of this one; absent where neither can be read.
   */
  readonly networkNamespace?: string;
};

/** The name of an operating system's error: `ENOSPC`. */
export const errnoOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : String(error);

/** @returns the errno of an action that failed */
export function errnoFrom(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}
