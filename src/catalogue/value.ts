/**
 * Values by meaning: what a person wrote and what the kernel prints become one canonical text.
 */
import { mergedPorts } from "./ports.js";
import type { Tunable } from "./tunable.js";

/**
 * Canonical text: numbers and vectors one space apart, lists sorted and merged, masks without leading zeros,
 * text untouched.
 */
export type Value = string & { readonly brand: "Value" };

export const wholeNumber = /^-?(0|[1-9][0-9]*)$/;

/** The canonical form of what the kernel prints. Never fails: what is not understood keeps its words. */
export function canonicalReading(tunable: Tunable | undefined, text: string): Value {
  const bare = text.replace(/\n+$/, "");
  switch (tunable?.type) {
    case "text":
      return bare.trim() as Value;
    case "port-list":
    case "cpu-list":
    case "number-list":
      // The kernel prints all three by the same rules.
      return (mergedPorts(bare.trim()) ?? bare.trim()) as Value;
    case "cpu-mask":
      return canonicalMask(bare.trim()) as Value;
    default:
      // The kernel prints tabs between the fields, people write spaces: same value.
      return bare.trim().split(/\s+/).map(canonicalNumber).join(" ") as Value;
  }
}

/**
 * What the kernel makes of a value in a file, which it reads as C does: `010` is eight and `0x10` sixteen.
 */
export function parseAsKernel(tunable: Tunable | undefined, text: string): Value {
  if (tunable?.type === "text" || tunable?.type === "cpu-mask") return canonicalReading(tunable, text);
  // The numbers of a list stand between commas and dashes; a dash elsewhere is a sign.
  const [split, joint] = isList(tunable) ? [/([,-])/, ""] : [/\s+/, " "];
  return canonicalReading(tunable, text.trim().split(split).map(fromC).join(joint));
}

const isList = (tunable: Tunable | undefined): boolean => tunable?.type.endsWith("-list") ?? false;

function fromC(word: string): string {
  const [, sign = "", digits = ""] = /^(-?)(0x[0-9a-f]+|0[0-7]+)$/i.exec(word) ?? [];
  if (digits === "") return word;
  return `${sign}${BigInt(/^0x/i.test(digits) ? digits : `0o${digits.slice(1)}`)}`;
}

/** Some masks are printed in hexadecimal: `0x0000`. */
const canonicalNumber = (word: string): string =>
  /^0x[0-9a-f]+$/i.test(word) ? String(BigInt(word)) : decimal(word);

const decimal = (word: string): string =>
  /^-?[0-9]+$/.test(word) && !wholeNumber.test(word) ? String(BigInt(word)) : word;

/**
 * In groups of 32 bits, without leading zeros: the kernel takes no more than eight digits in one, and on a
 * host of few CPUs no group of zeros before the others. A group with fewer digits, as in `1,0`, has its zeros
 * at the front.
 */
export function canonicalMask(text: string): string {
  const digits = text.includes(",")
    ? text
        .split(",")
        .map((group) => group.padStart(8, "0"))
        .join("")
    : text;
  return digits
    .toLowerCase()
    .replace(/^0+(?=.)/, "")
    .replace(/\B(?=(.{8})+$)/g, ",");
}

/**
 * Whether its values have an order, so that `at_least` and `at_most` mean something: numbers, levels and
 * switches, not masks and words.
 */
export function isOrdered(tunable: Tunable): boolean {
  if (tunable.type === "enumeration")
    return Object.keys(tunable.values ?? {}).every((member) => wholeNumber.test(member));
  return tunable.type === "integer" || tunable.type === "vector" || tunable.type === "boolean";
}

/** Field by field, the value of `wanted` wherever `have` is on the wrong side of it. */
export function fieldwiseMax(have: Value, wanted: Value): Value {
  return fieldwise(have, wanted, (a, b) => (a > b ? a : b));
}

export function fieldwiseMin(have: Value, wanted: Value): Value {
  return fieldwise(have, wanted, (a, b) => (a < b ? a : b));
}

function fieldwise(have: Value, wanted: Value, choose: (a: bigint, b: bigint) => bigint): Value {
  const [old, goal] = [have.split(" "), wanted.split(" ")];
  // A reading of another shape than the catalogue's cannot be compared field by field: what is wanted then
  // stands as it is.
  if (old.length !== goal.length || !old.every((word) => wholeNumber.test(word))) return wanted;
  return goal.map((word, at) => String(choose(BigInt(old[at] ?? word), BigInt(word)))).join(" ") as Value;
}
