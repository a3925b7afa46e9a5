import type { ValueFault } from "../problem.js";

/** What is wrong with a value. */
export function faultWords(fault: ValueFault): string {
  switch (fault.kind) {
    case "empty":
      return "has no value";
    case "not-a-number":
      return `takes plain decimal numbers, not \`${fault.text}\`${fault.hint === undefined ? "" : `; write \`${fault.hint}\``}`;
    case "octal":
      return `takes plain decimal numbers: the kernel would read \`${fault.text}\` as octal ${fault.octal}; write \`${fault.octal}\`, or \`${fault.decimal}\` if that is meant`;
    case "unit":
      return `takes a plain number of ${fault.unit === "other" ? "its unit" : fault.unit}, not \`${fault.text}\`${fault.instead === undefined ? "" : `; write \`${fault.instead}\``}`;
    case "range":
      return `takes ${rangeWords(fault.minimum, fault.maximum)}, not \`${fault.text}\`${fault.hint === undefined ? "" : `; ${fault.hint}`}`;
    case "arity":
      return `takes ${fault.fields.length} numbers (${fault.fields.join(", ")}), not ${fault.found}`;
    case "descending":
      return `takes rising numbers (${fault.fields.join(" ≤ ")}), not \`${fault.text}\``;
    case "not-one-of":
      return `takes one of ${fault.values.map((value) => `\`${value}\``).join(", ")}, not \`${fault.text}\``;
    case "ports":
      return `takes ports and ranges such as \`8080,30000-32767\`; \`${fault.part}\` is none`;
    case "characters":
      return "takes printable ASCII characters alone";
  }
}

function rangeWords(minimum: string | undefined, maximum: string | undefined): string {
  if (minimum === undefined) return `at most ${maximum}`;
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`;
}
