/** What the kernel makes of a text that is written to a key, whoever wrote it: as C reads it, not as a person. */
import { acceptanceOf, isDescending } from "./accepted.js";
import { isPortRange } from "./ports.js";
import { roundedValue } from "./rounding.js";
import type { Target } from "./target.js";
import type { Tunable } from "./tunable.js";
import { canonicalReading, parseAsKernel, type Value } from "./value.js";

/**
 * - taken: the key reads `value` afterwards; absent where that depends on what it was, which is not known
 * - refused: the key stays as it is
 * - unsure: some kernels of the target take it, or it is not known what this one does with it
 */
export type Taken =
  | { readonly kind: "taken"; readonly value?: Value }
  | { readonly kind: "refused" }
  | { readonly kind: "unsure" };

const refused: Taken = { kind: "refused" };
const unsure: Taken = { kind: "unsure" };

/**
 * @param text as a boot loader hands it over, without blanks at its ends
 * @param had what the key reads before, where that is known
 */
export function takenAs(
  tunable: Tunable | undefined,
  text: string,
  had: Value | undefined,
  target: Target,
): Taken {
  if (!tunable) return { kind: "taken", value: canonicalReading(undefined, text) };
  if (tunable.access === "read-only" || isLocked(tunable, had)) return refused;
  switch (tunable.type) {
    case "text":
      return takenText(tunable, text);
    case "port-list":
    case "cpu-list":
    case "number-list":
      return takenList(tunable, text);
    case "cpu-mask":
      return /^[0-9a-f,]+$/i.test(text) ? { kind: "taken", value: canonicalReading(tunable, text) } : unsure;
    case "enumeration":
      return isOfWords(tunable) ? takenWord(tunable, text) : takenNumbers(tunable, text, had, target);
    default:
      return takenNumbers(tunable, text, had, target);
  }
}

/** A one-way value stays until the reboot. */
const isLocked = ({ one_way = [] }: Tunable, had: Value | undefined): boolean =>
  had !== undefined && one_way.includes(had);

/** A comment behind a word is a part of it, and most such keys then know no such word. */
const takenText = (tunable: Tunable, text: string): Taken =>
  /\s[#;]/.test(text) ? unsure : { kind: "taken", value: canonicalReading(tunable, text) };

const isOfWords = ({ values = {} }: Tunable): boolean =>
  Object.keys(values).some((name) => !/^-?\d+$/.test(name));

const takenWord = ({ values = {} }: Tunable, text: string): Taken =>
  Object.hasOwn(values, text) ? { kind: "taken", value: text as Value } : unsure;

/** Of ports a blank behind a comma is refused; the other lists have rules of their own. */
function takenList(tunable: Tunable, text: string): Taken {
  const value = parseAsKernel(tunable, text);
  const isList = value === "" || value.split(",").every((part) => isPortRange(part));
  if (isList && !/\s/.test(text)) return { kind: "taken", value };
  return tunable.type === "port-list" ? refused : unsure;
}

/** A number as strtoul(3) reads it, up to a blank: `010` is eight. */
const cNumber = /^(-?)(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i;
/** The kernel reads no longer word as a number. */
const longestNumber = 21;

function takenNumbers(tunable: Tunable, text: string, had: Value | undefined, target: Target): Taken {
  const before = had?.split(" ");
  const every = text.split(/\s+/).filter((word) => word !== "");
  const count = fieldCount(tunable, every.length);
  const words = every.slice(0, count);
  const end = words.findIndex((word) => !cNumber.test(word) || word.length > longestNumber);
  const written = (end < 0 ? words : words.slice(0, end)).map(numberOf);
  if (written.length === 0) return refused;
  // What comes before a wrong word or number may have been taken over already.
  if (end >= 0) return written.join(" ") === before?.slice(0, end).join(" ") ? refused : unsure;
  const all = wholeVector(written, before, count);
  const acceptance = acceptanceOf(tunable, all ?? written, target);
  if (acceptance.kind === "refused") {
    const good = written.findIndex(
      (_, at) => acceptanceOf(tunable, written.slice(0, at + 1), target).kind !== "taken",
    );
    return written.slice(0, good).join(" ") === (before?.slice(0, good).join(" ") ?? "") ? refused : unsure;
  }
  if (acceptance.kind === "partly") return unsure;
  if (all === undefined) return { kind: "taken" };
  if (isDescending(all)) {
    if (tunable.descending_reads !== undefined)
      return { kind: "taken", value: tunable.descending_reads as Value };
    if (tunable.ascending === "enforced") return refused;
  }
  return { kind: "taken", value: roundedValue(tunable, all.join(" ") as Value, target.hz) };
}

/** Where the number of fields depends on the kernel's build, a line is taken to have them all. */
const fieldCount = ({ type, fields = [], fields_vary }: Tunable, written: number): number =>
  type === "vector" ? (fields_vary ? written : fields.length) : 1;

/** Fields that are not written stay as they are. */
function wholeVector(
  written: readonly bigint[],
  before: readonly string[] | undefined,
  count: number,
): readonly bigint[] | undefined {
  const rest = before?.slice(written.length, count) ?? [];
  const all = [...written, ...rest.filter((word) => cNumber.test(word)).map(numberOf)];
  return all.length === count ? all : undefined;
}

function numberOf(word: string): bigint {
  const [, sign = "", digits = "0"] = cNumber.exec(word) ?? [];
  const size = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return sign === "-" ? -size : size;
}
