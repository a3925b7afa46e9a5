/**
 * A boot, run on a model of the kernel: each write of the loader in its order, and what the kernel makes of
 * it. It refuses, cuts and rounds values, and one write moves other keys; all of that the catalogue says.
 */
import type { Catalogue } from "../catalogue/catalogue.js";
import { type Key, pathKey } from "../catalogue/key.js";
import type { Target } from "../catalogue/target.js";
import type { Value } from "../catalogue/value.js";
import { type Loader, traitsOf } from "./loader.js";
import { isOfDevice, Machine } from "./machine.js";
import type { BootLine } from "./parse.js";
import type { BootWrite } from "./simulate.js";

/** A write that a program makes at boot, besides the loader; a value that is absent is not known. */
export type ProgramWrite = {
  readonly program: string;
  /** May be a pattern of an interface. */
  readonly key: Key;
  readonly value?: string;
  readonly file?: string;
  readonly line?: number;
  readonly when: "before" | "after";
  /** It only raises what is lower. */
  readonly atLeast?: true;
  /** It is made whenever a link comes up: before what other programs write, or after it. */
  readonly anytime?: true;
};

/**
 * What sets a key: a line, or a program; `via`: the key that it is about, where the kernel moves this one
 * with it.
 */
export type BootCause = ({ readonly line: BootLine } | { readonly program: ProgramWrite }) & {
  readonly via?: Key;
};

/**
 * What a key is after the boot. `value` is absent where it is not known, `by` where nothing has changed it;
 * `refused`: the lines whose value the kernel does not take.
 */
export type BootCell = {
  readonly value?: Value;
  readonly by?: BootCause;
  readonly refused?: readonly Refusal[];
};

/**
 * One write of the boot and what came of it; `not-tried`: the loader had given the file up. `value`: what the
 * key reads then, absent where that is not known. `moved`: what the kernel changed with it.
 */
export type BootAttempt = {
  readonly key: Key;
  readonly by: BootCause;
  readonly answer: "taken" | "refused" | "not-tried";
  readonly value?: Value;
  readonly bound?: Key;
  readonly moved: readonly { readonly key: Key; readonly value?: Value }[];
};

/** What each key is after the writes, and how each of them went, in their order. */
export type BootRun = {
  readonly of: (key: Key) => BootCell;
  readonly attempts: readonly BootAttempt[];
};

/** `bound`: the key whose value is in the way. */
export type Refusal = { readonly line: BootLine; readonly bound?: Key };

/** The kernel that the boot is run on. */
export type BootKernel = {
  readonly catalogue: Catalogue;
  readonly target: Target;
  readonly loader: Loader;
  /** As `/proc/sys/net/ipv4/conf` lists them: with `all` and `default`. */
  readonly interfaces: readonly string[];
  /** What a key is when the loader starts, where that is known. */
  readonly starts: (key: Key) => Value | undefined;
  /** Whether the kernel is known to take the line, though not every kernel of the target does. */
  readonly isTaken: (key: Key, line: BootLine) => boolean;
};

/** The writes of a boot, in the order in which they happen. */
export type BootSteps = {
  /** Those of the loader; none where it does not run. */
  readonly loader: readonly BootWrite[];
  /** Those of the loader for an interface that comes later, which it makes for the interface's keys alone. */
  readonly late: readonly BootWrite[];
  /** Others, before the loader and after it. */
  readonly programs: readonly ProgramWrite[];
};

export function runBoot(kernel: BootKernel, { loader, late, programs }: BootSteps): BootRun {
  const once = new Machine(kernel, new Map());
  const { refusalEndsFile } = traitsOf(kernel.loader);
  for (const write of programs) if (write.when === "before") once.run(write);
  let ended = "";
  for (const write of loader) {
    if (write.line.file === ended) once.passOver(write);
    else if (!once.load(write) && refusalEndsFile) ended = write.line.file;
  }
  const again = afterUdev(kernel, once, late);
  // Where nothing else runs the loader, udev's run is the only one.
  const runs = loader.length === 0 ? [again] : [...new Set([once, again])];
  const ends = runs.flatMap((machine) => {
    for (const write of programs) if (write.when === "after") machine.run(write);
    return [machine, afterLinks(kernel, machine, programs)];
  });
  const of = (key: Key): BootCell => {
    const [first, ...others] = [...new Set(ends)].map((machine) => machine.read(key));
    const other = others.find(({ value }) => value !== first?.value);
    const { value, by } = other ? { ...other, value: undefined } : (first ?? {});
    const refused = once.refused.get(key);
    return { ...(value !== undefined && { value }), ...(by && { by }), ...(refused && { refused }) };
  };
  return { of, attempts: once.attempts };
}

/**
 * udev has systemd-sysctl run once more for each interface, for its own keys alone. For one that is there
 * already this may come before the lines of the boot itself or after them.
 */
function afterUdev(kernel: BootKernel, once: Machine, late: readonly BootWrite[]): Machine {
  const own = late.filter(({ path }) => isOfDevice(pathKey(path)));
  if (own.length === 0) return once;
  const again = new Machine(kernel, new Map(once.cells));
  for (const write of own) again.load(write);
  return again;
}

/** A link may come up when all other programs have written. */
function afterLinks(kernel: BootKernel, before: Machine, programs: readonly ProgramWrite[]): Machine {
  const writes = programs.filter(({ anytime }) => anytime);
  if (writes.length === 0) return before;
  const after = new Machine(kernel, new Map(before.cells));
  for (const write of writes) after.run(write);
  return after;
}
