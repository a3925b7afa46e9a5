/** Which program sets the keys at boot, and what its version does. */
import { compareVersions, versionNumbers } from "../catalogue/version.js";

/**
 * systemd: `systemd-sysctl`. procps: `sysctl --system`. busybox: its `sysctl -p`, a file at a time, as
 * Alpine's script for OpenRC runs it.
 */
export type LoaderName = "systemd" | "procps" | "busybox";

/** The first process of a host, as far as it matters to who runs the loader. */
export type Init = "systemd" | "sysvinit" | "openrc" | "runit" | "dinit" | "unknown";

export type Loader = {
  readonly name: LoaderName;
  /** As it is installed: `257.13-1~deb13u1`. Absent where nothing tells it. */
  readonly version?: string;
  readonly init: Init;
  /**
   * The script that hands it the files one by one, in an order of its own: that of Alpine's OpenRC, or of
   * Void's runit. Absent where it finds them itself.
   */
  readonly script?: "alpine" | "void";
};

/** What differs between loaders and their versions, besides what each reads in a line. */
export type LoaderTraits = {
  readonly name: LoaderName;
  readonly script?: "alpine" | "void";
  /** Whether it is procps of before 4.0, which writes while it reads and has a syntax of its own. */
  readonly isOldProcps: boolean;
  /** What a line that starts with `;` is. As text it is an assignment if it has a `=`, else a fault. */
  readonly semicolon: "comment" | "text";
  /** Whether a link that leads to itself hides the file of its name in a lower folder. */
  readonly loopHides: boolean;
  /** Whether a key with a part `..` is followed, or refused. */
  readonly dotdot: "follow" | "refuse";
  /** Whether /lib/sysctl.d is read where it is not /usr/lib/sysctl.d. */
  readonly splitLib: boolean;
  /** The credentials that are read after all files. */
  readonly credentials: "none" | "sysctl.extra" | "sysctl.*";
  /** Whether udev has the loader run again for each interface that comes later. */
  readonly udevRerun: boolean;
  /** Whether a line may name many keys with `*`, `?` or `[`. */
  readonly globs: boolean;
  /** Whether a line `-GLOB` keeps what it matches out of other globs; its `*` crosses slashes. */
  readonly globExclusions: boolean;
  /** Whether dots and slashes of a key change places where it has a dot first, and a slash. */
  readonly swaps: boolean;
  /** Whether `-` before a line forgives a value that the kernel refuses. */
  readonly dashForgivesWrite: boolean;
  /** Whether a key that is a folder, or that nobody may write, makes the loader end with 1. */
  readonly folderFails: boolean;
  /** Whether the first value that the kernel refuses ends the file: later lines of it are not tried. */
  readonly refusalEndsFile: boolean;
};

/** The loader of a version that most hosts of today have, where only its name is known. */
export const usualLoader: Readonly<Record<LoaderName, Loader>> = {
  systemd: { name: "systemd", version: "257", init: "systemd" },
  procps: { name: "procps", version: "4.0.4", init: "unknown" },
  busybox: { name: "busybox", version: "1.37.0", init: "openrc", script: "alpine" },
};

export function traitsOf(loader: Loader): LoaderTraits {
  const { oldest, changes } = histories[loader.name];
  const version = knownVersion(loader).treatedAs;
  const since = changes.filter((change) => compareVersions(version, change.since) >= 0);
  const traits = Object.assign({}, oldest, ...since.map((change) => change.traits)) as History["oldest"];
  return {
    ...traits,
    name: loader.name,
    ...(loader.script && { script: loader.script }),
    udevRerun: loader.name === "systemd",
  };
}

/**
 * The version whose rules are taken. `isKnown` is false where it is not the installed one: that is outside of
 * those which were compared with the real program, or nothing tells it.
 */
export function knownVersion({ name, version }: Loader): {
  readonly treatedAs: string;
  readonly isKnown: boolean;
} {
  const { first, last, doubtful } = histories[name];
  const found = /^(?:\d+:)?(\d+(?:\.\d+)*.*)/.exec(version ?? "")?.[1];
  if (found === undefined) return { treatedAs: usualLoader[name].version ?? first, isKnown: false };
  if (compareVersions(found, first) < 0) return { treatedAs: first, isKnown: false };
  if (compareVersions(found, last) > 0 && !isPatchOf(found, last)) return { treatedAs: last, isKnown: false };
  const doubt = doubtful.find(
    (one) => compareVersions(found, one.from) >= 0 && compareVersions(found, one.before) < 0,
  );
  return doubt ? { treatedAs: doubt.treatedAs, isKnown: false } : { treatedAs: found, isKnown: true };
}

type History = {
  /** The oldest and newest version that the rules were compared with. */
  readonly first: string;
  readonly last: string;
  /** Between two that were compared and differ, where it is not known which of them they are like. */
  readonly doubtful: readonly {
    readonly from: string;
    readonly before: string;
    readonly treatedAs: string;
  }[];
  readonly oldest: Omit<LoaderTraits, "name" | "script" | "udevRerun">;
  /** Oldest first. */
  readonly changes: readonly { readonly since: string; readonly traits: Partial<LoaderTraits> }[];
};

const plain: History["oldest"] = {
  semicolon: "comment",
  loopHides: true,
  dotdot: "follow",
  splitLib: true,
  credentials: "none",
  isOldProcps: false,
  swaps: true,
  globs: true,
  globExclusions: false,
  dashForgivesWrite: false,
  folderFails: false,
  refusalEndsFile: false,
};

const histories: Readonly<Record<LoaderName, History>> = {
  systemd: {
    first: "247",
    last: "262",
    doubtful: [
      { from: "248", before: "250", treatedAs: "247" },
      { from: "250", before: "252", treatedAs: "252" },
      { from: "258", before: "259", treatedAs: "257" },
    ],
    oldest: { ...plain, dashForgivesWrite: true, folderFails: true },
    changes: [
      { since: "252", traits: { dotdot: "refuse", credentials: "sysctl.extra" } },
      // LoadCredential= became ImportCredential=sysctl.* in the unit.
      { since: "254", traits: { credentials: "sysctl.*" } },
      // Builds for a /lib apart from /usr/lib have ended.
      { since: "255", traits: { splitLib: false } },
      // systemd PR 39219: the reader that all tools share knows `#` alone. PR 38006: links are followed
      // first.
      { since: "259", traits: { semicolon: "text", loopHides: false } },
    ],
  },
  procps: {
    first: "3.3.17",
    last: "4.0.7",
    doubtful: [],
    oldest: { ...plain, isOldProcps: true, globs: false, dashForgivesWrite: true },
    changes: [
      { since: "4.0.0", traits: { isOldProcps: false, globs: true, dashForgivesWrite: false } },
      // procps 39748b78, meant as systemd's, which has none.
      { since: "4.0.5", traits: { globExclusions: true } },
      // procps cd3a440b
      { since: "4.0.6", traits: { folderFails: true } },
      // procps 2296db7b
      { since: "4.0.7", traits: { dashForgivesWrite: true } },
    ],
  },
  busybox: {
    first: "1.30.1",
    last: "1.38.0",
    doubtful: [{ from: "1.31", before: "1.35", treatedAs: "1.35.0" }],
    oldest: { ...plain, swaps: false, globs: false, refusalEndsFile: true },
    changes: [{ since: "1.35", traits: { swaps: true } }],
  },
};

/** Whether a version only mends another: systemd 262.3 and 262. */
const isPatchOf = (version: string, release: string): boolean =>
  versionNumbers(release).every((number, at) => versionNumbers(version)[at] === number);
