/** Numbers that the operator supplies: the profile's default, or `--set name=value`. */
import { nearest } from "../../catalogue/catalogue.js";
import type { ParameterValues } from "../../expression/host-view.js";
import type { BadParameter, Problem } from "../../problem.js";
import type { WrittenParameter } from "../profile.js";
import { type IncludeTree, oncePerTree } from "./load.js";

const wholeNumber = /^-?(0|[1-9][0-9]*)$/;

/** As many as the kernel's largest number has; arithmetic with a million digits would not end soon. */
const mostDigits = 20;

/**
 * Words of the expression language, reported even where a profile has no expression yet and the language is
 * not loaded.
 */
const takenNames: ReadonlySet<string> = new Set(
  (
    "host max min true false null in as break const continue else for function if import let loop package namespace " +
    "return var void while __proto__ prototype bool bytes cel double google int list map null_type optional string type uint"
  ).split(" "),
);

/** All parameters of a tree; a child's definition replaces a parent's of the same name. */
export const parametersOf: (tree: IncludeTree) => ReadonlyMap<string, WrittenParameter> = oncePerTree(
  ({ profile, parents }) => {
    const all = new Map<string, WrittenParameter>();
    for (const parent of parents)
      for (const [name, parameter] of parametersOf(parent)) all.set(name, parameter);
    for (const parameter of profile.parameters) all.set(parameter.name, parameter);
    return all;
  },
);

/** Their values, with what the operator set; problems with a definition or a number go to `problems`. */
export function parameterValues(
  parameters: ReadonlyMap<string, WrittenParameter>,
  set: ReadonlyMap<string, string>,
  problems: Problem[],
): ParameterValues {
  const numbers = new Map<string, bigint>();
  for (const [name, parameter] of parameters) {
    const definition = definitionProblem(parameter);
    if (definition) problems.push(definition);
    else numbers.set(name, chosenValue(parameter, set.get(name), problems));
  }
  const refuse = (name: string): void => {
    const parameter = parameters.get(name);
    if (parameter) problems.push(nameTaken(parameter));
  };
  return { numbers, refuse };
}

const nameTaken = ({ name, place }: WrittenParameter): Problem => ({
  code: "bad-parameter",
  name,
  fault: { kind: "name-taken" },
  place,
});

function definitionProblem(parameter: WrittenParameter): Problem | undefined {
  const { name, minimum, maximum } = parameter;
  for (const written of [parameter.default, minimum, maximum]) {
    const fault = written && numberFault(written.text);
    if (fault) return { code: "bad-parameter", name, fault, place: written.place };
  }
  if (takenNames.has(name)) return nameTaken(parameter);
  if (outside(BigInt(parameter.default.text), minimum?.text, maximum?.text))
    return {
      code: "bad-parameter",
      name,
      fault: { kind: "default-out-of-range" },
      place: parameter.default.place,
    };
  return undefined;
}

function numberFault(text: string): BadParameter | undefined {
  if (!wholeNumber.test(text)) return { kind: "not-a-whole-number", text };
  return text.replace("-", "").length > mostDigits
    ? { kind: "too-many-digits", text, limit: mostDigits }
    : undefined;
}

const outside = (value: bigint, minimum: string | undefined, maximum: string | undefined): boolean =>
  (minimum !== undefined && value < BigInt(minimum)) || (maximum !== undefined && value > BigInt(maximum));

function chosenValue(parameter: WrittenParameter, set: string | undefined, problems: Problem[]): bigint {
  const defaultValue = BigInt(parameter.default.text);
  if (set === undefined) return defaultValue;
  const [minimum, maximum] = [parameter.minimum?.text, parameter.maximum?.text];
  if (!numberFault(set) && !outside(BigInt(set), minimum, maximum)) return BigInt(set);
  problems.push({
    code: "parameter-value",
    name: parameter.name,
    text: set,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  });
  return defaultValue;
}

/** Names given with `--set` that no profile has. */
export function unknownParameters(
  trees: readonly IncludeTree[],
  set: ReadonlyMap<string, string>,
): readonly Problem[] {
  const known = [...new Set(trees.flatMap((tree) => [...parametersOf(tree).keys()]))].sort();
  return [...set.keys()]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const guess = nearest(name, known);
      return { code: "unknown-parameter", name, known, ...(guess && { nearest: guess }) };
    });
}
