/** What a key takes, found by trying: least, greatest, and what they read. */
import type { MeasuredField } from "./measurement.js";
import type { KeyFile } from "./proc-sys.js";

const least = -(2n ** 63n);
const greatest = 2n ** 64n - 1n;

/** Tried at every field, besides its own least, middle and greatest: edges of types, odd and round numbers. */
const tried: readonly bigint[] = [
  ...[least, -(2n ** 31n) - 1n, -(2n ** 31n), -1000n, -10n, -2n, -1n],
  ...Array.from({ length: 11 }, (_, number) => BigInt(number)),
  ...[12n, 16n, 32n, 60n, 64n, 100n, 127n, 128n, 200n, 255n, 256n, 300n, 1000n, 1001n, 1024n, 1280n, 1500n],
  ...[4096n, 12345n, 65535n, 65536n, 100_000n, 1_000_000n, 2_147_483n, 8_589_934n, 21_474_836n],
  ...[2n ** 30n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n - 1n, 2n ** 63n, greatest],
];

/** Those whose reading is told where it differs. */
export const told: readonly bigint[] = [-1n, 0n, 1n, 2n, 3n, 7n, 10n, 100n, 1001n, 12345n, 1_000_000n];

/** The fields of a reading that is a number or numbers. */
export function numbersOf(text: string): readonly string[] | undefined {
  return /^\s*-?\d+(\s+-?\d+)*\s*$/.test(text) ? text.trim().split(/\s+/) : undefined;
}

/** One write that is taken back at once. */
type Trial = { readonly error: string } | { readonly read: string };

/** One field of a key whose other fields keep what they have. */
export class Field {
  readonly #file: KeyFile;
  readonly #at: number;
  readonly #restore: () => void;
  readonly #original: readonly string[];
  readonly #trials = new Map<bigint, Trial>();
  #other: bigint | undefined;

  /** @param restore puts everything back, be it by writing another key */
  constructor(file: KeyFile, original: readonly string[], at: number, restore: () => void) {
    this.#file = file;
    this.#original = original;
    this.#at = at;
    this.#restore = restore;
  }

  #own(): bigint {
    return BigInt(this.#original[this.#at] ?? "0");
  }

  #text(value: bigint): string {
    return this.#original.map((field, at) => (at === this.#at ? String(value) : field)).join(" ");
  }

  #write(value: bigint): Trial {
    const error = this.#file.write(this.#text(value));
    if (error !== undefined) return { error };
    const reading = this.#file.read();
    const fields = "text" in reading ? numbersOf(reading.text) : undefined;
    return { read: fields?.[this.#at] ?? JSON.stringify(reading) };
  }

  try(value: bigint): Trial {
    const known = this.#trials.get(value);
    if (known !== undefined) return known;
    const trial = this.#write(value);
    this.#restore();
    this.#trials.set(value, trial);
    return trial;
  }

  /** What it reads with its own value, which may be one that cannot be written. */
  #ownReading(): string {
    const trial = this.try(this.#own());
    return "read" in trial ? trial.read : String(this.#own());
  }

  #takes(value: bigint): boolean {
    return "read" in this.try(value);
  }

  #read(value: bigint): string {
    const trial = this.try(value);
    return "read" in trial ? trial.read : trial.error;
  }

  /** Taken without an error, but whatever the key had, it still has. */
  #ignores(value: bigint): boolean {
    const own = this.#ownReading();
    if (!this.#takes(value) || this.#read(value) !== own || value === this.#own()) return false;
    this.#other ??= tried.find((one) => this.#takes(one) && this.#read(one) !== own);
    if (this.#other === undefined) return false;
    const before = this.#write(this.#other);
    const after = this.#write(value);
    this.#restore();
    return "read" in before && "read" in after && before.read === after.read;
  }

  /** The last number from `inside` towards `outside` for which `does` holds; it holds for `inside`. */
  #edge(inside: bigint, outside: bigint, does: (value: bigint) => boolean): bigint {
    let [yes, no] = [inside, outside];
    while (yes - no > 1n || no - yes > 1n) {
      const middle = (yes + no) / 2n;
      if (does(middle)) yes = middle;
      else no = middle;
    }
    return yes;
  }

  /** From `inside`, for which it holds, up or down to where it first ends. */
  #end(inside: bigint, up: boolean, does: (value: bigint) => boolean): bigint {
    const onward = tried
      .filter((value) => (up ? value > inside : value < inside))
      .sort((a, b) => (a < b === up ? -1 : 1));
    let reached = inside;
    for (const value of onward) {
      if (!does(value)) return this.#edge(reached, value, does);
      reached = value;
    }
    return reached;
  }

  measure(): MeasuredField | string {
    const takes = (value: bigint): boolean => this.#takes(value);
    const start = [this.#own(), ...tried.filter((value) => value >= 0n), ...tried].find(takes);
    if (start === undefined) return this.#read(this.#own());
    const [low, high] = [this.#end(start, false, takes), this.#end(start, true, takes)];
    const errorOf = (value: bigint): string | undefined => {
      if (value < least || value > greatest) return undefined;
      const trial = this.try(value);
      return "error" in trial ? trial.error : undefined;
    };
    const [below, above] = [errorOf(low - 1n), errorOf(high + 1n)];
    const also = tried.filter((value) => (value < low || value > high) && takes(value));
    const holds = this.#holds(low, high);
    const reads = this.#odd(low, high);
    return {
      least: String(low),
      greatest: String(high),
      ...(below === undefined ? {} : { below }),
      ...(above === undefined ? {} : { above }),
      ...(holds === undefined ? {} : { holds }),
      ...(also.length === 0 ? {} : { also: also.map(String), outer: this.#outer([low, ...also, high]) }),
      ...(Object.keys(reads).length === 0 ? {} : { reads }),
    };
  }

  /** Out to where the outermost of numbers that are taken end. */
  #outer(taken: readonly bigint[]): readonly [string, string] {
    const inOrder = [...taken].sort((a, b) => (a < b ? -1 : 1));
    const takes = (value: bigint): boolean => this.#takes(value);
    const ends = [this.#end(inOrder[0] ?? 0n, false, takes), this.#end(inOrder.at(-1) ?? 0n, true, takes)];
    return [String(ends[0]), String(ends[1])];
  }

  /** What numbers read that do not read as written. The middle may be odd: a round one would hide rounding. */
  #odd(low: bigint, high: bigint): Record<string, string> {
    const middle = (low + high) / 2n;
    const shown = [low, ...told, middle - 1n, middle, high].filter((value) => value >= low && value <= high);
    const inOrder = [...new Set(shown)].sort((a, b) => (a < b ? -1 : 1));
    const reads: Record<string, string> = {};
    for (const value of inOrder)
      if (this.#takes(value) && !this.#ignores(value) && this.#read(value) !== String(value))
        reads[String(value)] = this.#read(value);
    return reads;
  }

  #holds(low: bigint, high: bigint): readonly [string, string] | undefined {
    const inside = [low, ...tried.filter((value) => value >= low && value <= high), high];
    if (!inside.some((value) => this.#ignores(value))) return undefined;
    const does = (value: bigint): boolean => this.#takes(value) && !this.#ignores(value);
    const start = [this.#own(), ...inside].find(does);
    if (start === undefined) return undefined;
    return [String(this.#end(start, false, does)), String(this.#end(start, true, does))];
  }

  /** Writes that change the value, each as the whole text: a small one, the next, and a larger one. */
  changes(): string[] {
    const own = this.#ownReading();
    const changing = (values: readonly bigint[]): bigint[] =>
      values.filter((value) => this.#takes(value) && this.#read(value) !== own);
    const small = changing([0n, 1n, 2n, 3n, this.#own() + 1n, this.#own() - 1n]).slice(0, 2);
    const larger = changing([12345n, 1001n, ...tried.filter((value) => value > 3n).reverse()]).slice(0, 1);
    return [...new Set([...small, ...larger])].map((value) => this.#text(value));
  }
}
