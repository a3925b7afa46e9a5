import type { ValueFault, Versions } from "../../problem.js";
import { sentences } from "./sentences.js";

/** What is wrong with a value; continues a sentence that begins with the key. */
export function faultWords(fault: ValueFault): string {
  switch (fault.kind) {
    case "empty":
      return "has no value";
    case "not-a-number":
      return `must be a decimal number, not \`${fault.text}\`${writeWords(fault.hint)}`;
    case "octal":
      return sentences(
        `must be a decimal number: the kernel would read \`${fault.text}\` as octal, ${fault.octal};`,
        `write \`${fault.octal}\`, or \`${fault.decimal}\` if that is meant`,
      );
    case "unit":
      return `must be a plain number of ${fault.unit === "other" ? "its unit" : fault.unit}, not \`${fault.text}\`${writeWords(fault.instead)}`;
    case "range":
      return `must be ${rangeWords(fault.minimum, fault.maximum)}${onWords(fault.versions)}, not \`${fault.text}\`${takenWords(fault)}${convertedWords(fault)}`;
    case "arity":
      return `must have ${fault.fields.length} fields (${fault.fields.join(", ")}), not ${fault.found}`;
    case "descending":
      return `must have its fields in ascending order (${fault.fields.join(" ≤ ")}), not \`${fault.text}\``;
    case "not-one-of":
      return `must be one of ${fault.values.map((value) => `\`${value}\``).join(", ")}, not \`${fault.text}\`${memberWords(fault)}`;
    case "list":
      return `must be ${fault.of} and ranges such as \`${listExamples[fault.of]}\`; \`${fault.part}\` is neither`;
    case "characters":
      return "must consist of printable ASCII characters";
  }
}

/** Of a value that the kernel takes; continues `the kernel takes`. */
export function unusualWords(fault: ValueFault): string {
  switch (fault.kind) {
    case "range":
      return `\`${fault.text}\`, but useful is ${rangeWords(fault.minimum, fault.maximum)}${convertedWords(fault)}`;
    case "not-one-of":
      return `\`${fault.text}\`, but only ${fault.values.map((value) => `\`${value}\``).join(", ")} have a meaning of their own`;
    case "descending":
      return `\`${fault.text}\`, though the fields do not ascend (${fault.fields.join(" ≤ ")})`;
    default:
      return `a value that ${faultWords(fault)}`;
  }
}

const listExamples = { ports: "8080,30000-32767", CPUs: "0-3,8", numbers: "1,3-5" };

const writeWords = (text: string | undefined): string => (text === undefined ? "" : `; write \`${text}\``);

/** ` before Linux 5.8`, ` since Linux 6.9`; nothing where it holds for all. */
function onWords(versions: Versions | undefined): string {
  const words = versionsWords(versions);
  return words === "" ? "" : ` ${words}`;
}

/** `before Linux 5.8`, `since Linux 6.9`, `from Linux 5.4 to before 5.8`. */
export function versionsWords(versions: Versions | undefined): string {
  const { since, before } = versions ?? {};
  if (since !== undefined && before !== undefined) return `from Linux ${since} to before ${before}`;
  if (since !== undefined) return `since Linux ${since}`;
  return before === undefined ? "" : `before Linux ${before}`;
}

const takenWords = ({ taken }: Extract<ValueFault, { kind: "range" }>): string =>
  taken === undefined ? "" : `; the kernel takes it ${versionsWords(taken) || "in other versions"}`;

const memberWords = ({ versions }: Extract<ValueFault, { kind: "not-one-of" }>): string =>
  versions === undefined ? "" : `, which the kernel has ${versionsWords(versions)}`;

const convertedWords = ({ text, converted }: Extract<ValueFault, { kind: "range" }>): string =>
  converted ? `; ${text} ${converted.unit} would be ${converted.value} ${converted.to}` : "";

function rangeWords(minimum: string | undefined, maximum: string | undefined): string {
  if (minimum !== undefined && minimum === maximum) return minimum;
  if (minimum === undefined) return `at most ${maximum}`;
  return maximum === undefined ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
}
