/**
 * A boot, run on a model of the kernel: each write of the loader in its order, and what the kernel makes of
 * it. It refuses, cuts and rounds values, and one write moves other keys; all of that the catalogue says.
 */
import { type AffectedKey, affectedBy, effectOn, inherited } from "../catalogue/affected.js";
import { boundInTheWay } from "../catalogue/bounds.js";
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { expand, interfaceOf, type Key, pathKey, withInterface } from "../catalogue/key.js";
import { takenAs } from "../catalogue/taken.js";
import type { Target } from "../catalogue/target.js";
import type { Tunable } from "../catalogue/tunable.js";
import { parseAsKernel, type Value } from "../catalogue/value.js";
import { type Loader, traitsOf } from "./loader.js";
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

/** `isWritten`: by a line of its own; `conf.default` then no longer reaches it. */
type Cell = BootCell & { readonly isWritten?: true };
type Cells = Map<Key, Cell>;

/** The writes of a boot, in the order in which they happen. */
export type BootSteps = {
  /** Those of the loader; none where it does not run. */
  readonly loader: readonly BootWrite[];
  /** Those of the loader for an interface that comes later, which it makes for the interface's keys alone. */
  readonly late: readonly BootWrite[];
  /** Others, before the loader and after it. */
  readonly programs: readonly ProgramWrite[];
};

/** What each key is after these writes. */
export function runBoot(kernel: BootKernel, { loader, late, programs }: BootSteps): (key: Key) => BootCell {
  const once = new Machine(kernel, new Map());
  const { refusalEndsFile } = traitsOf(kernel.loader);
  for (const write of programs) if (write.when === "before") once.run(write);
  let ended = "";
  for (const write of loader)
    if (write.line.file !== ended && !once.load(write) && refusalEndsFile) ended = write.line.file;
  const again = afterUdev(kernel, once, late);
  for (const machine of new Set([once, again]))
    for (const write of programs) if (write.when === "after") machine.run(write);
  return (key) => {
    const [first, second] = [once.read(key), again.read(key)];
    const { value, by } = first.value === second.value ? first : { ...second, value: undefined };
    const refused = once.refused.get(key);
    return { ...(value !== undefined && { value }), ...(by && { by }), ...(refused && { refused }) };
  };
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

type Answer =
  | { readonly kind: "taken"; readonly value?: Value }
  | { readonly kind: "refused"; readonly bound?: Key };

/** The kernel in memory: what its keys are by now. */
class Machine {
  readonly refused = new Map<Key, Refusal[]>();

  constructor(
    readonly kernel: BootKernel,
    readonly cells: Cells,
  ) {}

  /** An interface that comes after the writes starts with what `conf.default` is then. */
  read(key: Key): BootCell {
    const own = this.#cell(key);
    if (!isOfDevice(key) || own.isWritten) return own;
    const late = this.#cell(withInterface(key, "default"));
    if (late.value === own.value) return own;
    const by = late.by ?? own.by;
    return by ? { by } : {};
  }

  /** Carries out a line for one key. Whether the kernel takes it. */
  load({ path, line }: BootWrite): boolean {
    const key = pathKey(path);
    const before = this.#cell(key);
    // systemd-sysctl writes nothing where the key reads so already.
    if (this.kernel.loader.name === "systemd" && before.value === line.value && !line.value.includes(" ")) {
      this.cells.set(key, { ...before, by: { line } });
      return true;
    }
    const refusal = this.#write(key, line.value, { line });
    if (refusal) this.refused.set(key, [...(this.refused.get(key) ?? []), { line, ...refusal }]);
    return refusal === undefined;
  }

  /** Carries out what a program writes, where that is known. */
  run(program: ProgramWrite): void {
    const { key: pattern, value, atLeast } = program;
    if (value === undefined) return;
    for (const key of expand(pattern, this.kernel.interfaces)) {
      const before = this.#cell(key).value;
      const isEnough =
        atLeast && before !== undefined && /^\d+$/.test(before) && BigInt(before) >= BigInt(value);
      // What is so already is still whose it was: TuneD sets again what it finds in sysctl.d.
      if (!isEnough && before !== value) this.#write(key, value, { program });
    }
  }

  /** Undefined where the kernel takes it. */
  #write(key: Key, text: string, by: BootCause): { readonly bound?: Key } | undefined {
    const tunable = findTunable(this.kernel.catalogue, key);
    const before = this.#cell(key);
    const taken = this.#taken(key, tunable, text, by, before.value);
    if (taken.kind === "refused") return taken.bound === undefined ? {} : { bound: taken.bound };
    const { value } = taken;
    this.#set(key, value, by, true);
    for (const affected of affectedBy(this.kernel.catalogue, key))
      this.#move(affected, key, by, before, value);
    if (isInherited(key, tunable)) this.#inherit(key, by, value);
    return undefined;
  }

  /** `value`: what the key reads after the write; absent where that is not known. */
  #taken(
    key: Key,
    tunable: Tunable | undefined,
    text: string,
    by: BootCause,
    before: Value | undefined,
  ): Answer {
    const { catalogue, target, isTaken } = this.kernel;
    const taken = takenAs(tunable, text, before, target);
    if (taken.kind === "refused") return taken;
    if (taken.kind === "unsure")
      return "line" in by && isTaken(key, by.line)
        ? { kind: "taken", value: parseAsKernel(tunable, text) }
        : { kind: "taken" };
    const { value } = taken;
    const have = (other: Key): Value | undefined => this.#cell(other).value;
    const bound = value && boundInTheWay(catalogue, key, value, target, have);
    return bound === undefined ? taken : { kind: "refused", bound };
  }

  #move(
    { key: pattern, becomes, when }: AffectedKey,
    cause: Key,
    by: BootCause,
    before: BootCell,
    value: Value | undefined,
  ): void {
    const isSameAsBefore = before.value !== undefined && before.value === value;
    if (when === "changed" && isSameAsBefore) return;
    const isSure = when !== "changed" || (before.value !== undefined && value !== undefined);
    const moved = value === undefined ? undefined : effectOn(value, becomes);
    for (const key of expand(pattern, this.kernel.interfaces)) {
      const isKnown = isSure || this.#cell(key).value === moved;
      if (key !== cause) this.#set(key, isKnown ? moved : undefined, { ...by, via: cause });
    }
  }

  /** `conf.default` reaches interfaces that are there and have neither a value of their own nor an address. */
  #inherit(cause: Key, by: BootCause, value: Value | undefined): void {
    for (const key of inherited(cause, this.kernel.interfaces)) {
      const own = this.#cell(key);
      if (own.isWritten) continue;
      if (interfaceOf(key) !== "lo" || isOfNeighbours(key)) this.#set(key, value, { ...by, via: cause });
      // systemd gives `lo` its address before it loads sysctl.d; who else starts a host may do it later.
      else if (this.kernel.loader.init !== "systemd" && own.value !== value)
        this.#set(key, undefined, { ...by, via: cause });
    }
  }

  #set(
    key: Key,
    value: Value | undefined,
    by: BootCause,
    isWritten = this.#cell(key).isWritten === true,
  ): void {
    this.cells.set(key, { ...(value !== undefined && { value }), by, ...(isWritten && { isWritten }) });
  }

  #cell(key: Key): Cell {
    const known = this.cells.get(key);
    if (known) return known;
    const value = this.kernel.starts(key);
    return value === undefined ? {} : { value };
  }
}

const isOfDevice = (key: Key): boolean => !["all", "default", "lo", undefined].includes(interfaceOf(key));

const isOfNeighbours = (key: Key): boolean => /^net\.ipv[46]\.neigh\./.test(key);

/** IPv6 carries `conf.default` to none that is there, nor does IPv4 a key with rules of its own. */
const isInherited = (key: Key, tunable: Tunable | undefined): boolean =>
  interfaceOf(key) === "default" &&
  (isOfNeighbours(key) || (key.startsWith("net.ipv4.") && tunable?.affects === undefined));
