/** What is done to a run at each of its calls. */
import type { Call, Fault } from "./program.js";

export type FaultKind = {
  readonly name: string;
  /** As `fault-at-call.cjs` knows it. */
  readonly action: string;
  /** Whether it happens to every later call as well. */
  readonly lasts: boolean;
  /** Whether it needs a process of its own. */
  readonly ownProcess: boolean;
  /** Whether the run is over with it, so that another one has to end what it began. */
  readonly isDeath: boolean;
  /** Whether it can happen to a call. */
  readonly fits: (call: Call) => boolean;
};

const isWrite = ([name]: Call): boolean => ["writeSync", "writeFileSync", "copyFileSync"].includes(name);
const isValue = (call: Call): boolean => isWrite(call) && call[1].startsWith("/proc/sys/");
const isStart = ([name]: Call): boolean => name === "spawn";
const any = (): boolean => true;
/** What a start of a process may fail with. */
const ofStart = ["EIO", "EACCES", "EPERM", "EMFILE", "ENOMEM"];

const apart = (name: string, action: string, fits: FaultKind["fits"] = any): FaultKind => ({
  name,
  action,
  lasts: false,
  ownProcess: true,
  isDeath: action !== "RIVAL",
  fits,
});

/** An error of the operating system, or a call that does less than it says, once and for good. */
const twice = (name: string, action: string, fits: FaultKind["fits"] = any): readonly FaultKind[] => [
  { name: `${name}, once`, action, lasts: false, ownProcess: false, isDeath: false, fits },
  { name: `${name}, for good`, action, lasts: true, ownProcess: false, isDeath: false, fits },
];

const errnos = ["ENOSPC", "EIO", "EROFS", "EACCES", "EPERM", "EMFILE", "EINTR", "EDQUOT", "ENOMEM"];

export const faultKinds: readonly FaultKind[] = [
  apart("SIGKILL before", "KILL"),
  apart("SIGKILL after", "KILL-AFTER"),
  apart("torn write, then death", "TORN", isWrite),
  apart("SIGTERM", "TERM"),
  apart("SIGINT", "INT"),
  apart("another run", "RIVAL"),
  ...twice("short write", "SHORT", (call) => isWrite(call) && !isValue(call)),
  // A value that the kernel takes in part is a refusal; for good, no undo could help.
  ...twice("short value", "SHORT", isValue).slice(0, 1),
  ...twice("ignored value", "LOST", isValue),
  ...twice("guard that ends at once", "DEAD", isStart).slice(0, 1),
  ...errnos.flatMap((errno) => twice(errno, errno, (call) => !isStart(call) || ofStart.includes(errno))),
];

export const faultAt = ({ action, lasts }: FaultKind, at: number): Fault => ({ at, action, lasts });
