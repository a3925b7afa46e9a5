/** Holds a parsed profile against the structural schema, and turns what ajv finds into problems with a place. */
import { nearest } from "../catalogue/catalogue.js";
import { validateProfile } from "../generated/validate-profile.js";
import type { Place, Problem } from "../problem.js";
import { type Parsed, pointer } from "./yaml.js";

type SchemaError = {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly parentSchema?: unknown;
};

const fields: Readonly<Record<string, readonly string[]>> = {
  profile: ["name", "summary", "description", "include", "parameters", "settings"],
  parameter: ["default", "minimum", "maximum", "why"],
  setting: ["value", "at_least", "at_most", "when", "why", "evidence", "source"],
};

export function checkStructure(parsed: Parsed): readonly Problem[] {
  if (validateProfile(parsed.tree)) return [];
  // `if` only repeats what its branches said.
  const errors = ((validateProfile.errors ?? []) as SchemaError[]).filter((error) => error.keyword !== "if");
  return errors.filter((error) => !isEcho(error, errors)).map((error) => problemOf(error, parsed));
}

/** An `anyOf` is told once: by itself, not by each branch that failed. */
const isEcho = (error: SchemaError, all: readonly SchemaError[]): boolean =>
  error.keyword === "required" &&
  ["value", "at_least", "at_most"].includes(String(error.params["missingProperty"])) &&
  all.some((other) => other.keyword === "anyOf" && other.instancePath === error.instancePath);

function problemOf(error: SchemaError, parsed: Parsed): Problem {
  const path = error.instancePath;
  const place = placeOf(path, parsed);
  if (error.keyword === "additionalProperties") return unknownField(path, String(error.params["additionalProperty"]), parsed);
  if (error.keyword === "const" && /^\/settings\/[^/]+$/.test(path))
    return { code: "bare-value", key: nameAt(path), text: textAt(path, parsed), place };
  return {
    code: "profile-structure",
    where: whereOf(path),
    message: messageOf(error),
    place: parsed.keyPlaces.get(path) ?? place,
  };
}

function unknownField(path: string, field: string, parsed: Parsed): Problem {
  const kind = path.startsWith("/settings/") ? "setting" : path.startsWith("/parameters/") ? "parameter" : "profile";
  const child = pointer(path, field);
  const guess = nearest(field, fields[kind] ?? []);
  return {
    code: "unknown-field",
    field,
    ...(guess && { nearest: guess }),
    place: parsed.keyPlaces.get(child) ?? placeOf(path, parsed),
  };
}

function messageOf(error: SchemaError): string {
  switch (error.keyword) {
    case "required":
      return `lacks \`${String(error.params["missingProperty"])}\``;
    case "anyOf":
      return "needs `value`, `at_least` or `at_most`";
    case "not":
      return "has `value` beside `at_least` or `at_most`: give one value, or bounds";
    case "type":
      return `must be ${kindWords[String(error.params["type"])] ?? String(error.params["type"])}`;
    case "minLength":
    case "minProperties":
    case "minItems":
      return "must not be empty";
    default:
      return error.message ?? error.keyword;
  }
}

const kindWords: Readonly<Record<string, string>> = {
  object: "a map",
  array: "a list",
  string: "text",
  "string,integer": "text or a whole number",
};

const parts = (path: string): string[] =>
  path
    .split("/")
    .slice(1)
    .map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));

const nameAt = (path: string): string => parts(path).at(-1) ?? "";

const whereOf = (path: string): string =>
  path === ""
    ? "the profile"
    : `\`${parts(path)
        .slice(-2)
        .join(": ")
        .replace(/^settings: /, "")}\``;

function placeOf(path: string, parsed: Parsed): Place {
  const found = parsed.places.get(path) ?? parsed.places.get("");
  return found ?? { file: "", line: 1, column: 1, length: 1 };
}

function textAt(path: string, parsed: Parsed): string {
  let tree: unknown = parsed.tree;
  for (const part of parts(path)) tree = typeof tree === "object" && tree !== null ? Reflect.get(tree, part) : undefined;
  return typeof tree === "string" ? tree : JSON.stringify(tree);
}
