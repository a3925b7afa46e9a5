/** Numbers that the operator supplies: the profile's default, or `--set name=value`. */
import { nearest } from "../catalogue/catalogue.js";
import type { Problem } from "../problem.js";
import type { Family } from "./load.js";
import type { WrittenParameter } from "./profile.js";

const wholeNumber = /^-?(0|[1-9][0-9]*)$/;

/** All parameters of a family; a child's definition replaces a parent's of the same name. */
export function parametersOf(family: Family): ReadonlyMap<string, WrittenParameter> {
  const all = new Map<string, WrittenParameter>();
  for (const parent of family.parents) for (const [name, parameter] of parametersOf(parent)) all.set(name, parameter);
  for (const parameter of family.profile.parameters) all.set(parameter.name, parameter);
  return all;
}

/** Their values, with what the operator set; problems with a definition or a number go to `problems`. */
export function parameterValues(
  parameters: ReadonlyMap<string, WrittenParameter>,
  set: ReadonlyMap<string, string>,
  problems: Problem[],
): ReadonlyMap<string, bigint> {
  const values = new Map<string, bigint>();
  for (const [name, parameter] of parameters) {
    const definition = definitionProblem(parameter);
    if (definition) problems.push(definition);
    else values.set(name, chosenValue(parameter, set.get(name), problems));
  }
  return values;
}

function definitionProblem(parameter: WrittenParameter): Problem | undefined {
  const { name, minimum, maximum } = parameter;
  for (const written of [parameter.default, minimum, maximum])
    if (written && !wholeNumber.test(written.text))
      return { code: "bad-parameter", name, message: `\`${written.text}\` is not a whole number`, place: written.place };
  if (["host", "max", "min", "true", "false", "null", "in"].includes(name))
    return { code: "bad-parameter", name, message: "the name is taken by the expression language", place: parameter.place };
  if (outside(BigInt(parameter.default.text), minimum?.text, maximum?.text))
    return {
      code: "bad-parameter",
      name,
      message: "the default lies outside the parameter's own bounds",
      place: parameter.default.place,
    };
  return undefined;
}

const outside = (value: bigint, minimum: string | undefined, maximum: string | undefined): boolean =>
  (minimum !== undefined && value < BigInt(minimum)) || (maximum !== undefined && value > BigInt(maximum));

function chosenValue(parameter: WrittenParameter, set: string | undefined, problems: Problem[]): bigint {
  const standard = BigInt(parameter.default.text);
  if (set === undefined) return standard;
  const [minimum, maximum] = [parameter.minimum?.text, parameter.maximum?.text];
  if (wholeNumber.test(set) && !outside(BigInt(set), minimum, maximum)) return BigInt(set);
  problems.push({
    code: "parameter-value",
    name: parameter.name,
    text: set,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  });
  return standard;
}

/** Names given with `--set` that no profile has. */
export function unknownParameters(families: readonly Family[], set: ReadonlyMap<string, string>): readonly Problem[] {
  const known = [...new Set(families.flatMap((family) => [...parametersOf(family).keys()]))].sort();
  return [...set.keys()]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const guess = nearest(name, known);
      return { code: "unknown-parameter", name, known, ...(guess && { nearest: guess }) };
    });
}
