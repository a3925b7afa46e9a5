/**
 * What a running kernel was seen to do with its keys, as data: nothing in it is taken from the catalogue.
 * Numbers are text, so that 64-bit values stay exact.
 */

/** One number of a key: the value itself, or one field of a vector while the others keep what they have. */
export type MeasuredField = {
  /**
   * From the value it has, down and up to where write(2) first answers with an error; among all numbers that
   * fit in 64 bits.
   */
  readonly least: string;
  readonly greatest: string;
  /** The error of the number below the least, or above the greatest. */
  readonly below?: string;
  readonly above?: string;
  /** Where some of them are taken and change nothing: the least and the greatest that change the value. */
  readonly holds?: readonly [string, string];
  /**
   * Numbers beyond an error that were tried and taken again, and the outermost: the kernel takes only powers of
   * two, or 0 besides, or its arithmetic overflows.
   */
  readonly also?: readonly string[];
  readonly outer?: readonly [string, string];
  /** What other numbers read than themselves: written → read. */
  readonly reads?: Readonly<Record<string, string>>;
};

/** One write, and what another key had before and after it. */
export type Move = { readonly wrote: string; readonly from: string; readonly to: string };

export type MeasuredKey = {
  /** As access(2) has it: the file's mode does not tell all. */
  readonly access: "read-write" | "read-only" | "write-only";
  /** Below net, where the whole machine was measured: the same in a fresh network namespace, if it is there. */
  readonly in_namespace?: MeasuredKey["access"] | "absent";
  /** What it reads, lines and fields as the kernel prints them; missing where it cannot be read. */
  readonly reads?: string;
  /** Why it cannot be read, or why it was not written though it is a number. */
  readonly unread?: string;
  readonly unwritten?: string;
  readonly fields?: readonly MeasuredField[];
  /** The texts that were written to see what moves, and the other keys that they changed, and its own back. */
  readonly wrote?: readonly string[];
  readonly moved?: Readonly<Record<string, readonly Move[]>>;
  /** What it reads at the end where its first value could not be restored. */
  readonly stays?: string;
};

export type Measurement = {
  readonly kernel: string;
  readonly date: string;
  /** Where a distribution built it: the package and its version. */
  readonly package?: string;
  readonly arch: string;
  readonly hz?: number;
  readonly page_size: number;
  readonly memory_bytes: number;
  readonly cpus: number;
  /** Which keys were written: those of a fresh network namespace, or those of the whole machine. */
  readonly wrote: "network-namespace" | "machine";
  /** The interface that stands for any. */
  readonly interface: string;
  /** The numbers whose reading is told of each field that takes them, where it differs. */
  readonly told: readonly string[];
  readonly keys: Readonly<Record<string, MeasuredKey>>;
};

/** One key a line, so that two measurements can be compared line by line. */
export function print(measurement: Measurement): string {
  const { keys, ...about } = measurement;
  const head = Object.entries(about).map(([name, value]) => `"${name}": ${JSON.stringify(value)},`);
  const lines = Object.entries(keys).map(([key, what]) => `${JSON.stringify(key)}: ${JSON.stringify(what)}`);
  return `{\n${head.join("\n")}\n"keys": {\n${lines.join(",\n")}\n}\n}\n`;
}
