/** The kernel in memory, as far as the catalogue says how it takes values and what it moves. */
import { type AffectedKey, affectedBy, effectOn, inherited } from "../catalogue/affected.js";
import { boundInTheWay } from "../catalogue/bounds.js";
import { findTunable } from "../catalogue/catalogue.js";
import { expand, interfaceOf, type Key, pathKey, withInterface } from "../catalogue/key.js";
import { takenAs } from "../catalogue/taken.js";
import type { Tunable } from "../catalogue/tunable.js";
import { parseAsKernel, type Value } from "../catalogue/value.js";
import type { BootAttempt, BootCause, BootCell, BootKernel, ProgramWrite, Refusal } from "./run.js";
import type { BootWrite } from "./simulate.js";

/** `isWritten`: by a line of its own; `conf.default` then no longer reaches it. */
type Cell = BootCell & { readonly isWritten?: true };
type Cells = Map<Key, Cell>;

type Moved = BootAttempt["moved"][number];

type Answer =
  | { readonly kind: "taken"; readonly value?: Value }
  | { readonly kind: "refused"; readonly bound?: Key };

export class Machine {
  readonly refused = new Map<Key, Refusal[]>();
  readonly attempts: BootAttempt[] = [];
  /** What the write that is being carried out changes besides its own key. */
  #moved: Moved[] = [];

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
      this.#note(key, { line }, { kind: "taken", value: before.value });
      return true;
    }
    const refusal = this.#write(key, line.value, { line });
    if (refusal) this.refused.set(key, [...(this.refused.get(key) ?? []), { line, ...refusal }]);
    return refusal === undefined;
  }

  /** Tells of a line that is not carried out. */
  passOver({ path, line }: BootWrite): void {
    this.attempts.push({ key: pathKey(path), by: { line }, answer: "not-tried", moved: [] });
  }

  /**
   * Carries out what a program writes. Where that is not known, what the loader starts from is not either; of
   * one that comes after it, whoever asks is told that it may write.
   */
  run(program: ProgramWrite): void {
    const { key: pattern, value, atLeast, when } = program;
    const keys = expand(pattern, this.kernel.interfaces);
    if (value === undefined) {
      if (when === "before") for (const key of keys) this.#set(key, undefined, { program });
      return;
    }
    for (const key of keys) {
      const before = this.#cell(key).value;
      const isEnough =
        atLeast && before !== undefined && /^\d+$/.test(before) && BigInt(before) >= BigInt(value);
      // What is so already is still whose it was: TuneD sets again what it finds in sysctl.d.
      const isSame = before === parseAsKernel(findTunable(this.kernel.catalogue, key), value);
      if (!isEnough && !isSame) this.#write(key, value, { program });
    }
  }

  /** Undefined where the kernel takes it. */
  #write(key: Key, text: string, by: BootCause): { readonly bound?: Key } | undefined {
    const tunable = findTunable(this.kernel.catalogue, key);
    const before = this.#cell(key);
    const taken = this.#taken(key, tunable, text, by, before.value);
    this.#note(key, by, taken);
    if (taken.kind === "refused") {
      // To the kernel an interface's key that a write has failed on has been written all the same.
      if (isOfDevice(key) && before.isWritten === undefined)
        this.cells.set(key, { ...before, isWritten: true });
      return taken.bound === undefined ? {} : { bound: taken.bound };
    }
    const { value } = taken;
    this.#set(key, value, by, true);
    for (const affected of affectedBy(this.kernel.catalogue, key))
      this.#move(affected, key, by, before, value);
    if (isInherited(key, tunable)) this.#inherit(key, by, value);
    return undefined;
  }

  #note(key: Key, by: BootCause, { kind: answer, ...rest }: Answer): void {
    this.#moved = [];
    this.attempts.push({ key, by, answer, ...rest, moved: this.#moved });
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
    const bound = value === undefined ? undefined : boundInTheWay(catalogue, key, value, target, have);
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

export const isOfDevice = (key: Key): boolean =>
  !["all", "default", "lo", undefined].includes(interfaceOf(key));

const isOfNeighbours = (key: Key): boolean => /^net\.ipv[46]\.neigh\./.test(key);

/** IPv6 carries `conf.default` to none that is there, nor does IPv4 a key with rules of its own. */
const isInherited = (key: Key, tunable: Tunable | undefined): boolean =>
  interfaceOf(key) === "default" &&
  (isOfNeighbours(key) || (key.startsWith("net.ipv4.") && tunable?.affects === undefined));
