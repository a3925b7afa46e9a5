/**
 * Holds a parsed profile against the structural schema, and turns what ajv finds into problems with a place.
 */
import { nearest } from "../../catalogue/catalogue.js";
import { validateProfile } from "../../generated/validate-profile.js";
import type { BadStructure, Place, Problem } from "../../problem.js";
import { type Parsed, pointer } from "./yaml.js";

type SchemaError = {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  /** For an error about a name in a map. */
  readonly propertyName?: string;
};

type Part = "profile" | "parameter" | "setting";

const fields: Readonly<Record<Part, readonly string[]>> = {
  profile: ["name", "summary", "description", "kernels", "include", "parameters", "settings"],
  parameter: ["default", "minimum", "maximum", "why"],
  setting: ["value", "at_least", "at_most", "when", "allow", "why", "evidence", "source"],
};

/** More than anyone reads; a hostile file could have a million. */
const mostErrors = 500;

export function checkStructure(parsed: Parsed): readonly Problem[] {
  if (validateProfile(parsed.tree)) return [];
  // `if` only repeats what its branches said, `propertyNames` what the pattern of the name said.
  const errors = ((validateProfile.errors ?? []) as SchemaError[])
    .slice(0, mostErrors)
    .filter(({ keyword }) => keyword !== "if" && keyword !== "propertyNames");
  return errors.filter((error) => !isEcho(error, errors)).map((error) => problemOf(error, parsed));
}

const valueFields = ["value", "at_least", "at_most"];

/**
 * A setting without a value is reported once: not by each branch of `anyOf`, and not where a misspelled field
 * is its value.
 */
function isEcho(error: SchemaError, all: readonly SchemaError[]): boolean {
  const beside = all.filter((other) => other.instancePath === error.instancePath);
  if (error.keyword === "required" && valueFields.includes(String(error.params["missingProperty"])))
    return beside.some((other) => other.keyword === "anyOf");
  const misspelled = (other: SchemaError): boolean =>
    other.keyword === "additionalProperties" &&
    valueFields.includes(nearest(String(other.params["additionalProperty"]), fields.setting) ?? "");
  return error.keyword === "anyOf" && beside.some(misspelled);
}

function problemOf(error: SchemaError, parsed: Parsed): Problem {
  const path = error.instancePath;
  const place = placeOf(path, parsed);
  if (error.keyword === "additionalProperties")
    return unknownField(path, String(error.params["additionalProperty"]), parsed);
  if (error.keyword === "const" && /^\/settings\/[^/]+$/.test(path))
    return { code: "missing-why", key: nameAt(path), text: textAt(path, parsed), place };
  if (error.propertyName !== undefined) return badName(path, error.propertyName, parsed);
  return {
    code: "profile-structure",
    part: parts(path),
    fault: faultOf(error),
    place: parsed.keyPlaces.get(path) ?? place,
  };
}

const badName = (path: string, name: string, parsed: Parsed): Problem => ({
  code: "bad-parameter",
  name,
  fault: { kind: "bad-name" },
  place: parsed.keyPlaces.get(pointer(path, name)) ?? placeOf(path, parsed),
});

const partAt = (path: string): Part =>
  path.startsWith("/settings/") ? "setting" : path.startsWith("/parameters/") ? "parameter" : "profile";

function unknownField(path: string, field: string, parsed: Parsed): Problem {
  const part = partAt(path);
  const child = pointer(path, field);
  const guess = nearest(field, fields[part]);
  return {
    code: "unknown-field",
    field,
    part,
    ...(guess && { nearest: guess }),
    place: parsed.keyPlaces.get(child) ?? placeOf(path, parsed),
  };
}

function faultOf(error: SchemaError): BadStructure {
  switch (error.keyword) {
    case "required":
      return { kind: "missing-field", field: String(error.params["missingProperty"]) };
    case "anyOf":
      return { kind: "no-value" };
    case "not":
      return { kind: "value-and-bounds" };
    case "type":
      return typeFault(String(error.params["type"])) ?? schemaFault(error);
    case "minLength":
    case "minProperties":
    case "minItems":
      return { kind: "empty" };
    case "pattern":
      return error.params["pattern"] === "\\S" ? { kind: "empty" } : schemaFault(error);
    default:
      return schemaFault(error);
  }
}

const schemaFault = (error: SchemaError): BadStructure => ({
  kind: "schema",
  detail: error.message ?? error.keyword,
});

const types: Readonly<Record<string, "map" | "list" | "text" | "text-or-number">> = {
  object: "map",
  array: "list",
  string: "text",
  "string,integer": "text-or-number",
};

function typeFault(type: string): BadStructure | undefined {
  const expected = types[type];
  return expected && { kind: "wrong-type", expected };
}

const parts = (path: string): string[] =>
  path
    .split("/")
    .slice(1)
    .map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));

const nameAt = (path: string): string => parts(path).at(-1) ?? "";

function placeOf(path: string, parsed: Parsed): Place {
  const found = parsed.places.get(path) ?? parsed.places.get("");
  return found ?? { file: "", line: 1, column: 1, length: 1 };
}

function textAt(path: string, parsed: Parsed): string {
  let tree: unknown = parsed.tree;
  for (const part of parts(path))
    tree = typeof tree === "object" && tree !== null ? Reflect.get(tree, part) : undefined;
  return typeof tree === "string" ? tree : JSON.stringify(tree);
}
