/** The schema of a profile: its structure for the program, and with every tunable of the catalogue for editors. */
import type { Tunable } from "../src/catalogue/tunable.js";

type Schema = Record<string, unknown>;

const text: Schema = { type: "string", pattern: "\\S" };
/** The program reads every scalar as text; an editor sees `16384` as a number. */
const scalar: Schema = { type: ["string", "integer"] };
const texts: Schema = { type: "array", items: text };

const setting: Schema = {
  type: "object",
  additionalProperties: false,
  required: ["why"],
  properties: {
    value: {
      ...scalar,
      description: "The one value wanted: a number, numbers one space apart, a word, or ${…}.",
    },
    at_least: { ...scalar, description: "A lower bound: what the kernel already has is never lowered." },
    at_most: { ...scalar, description: "An upper bound: what the kernel already has is never raised." },
    when: {
      type: "string",
      description: "One ${…} that must hold on the host, such as ${'nf_conntrack' in host.modules}.",
    },
    why: {
      ...text,
      description:
        "What happens without it, and what it costs. Becomes the comment above the line in the drop-in.",
    },
    evidence: { ...texts, description: "The counters that show whether it matters on a host." },
    source: { ...texts, description: "Where it is said." },
  },
  anyOf: [{ required: ["value"] }, { required: ["at_least"] }, { required: ["at_most"] }],
  not: { required: ["value"], anyOf: [{ required: ["at_least"] }, { required: ["at_most"] }] },
};

const settingOrUnset = (reference: Schema): Schema => ({
  if: { type: "object" },
  then: reference,
  else: { const: "unset" },
});

/** The structure alone; keys and values are weighed by the program, which knows their places. */
export const profileStructure: Schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "A tunectl profile",
  type: "object",
  additionalProperties: false,
  required: ["name", "summary"],
  properties: {
    name: {
      type: "string",
      pattern: "^[a-z0-9][a-z0-9._-]{0,63}$",
      description: "What the profile is called; by convention the file's name without .yaml.",
    },
    summary: { ...text, description: "For whom it is, in one sentence." },
    description: { ...text, description: "What it assumes, and what it leaves out on purpose." },
    include: { type: "array", items: text, description: "Profiles whose settings this one starts from." },
    parameters: {
      type: "object",
      description: "Numbers that the operator supplies with --set.",
      propertyNames: { pattern: "^[A-Za-z_][A-Za-z0-9_]*$" },
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        required: ["default", "why"],
        properties: { default: scalar, minimum: scalar, maximum: scalar, why: text },
      },
    },
    settings: { type: "object", additionalProperties: settingOrUnset({ $ref: "#/definitions/setting" }) },
  },
  definitions: { setting },
};

/** With a completion, a description and the values of every tunable that a profile may set. */
export function profileSchema(catalogue: readonly Tunable[]): Schema {
  const usable = catalogue.filter(
    (tunable) => !tunable.removed && !tunable.secret && (tunable.access ?? "read-write") === "read-write",
  );
  const exact = usable.filter((tunable) => !tunable.key.includes("*"));
  const patterns = usable.filter((tunable) => tunable.key.includes("*"));
  return {
    ...profileStructure,
    $comment: "Computed from schema/tunables/ by `npm run schemas`; do not edit.",
    properties: {
      ...(profileStructure["properties"] as Schema),
      settings: {
        type: "object",
        description: "Each tunable wanted, by its sysctl(8) name.",
        properties: Object.fromEntries(exact.map((tunable) => [tunable.key, entry(tunable)])),
        patternProperties: Object.fromEntries(
          patterns.map((tunable) => [patternOf(tunable.key), entry(tunable)]),
        ),
        additionalProperties: false,
      },
    },
  };
}

const patternOf = (key: string): string => `^${key.replace(/\./g, "\\.").replace("*", "[^.]+")}$`;

function entry(tunable: Tunable): Schema {
  const details = [
    tunable.meaning,
    tunable.danger && `Danger: ${tunable.danger}`,
    tunable.mistaken_for && `Mistaken: ${tunable.mistaken_for}`,
  ].filter(Boolean);
  return {
    description: [`${tunable.summary}.`, ...details].join("\n\n"),
    ...settingOrUnset({
      allOf: [{ $ref: "#/definitions/setting" }, { properties: { value: valueSchema(tunable) } }],
    }),
  };
}

/** What an editor can hold a literal value against; an expression always passes. */
function valueSchema(tunable: Tunable): Schema {
  const expression: Schema = { type: "string", pattern: "\\$\\{" };
  const members =
    tunable.type === "boolean"
      ? ["0", "1"]
      : tunable.type === "enumeration"
        ? Object.keys(tunable.values ?? {})
        : undefined;
  if (members)
    return {
      anyOf: [
        { enum: members.flatMap((member) => (/^-?\d+$/.test(member) ? [Number(member), member] : [member])) },
        expression,
      ],
    };
  if (tunable.type === "integer")
    return {
      anyOf: [
        { type: "integer", ...bound("minimum", tunable.minimum), ...bound("maximum", tunable.maximum) },
        { type: "string", pattern: "^-?\\d+$" },
        expression,
      ],
    };
  if (tunable.type.endsWith("-list"))
    return {
      anyOf: [{ type: "integer", minimum: 0 }, { type: "string", pattern: "^[0-9,:/-]*$" }, expression],
    };
  return { type: ["string", "integer"] };
}

/** Only what a JSON number can say exactly. */
const bound = (name: string, value: string | undefined): Schema =>
  value !== undefined && Number.isSafeInteger(Number(value)) ? { [name]: Number(value) } : {};
