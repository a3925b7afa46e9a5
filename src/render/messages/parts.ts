/** The words for what exactly is wrong with a part of a profile. */
import type { BadExpression, BadParameter, BadStructure, BadYaml } from "../../problem.js";
import { sentences } from "./sentences.js";

const withoutStop = (detail: string): string => detail.replace(/\.$/, "");

export function yamlWords(fault: BadYaml): string {
  switch (fault.kind) {
    case "parser":
      return sentences(
        `this is not valid YAML: ${withoutStop(fault.detail)}.`,
        // `>` and `|` begin a text of several lines.
        fault.detail.startsWith("Block scalar header") ? "Put the text in quotes." : "",
      );
    case "second-document":
      return "a second YAML document begins here; a profile is one document.";
    case "unquoted-expression":
      return 'inside { } an expression must be quoted; write { value: "${…}" }.';
  }
}

/** `part` as a person finds it: `net.core.somaxconn: value`, or the whole profile. */
export function structureWords(part: readonly string[], fault: BadStructure): string {
  const where =
    part.length === 0
      ? "the profile"
      : `\`${part
          .slice(-2)
          .join(": ")
          .replace(/^settings: /, "")}\``;
  return `${where} ${structureFault(fault)}.`;
}

const typeWords = {
  map: "a map",
  list: "a list",
  text: "text",
  "text-or-number": "text or a whole number",
};

function structureFault(fault: BadStructure): string {
  switch (fault.kind) {
    case "missing-field":
      return `is missing the required field \`${fault.field}\``;
    case "no-value":
      return "needs `value`, `at_least` or `at_most`";
    case "value-and-bounds":
      return "has `value` and a bound; give either one value, or bounds";
    case "wrong-type":
      return `must be ${typeWords[fault.expected]}`;
    case "empty":
      return "must not be empty";
    case "schema":
      return withoutStop(fault.detail);
  }
}

export function parameterWords(fault: BadParameter): string {
  switch (fault.kind) {
    case "bad-name":
      return "a parameter's name consists of letters, digits and `_`, and does not start with a digit";
    case "name-taken":
      return "the expression language uses this name itself; choose another";
    case "not-a-whole-number":
      return `\`${fault.text}\` is not a whole number`;
    case "too-many-digits":
      return `\`${fault.text}\` has more than ${fault.limit} digits`;
    case "default-out-of-range":
      return "the default is outside of the parameter's own range";
  }
}

export function expressionWords(fault: BadExpression): string {
  switch (fault.kind) {
    case "not-closed":
      return "a `${` is not closed";
    case "not-one-expression":
      return "`when` takes exactly one expression: ${…}";
    case "host-unknown":
      return sentences(
        "asks about the host, and an image does not say which host it will run on;",
        "add --against FACTS of that host",
      );
    case "too-long":
      return `is longer than ${fault.limit} characters`;
    case "not-offered":
      return `\`${fault.name}\` is not available; available are ${fault.offered.join(", ")}`;
    case "bad-version":
      return `\`${fault.text}\` is not a kernel version; write one such as 6.1`;
    case "loop-in-loop":
      return `\`${fault.name}\` cannot be used in the list or the body of \`${fault.loop}\``;
    case "list-sum-in-loop":
      return `lists cannot be added (\`+\`) in the list or the body of \`${fault.loop}\``;
    case "result-type":
      return "gives neither a whole number, nor text, nor true or false";
    case "language":
      return fault.detail === "Unexpected token: EOF"
        ? "the expression ends too early"
        : withoutStop(fault.detail);
  }
}
