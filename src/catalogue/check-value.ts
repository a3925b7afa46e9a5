/** What a person wrote as a value: canonical, or what is wrong with it. */
import type { ValueFault, Versions } from "../problem.js";
import { acceptanceOf, isDescending, isPlausible, outsideSensible, type Range } from "./accepted.js";
import { isPortRange, mergedPorts } from "./ports.js";
import { everyKernel, isInside, overlaps, type Target } from "./target.js";
import type { Member, Tunable } from "./tunable.js";
import { converted, unitFault } from "./units.js";
import { canonicalMask, type Value, wholeNumber } from "./value.js";

/**
 * - unusual: the kernel takes it, and it means nothing, or not what one may think
 * - refused: some kernels of the target refuse it
 */
export type CheckedValue =
  | { readonly ok: true; readonly value: Value; readonly unusual?: ValueFault; readonly refused?: RangeFault }
  | { readonly ok: false; readonly fault: ValueFault };

export type RangeFault = Extract<ValueFault, { kind: "range" }>;

/** What a value is checked for: the kernels, and how many fields a vector has there, where that varies. */
export type ValueTarget = Target & { readonly fieldCount?: number };

const value = (text: string): CheckedValue => ({ ok: true, value: text as Value });
const fault = (what: ValueFault): CheckedValue => ({ ok: false, fault: what });
const unusual = (text: string, what: ValueFault): CheckedValue => ({
  ok: true,
  value: text as Value,
  unusual: what,
});

/**
 * What a person wrote for this tunable: canonical, or what is wrong with it. What the target takes in the
 * sense of who wrote it is not refused; `033`, which it takes for 27, is.
 */
export function checkValue(tunable: Tunable, text: string, target: ValueTarget = everyKernel): CheckedValue {
  const bare = withoutComment(tunable, text.trim());
  if (/[^\x20-\x7e\t]/.test(bare)) return fault({ kind: "characters", text: bare });
  switch (tunable.type) {
    case "vector":
      return checkVector(tunable, bare, target);
    case "enumeration":
      return checkMember(tunable, bare, target);
    case "boolean":
      return checkSwitch(tunable, bare, target);
    case "port-list":
    case "cpu-list":
    case "number-list":
      return checkList(tunable, bare, target);
    case "cpu-mask":
      return checkMask(bare);
    case "text":
      return bare === "" && tunable.empty === undefined ? fault({ kind: "empty" }) : value(bare);
    case "bitmask":
      return checkBits(tunable, bare, target);
    case "integer":
      return checkNumber(tunable, bare, target);
  }
}

/** A kernel reads numbers as far as the next blank, so a comment behind them does no harm. */
const withoutComment = (tunable: Tunable, text: string): string =>
  ["integer", "boolean", "bitmask", "vector", "enumeration"].includes(tunable.type)
    ? text.replace(/\s+[#;].*$/, "")
    : text;

function checkSwitch(tunable: Tunable, text: string, target: ValueTarget): CheckedValue {
  if (text === "0" || text === "1") return value(text);
  const what = booleanFault(text);
  return what.kind === "not-one-of" ? takenAll(tunable, text, what, target) : fault(what);
}

function booleanFault(text: string): ValueFault {
  if (text === "") return { kind: "empty" };
  const meant = /^(on|yes|true|enabled?)$/i.test(text)
    ? "1"
    : /^(off|no|false|disabled?)$/i.test(text)
      ? "0"
      : undefined;
  if (meant !== undefined) return { kind: "not-a-number", text, hint: meant };
  return { kind: "not-one-of", text, values: ["0", "1"] };
}

/** A number that is no member, and that the kernel may take all the same. */
function takenAll(tunable: Tunable, text: string, what: ValueFault, target: ValueTarget): CheckedValue {
  if (!tunable.accepts || !wholeNumber.test(text)) return fault(what);
  const checked = acceptedNumbers(tunable, text, [BigInt(text)], target);
  return checked.ok ? { ...checked, unusual: what } : fault(what);
}

const versionsOf = (member: Member): Versions =>
  typeof member === "string"
    ? {}
    : {
        ...(member.since !== undefined && { since: member.since }),
        ...(member.until !== undefined && { before: member.until }),
      };

function checkMember(tunable: Tunable, text: string, target: ValueTarget): CheckedValue {
  const members = Object.entries(tunable.values ?? {});
  const member = members.find(([name]) => name === text)?.[1];
  const meant = members.filter(([, one]) => overlaps(target, versionsOf(one))).map(([name]) => name);
  if (member !== undefined && meant.includes(text)) {
    const checked = wholeNumber.test(text)
      ? acceptedNumbers(tunable, text, [BigInt(text)], target)
      : value(text);
    const versions = versionsOf(member);
    // Without `accepts` it is not known what a kernel does with a member that it does not know.
    return !checked.ok || checked.refused || tunable.accepts || isInside(target, versions)
      ? checked
      : unusual(text, { kind: "not-one-of", text, values: meant, versions });
  }
  const spelled = booleanFault(text);
  if (spelled.kind === "not-a-number" && meant.includes(spelled.hint ?? "")) return fault(spelled);
  const versions = member === undefined ? undefined : versionsOf(member);
  return takenAll(
    tunable,
    text,
    { kind: "not-one-of", text, values: meant, ...(versions && { versions }) },
    target,
  );
}

function checkVector(tunable: Tunable, text: string, target: ValueTarget): CheckedValue {
  const words = text === "" ? [] : text.split(/\s+/);
  const fields = fieldsOn(tunable, words.length, target);
  if (words.length !== fields.length) return fault({ kind: "arity", found: words.length, fields });
  const wrong = words.find((word) => !wholeNumber.test(word));
  if (wrong !== undefined) return fault(numberFault(tunable, wrong));
  const numbers = words.map(BigInt);
  const canonical = numbers.join(" ");
  const descending: ValueFault = { kind: "descending", text: canonical, fields };
  const descends = tunable.ascending !== undefined && isDescending(numbers);
  if (descends && tunable.ascending === "enforced") return fault(descending);
  const checked = acceptedNumbers(tunable, canonical, numbers, target);
  return checked.ok && descends ? { ...checked, unusual: descending } : checked;
}

/** The names of the fields; where their number varies, as many as the host has, or as were written. */
function fieldsOn(
  { fields = [], fields_vary }: Tunable,
  written: number,
  { fieldCount }: ValueTarget,
): readonly string[] {
  if (!fields_vary) return fields;
  const count = fieldCount ?? Math.min(Math.max(written, 1), fields.length);
  return Array.from({ length: count }, (_, at) => fields[at] ?? `field ${at + 1}`);
}

/** A mask; `0x` is how the kernel's own documentation writes many. */
function checkBits(tunable: Tunable, text: string, target: ValueTarget): CheckedValue {
  return checkNumber(tunable, /^0x[0-9a-f]+$/i.test(text) ? String(BigInt(text)) : text, target);
}

function checkNumber(tunable: Tunable, text: string, target: ValueTarget): CheckedValue {
  if (text === "") return fault({ kind: "empty" });
  if (!wholeNumber.test(text)) return fault(numberFault(tunable, text));
  return acceptedNumbers(tunable, text, [BigInt(text)], target);
}

/** Numbers, by what the target takes and what means something. */
function acceptedNumbers(
  tunable: Tunable,
  text: string,
  numbers: readonly bigint[],
  target: Target,
): CheckedValue {
  const acceptance = acceptanceOf(tunable, numbers, target);
  const refusal =
    acceptance.kind === "taken"
      ? undefined
      : rangeFault(tunable, acceptance.number, acceptance.range, acceptance);
  if (refusal && acceptance.kind === "refused") return fault(refusal);
  const outside = outsideSensible(tunable, numbers);
  return {
    ok: true,
    value: text as Value,
    ...(outside && { unusual: rangeFault(tunable, outside.number, outside.range) }),
    ...(refusal && { refused: refusal }),
  };
}

const rangeFault = (
  tunable: Tunable,
  number: bigint,
  { minimum, maximum }: Range,
  versions: { readonly refusedBy?: Versions; readonly takenBy?: Versions } = {},
): RangeFault => ({
  kind: "range",
  text: String(number),
  ...(minimum !== undefined && { minimum: String(minimum) }),
  ...(maximum !== undefined && { maximum: String(maximum) }),
  ...(versions.refusedBy && versions.takenBy && { versions: versions.refusedBy }),
  ...(versions.takenBy && { taken: versions.takenBy }),
  ...converted(tunable, number),
});

/** Why a text is not a plain decimal number, with the number that was probably meant. */
function numberFault(tunable: Tunable, text: string): ValueFault {
  const quantity = /^(\d+)\s*([A-Za-z%]+)$/.exec(text);
  if (quantity && !/^0x/i.test(text)) return unitFault(tunable, text, quantity[1] ?? "", quantity[2] ?? "");
  if (/^0[0-7]+$/.test(text))
    return { kind: "octal", text, octal: String(BigInt(`0o${text}`)), decimal: String(BigInt(text)) };
  const hint = plainNumber(text);
  return {
    kind: "not-a-number",
    text,
    ...(hint !== undefined && isPlausible(tunable, BigInt(hint)) && { hint }),
  };
}

/** The number that a YAML or C habit means: `1e4`, `0x10`, `4_096`, `4,096`, `+5`, `"5"`, `5 # comment`. */
function plainNumber(text: string): string | undefined {
  const bare = text
    .replace(/[#;].*$/, "")
    .trimEnd()
    .replace(/^(["'])(.*)\1$/, "$2");
  if (/^0x[0-9a-f]+$/i.test(bare)) return String(BigInt(bare));
  const exponent = /^(\d+)[eE]\+?(\d{1,2})$/.exec(bare);
  if (exponent) return String(BigInt(exponent[1] ?? "0") * 10n ** BigInt(exponent[2] ?? "0"));
  const digits = bare.replace(/^\+/, "").replace(/(?<=\d)[_,](?=\d)/g, "");
  return wholeNumber.test(digits) && digits !== text ? digits : undefined;
}

function checkMask(text: string): CheckedValue {
  if (/^[0-9a-f]+$|^[0-9a-f]{1,8}(,[0-9a-f]{1,8})+$/i.test(text)) return value(canonicalMask(text));
  const [, hint] = /^0x([0-9a-f]+)$/i.exec(text) ?? [];
  return fault({ kind: "not-a-number", text, ...(hint !== undefined && { hint: canonicalMask(hint) }) });
}

const listOf: Readonly<Record<string, "ports" | "CPUs" | "numbers">> = {
  "port-list": "ports",
  "cpu-list": "CPUs",
};

function checkList(tunable: Tunable, text: string, target: ValueTarget): CheckedValue {
  const ranges = tunable.type === "cpu-list" ? text.replace(/[^,]+/g, spelledOut) : text;
  const parts = ranges === "" ? [] : ranges.split(",");
  const wrong = parts.find((part) => !isPortRange(part));
  if (wrong !== undefined)
    return fault({ kind: "list", of: listOf[tunable.type] ?? "numbers", text, part: wrong });
  const numbers = parts.flatMap((part) => part.split("-"));
  const checked = numbers.map((number) => checkNumber(tunable, number, target));
  return checked.find((number) => !number.ok) ?? value(mergedPorts(ranges) ?? "");
}

/**
 * `0-31:2/4`, the first two of every four, as ranges: some of the kernel's lists of CPUs take it, and some do
 * not.
 */
function spelledOut(part: string): string {
  const [low, high, used, size] = (/^(\d{1,5})-(\d{1,5}):(\d{1,5})\/(\d{1,5})$/.exec(part) ?? [])
    .slice(1)
    .map(Number);
  if (low === undefined || high === undefined || !used || !size || used > size || high < low) return part;
  return Array.from({ length: Math.ceil((high - low + 1) / size) }, (_, at) => {
    const start = low + at * size;
    return `${start}-${Math.min(start + used - 1, high)}`;
  }).join(",");
}
