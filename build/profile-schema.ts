/**
 * The schema of a profile: its structure for the program, and with every tunable of the catalogue for
 * editors.
 */
import { erasOf } from "../src/catalogue/accepted.js";
import type { Limit, Tunable } from "../src/catalogue/tunable.js";

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
    allow: {
      type: "object",
      minProperties: 1,
      additionalProperties: text,
      description:
        "Findings that are known and meant: the id of a warning or a relation, such as unusual-value, and why.",
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
    kernels: {
      ...text,
      description: "The kernels it is meant for: >=5.10, or >=5.4 <6.9. Left out: 4.18 and later.",
    },
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

/** With every tunable that a profile may set, one a line: its summary, and its kind of value by name. */
export function profileSchema(catalogue: readonly Tunable[]): Schema {
  const usable = catalogue.filter(
    (tunable) => !tunable.removed && !tunable.secret && (tunable.access ?? "read-write") === "read-write",
  );
  const exact = usable.filter((tunable) => !tunable.key.includes("*"));
  const patterns = usable.filter((tunable) => tunable.key.includes("*"));
  const kinds = new Map(usable.map((tunable) => [kindOf(tunable), settingOf(tunable)]));
  return {
    $schema: profileStructure["$schema"],
    $id: "https://tunectl.dev/schema/profile.schema.json",
    $comment: "Computed from schema/tunables/ by `npm run schemas`; do not edit.",
    ...profileStructure,
    properties: {
      ...(profileStructure["properties"] as Schema),
      settings: {
        type: "object",
        description: "Each tunable wanted, by its sysctl(8) name; `tunectl explain NAME` says more of it.",
        properties: Object.fromEntries(exact.map((tunable) => [tunable.key, entry(tunable)])),
        patternProperties: Object.fromEntries(
          patterns.map((tunable) => [patternOf(tunable.key), entry(tunable)]),
        ),
        additionalProperties: false,
      },
    },
    definitions: {
      setting,
      settingOrUnset: settingOrUnset({ $ref: "#/definitions/setting" }),
      ...Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

const patternOf = (key: string): string => `^${key.replace(/\./g, "\\.").replace("*", "[^.]+")}$`;

// Beside a `$ref`, the draft has every other keyword ignored.
const entry = (tunable: Tunable): Schema => ({
  description: `${tunable.summary}.`,
  allOf: [{ $ref: `#/definitions/${kindOf(tunable)}` }],
});

const settingOf = (tunable: Tunable): Schema => ({
  allOf: [{ $ref: "#/definitions/settingOrUnset" }],
  properties: { value: { anyOf: [...literals(tunable), { type: "string", pattern: "\\$\\{" }] } },
});

/** Tunables with one name have the same values. */
function kindOf(tunable: Tunable): string {
  const { type, values = {} } = tunable;
  const range = rangeName(tunable);
  if (type === "enumeration") return `one-of-${[...Object.keys(values), range].filter(Boolean).join("-")}`;
  if (type === "boolean")
    return range === "from-0-to-1" ? "boolean" : ["boolean", range].filter(Boolean).join("-");
  if (type !== "integer") return type.endsWith("-list") ? "list" : "text";
  return ["integer", range].filter(Boolean).join("-");
}

function rangeName(tunable: Tunable): string {
  const { minimum, maximum } = widestRange(tunable);
  return [minimum !== undefined && `from-${minimum}`, maximum !== undefined && `to-${maximum}`]
    .filter(Boolean)
    .join("-");
}

/** What an editor can hold a literal value against. */
function literals(tunable: Tunable): readonly Schema[] {
  const { type, values = {}, accepts } = tunable;
  const members = type === "boolean" ? ["0", "1"] : Object.keys(values);
  const range = { type: "integer", ...widestRange(tunable) };
  if (type === "boolean" || type === "enumeration")
    return [
      { enum: members.flatMap((member) => (/^-?\d+$/.test(member) ? [Number(member), member] : [member])) },
      // What the kernel takes besides is a matter for a warning, with its reason.
      ...(accepts ? [range, { type: "string", pattern: "^-?\\d+$" }] : []),
    ];
  if (type === "integer") return [range, { type: "string", pattern: "^-?\\d+$" }];
  if (type.endsWith("-list"))
    return [
      { type: "integer", minimum: 0 },
      { type: "string", pattern: "^[0-9,:/-]*$" },
    ];
  return [scalar];
}

type Bounds = { minimum?: number; maximum?: number };

/** What some kernel takes, as far as it is a number that JSON can say exactly. */
function widestRange(tunable: Tunable): Bounds {
  const eras = erasOf(tunable);
  const [least, most] = [
    eras.map(({ minimum }) => sayable(minimum)),
    eras.map(({ maximum }) => sayable(maximum)),
  ];
  const known = (numbers: readonly (number | undefined)[]): readonly number[] | undefined =>
    numbers.length === 0 || numbers.includes(undefined) ? undefined : (numbers as readonly number[]);
  const [lows, highs] = [known(least), known(most)];
  return { ...(lows && { minimum: Math.min(...lows) }), ...(highs && { maximum: Math.max(...highs) }) };
}

/** Only what a JSON number can say exactly. */
const sayable = (limit: Limit | undefined): number | undefined =>
  typeof limit === "string" && /^-?\d+$/.test(limit) && Number.isSafeInteger(Number(limit))
    ? Number(limit)
    : undefined;

const widest = 400;

/** As JSON in which whatever fits is on one line, so that a change of one tunable is a change of one line. */
export function printed(value: unknown, indent = ""): string {
  const line = JSON.stringify(value, null, 1).replace(/\n */g, " ");
  if (typeof value !== "object" || value === null || line.length <= widest) return line;
  const deeper = `${indent}  `;
  const [open, close, items] = Array.isArray(value)
    ? ["[", "]", value.map((item) => printed(item, deeper))]
    : [
        "{",
        "}",
        Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${printed(item, deeper)}`),
      ];
  return `${open}\n${items.map((item) => deeper + item).join(",\n")}\n${indent}${close}`;
}
