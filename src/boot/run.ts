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

/** The line that sets a key; `via`: the key that it is about, where the kernel moves this one with it. */
export type BootCause = { readonly line: BootLine; readonly via?: Key };

/**
 * What a key is after the boot. `value` is absent where it is not known, `by` where no line has changed it;
 * `refused`: the lines whose value the kernel does not take.
 */
export type BootCell = {
  readonly value?: Value;
  readonly by?: BootCause;
  readonly refused?: readonly Refusal[];
};

/**
 * A write of the loader and what came of it; `not-tried`: the loader had given the file up. `value`: what the
 * key reads then, absent where that is not known. `moved`: what the kernel changed with it.
 */
export type BootStep = BootWrite & {
  readonly answer: "taken" | "refused" | "not-tried";
  readonly value?: Value;
  readonly bound?: Key;
  readonly moved: readonly { readonly key: Key; readonly value?: Value }[];
};

/** What each key is after the writes, and how each of them went, in their order. */
export type BootRun = { readonly of: (key: Key) => BootCell; readonly steps: readonly BootStep[] };

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

export function runBoot(kernel: BootKernel, writes: readonly BootWrite[]): BootRun {
  const once = new Machine(kernel, new Map());
  const { udevRerun, refusalEndsFile } = traitsOf(kernel.loader);
  let ended = "";
  const steps = writes.map((write): BootStep => {
    if (write.line.file === ended) return { ...write, answer: "not-tried", moved: [] };
    const step = once.write(write);
    if (step.answer === "refused" && refusalEndsFile) ended = write.line.file;
    return step;
  });
  const again = udevRerun ? afterUdev(kernel, once, writes) : once;
  const of = (key: Key): BootCell => {
    const [first, second] = [once.read(key), again.read(key)];
    const { value, by } = first.value === second.value ? first : { ...second, value: undefined };
    const refused = once.refused.get(key);
    return { ...(value !== undefined && { value }), ...(by && { by }), ...(refused && { refused }) };
  };
  return { of, steps };
}

/**
 * udev has systemd-sysctl run once more for each interface, for its own keys alone. For one that is there
 * already this may come before the lines of the boot itself or after them.
 */
function afterUdev(kernel: BootKernel, once: Machine, writes: readonly BootWrite[]): Machine {
  const own = writes.filter(({ path }) => isOfDevice(pathKey(path)));
  if (own.length === 0) return once;
  const again = new Machine(kernel, new Map(once.cells));
  for (const write of own) again.write(write);
  return again;
}

type Answer =
  | { readonly kind: "taken"; readonly value?: Value }
  | { readonly kind: "refused"; readonly bound?: Key };

/** The kernel in memory: what its keys are by now. */
class Machine {
  readonly refused = new Map<Key, Refusal[]>();
  /** What the write that is being carried out has changed besides its own key. */
  #moved: { readonly key: Key; readonly value?: Value }[] = [];

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

  write(write: BootWrite): BootStep {
    const { path, line } = write;
    this.#moved = [];
    const key = pathKey(path);
    const tunable = findTunable(this.kernel.catalogue, key);
    const before = this.#cell(key);
    // systemd-sysctl writes nothing where the key reads so already.
    if (this.kernel.loader.name === "systemd" && before.value === line.value && !line.value.includes(" ")) {
      this.cells.set(key, { ...before, by: { line } });
      return { ...write, answer: "taken", value: before.value, moved: [] };
    }
    const taken = this.#taken(key, tunable, line, before.value);
    if (taken.kind === "refused") {
      const { bound } = taken;
      this.refused.set(key, [...(this.refused.get(key) ?? []), { line, ...(bound && { bound }) }]);
      return { ...write, answer: "refused", ...(bound && { bound }), moved: [] };
    }
    const { value } = taken;
    this.#set(key, value, { line }, true);
    for (const affected of affectedBy(this.kernel.catalogue, key))
      this.#move(affected, key, line, before, value);
    if (isInherited(key, tunable)) this.#inherit(key, line, value);
    return { ...write, answer: "taken", ...(value !== undefined && { value }), moved: this.#moved };
  }

  /** `value`: what the key reads after the write; absent where that is not known. */
  #taken(key: Key, tunable: Tunable | undefined, line: BootLine, before: Value | undefined): Answer {
    const { catalogue, target, isTaken } = this.kernel;
    const taken = takenAs(tunable, line.value, before, target);
    if (taken.kind === "refused") return taken;
    if (taken.kind === "unsure")
      return isTaken(key, line)
        ? { kind: "taken", value: parseAsKernel(tunable, line.value) }
        : { kind: "taken" };
    const { value } = taken;
    const have = (other: Key): Value | undefined => this.#cell(other).value;
    const bound = value && boundInTheWay(catalogue, key, value, target, have);
    return bound === undefined ? taken : { kind: "refused", bound };
  }

  #move(
    { key: pattern, becomes, when }: AffectedKey,
    cause: Key,
    line: BootLine,
    before: BootCell,
    value: Value | undefined,
  ): void {
    const isSameAsBefore = before.value !== undefined && before.value === value;
    if (when === "changed" && isSameAsBefore) return;
    const isSure = when !== "changed" || (before.value !== undefined && value !== undefined);
    const moved = value === undefined ? undefined : effectOn(value, becomes);
    for (const key of expand(pattern, this.kernel.interfaces)) {
      const isKnown = isSure || this.#cell(key).value === moved;
      if (key !== cause) this.#set(key, isKnown ? moved : undefined, { line, via: cause });
    }
  }

  /** `conf.default` reaches interfaces that are there and have neither a value of their own nor an address. */
  #inherit(cause: Key, line: BootLine, value: Value | undefined): void {
    for (const key of inherited(cause, this.kernel.interfaces)) {
      const own = this.#cell(key);
      if (own.isWritten) continue;
      if (interfaceOf(key) !== "lo" || isOfNeighbours(key)) this.#set(key, value, { line, via: cause });
      // systemd gives `lo` its address before it loads sysctl.d; who else starts a host may do it later.
      else if (this.kernel.loader.init !== "systemd" && own.value !== value)
        this.#set(key, undefined, { line, via: cause });
    }
  }

  #set(
    key: Key,
    value: Value | undefined,
    by: BootCause,
    isWritten = this.#cell(key).isWritten === true,
  ): void {
    const known = value === undefined ? {} : { value };
    if (by.via) this.#moved.push({ key, ...known });
    this.cells.set(key, { ...known, by, ...(isWritten && { isWritten }) });
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
