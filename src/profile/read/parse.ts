/**
 * Profile text → `WrittenProfile`. Needs no host: keys are looked up and values checked later, where the
 * catalogue is.
 */
import { failed, ok, type PartlyChecked, type Place } from "../../problem.js";
import type { Written, WrittenParameter, WrittenProfile, WrittenSetting } from "../profile.js";
import { repairTree } from "./repair.js";
import { checkStructure } from "./structure.js";
import { checkText } from "./text.js";
import { type Parsed, parseYaml, pointer } from "./yaml.js";

/** What the structural schema has proved of a profile. */
type Shape = {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly kernels?: string;
  readonly include?: readonly string[];
  readonly parameters?: Readonly<
    Record<string, { default: string; minimum?: string; maximum?: string; why: string }>
  >;
  readonly settings?: Readonly<Record<string, SettingShape>>;
};
type SettingShape =
  | "unset"
  | {
      readonly value?: string;
      readonly at_least?: string;
      readonly at_most?: string;
      readonly when?: string;
      readonly allow?: Readonly<Record<string, string>>;
      readonly why: string;
      readonly evidence?: readonly string[];
      readonly source?: readonly string[];
    };

/**
 * Parses one profile.
 * @param file the name that problems carry
 * @param text its content, decoded
 * @returns the profile as written, or every problem of its text and structure
 */
export function parseProfile(file: string, text: string): PartlyChecked<WrittenProfile> {
  const early = checkText(file, text);
  if (early.length > 0) return failed(early);
  const parsed = parseYaml(file, text);
  if (parsed.problems.some(({ code }) => code === "yaml-syntax" || code === "yaml-nesting"))
    return failed(parsed.problems);
  const problems = [...parsed.problems, ...checkStructure(parsed)];
  if (problems.length === 0) return ok(profileOf(file, parsed));
  // What is sound goes on, so that its keys and values are checked in the same run.
  return {
    ok: false,
    problems,
    warnings: [],
    partial: profileOf(file, { ...parsed, tree: repairTree(parsed.tree, file) }),
  };
}

function profileOf(file: string, parsed: Parsed): WrittenProfile {
  const shape = parsed.tree as unknown as Shape;
  const at = (...path: (string | number)[]): Place => placeIn(parsed.places, path);
  return {
    name: shape.name,
    file,
    summary: shape.summary,
    ...(shape.description !== undefined && { description: shape.description.trim() }),
    ...(shape.kernels !== undefined && { kernels: { text: shape.kernels, place: at("kernels") } }),
    include: (shape.include ?? []).map((text, index) => ({ text, place: at("include", index) })),
    parameters: Object.entries(shape.parameters ?? {}).map(([name, parameter]) =>
      parameterOf(name, parameter, parsed),
    ),
    settings: Object.entries(shape.settings ?? {}).map(([key, setting]) => settingOf(key, setting, parsed)),
  };
}

/**
 * The place of a part, or, where a repaired tree has made that part up, of what holds it; the whole document
 * has always one.
 */
const placeIn = (places: ReadonlyMap<string, Place>, path: readonly (string | number)[]): Place =>
  places.get(path.reduce<string>(pointer, "")) ?? placeIn(places, path.slice(0, -1));

function written(parsed: Parsed, text: string | undefined, ...path: string[]): Written | undefined {
  return text === undefined ? undefined : { text, place: placeIn(parsed.places, path) };
}

/** Leaves out what is undefined, as exact optional properties ask. */
function present<T extends object>(fields: { [Name in keyof T]: T[Name] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function parameterOf(
  name: string,
  shape: NonNullable<Shape["parameters"]>[string],
  parsed: Parsed,
): WrittenParameter {
  const path = ["parameters", name] as const;
  return {
    name,
    default: { text: shape.default, place: placeIn(parsed.places, [...path, "default"]) },
    ...present<{ minimum: Written; maximum: Written }>({
      minimum: written(parsed, shape.minimum, ...path, "minimum"),
      maximum: written(parsed, shape.maximum, ...path, "maximum"),
    }),
    why: shape.why.trim(),
    place: placeIn(parsed.keyPlaces, path),
  };
}

const oneSpaced = (text: string): string => text.replace(/\s+/g, " ").trim();

function settingOf(text: string, shape: SettingShape, parsed: Parsed): WrittenSetting {
  const key = { text, place: placeIn(parsed.keyPlaces, ["settings", text]) };
  if (shape === "unset") return { key, unset: true, allow: [], why: "", evidence: [], source: [] };
  const field = (name: "value" | "at_least" | "at_most" | "when"): Written | undefined =>
    written(parsed, shape[name], "settings", text, name);
  return {
    key,
    ...present<{ value: Written; atLeast: Written; atMost: Written; when: Written }>({
      value: field("value"),
      atLeast: field("at_least"),
      atMost: field("at_most"),
      when: field("when"),
    }),
    allow: Object.entries(shape.allow ?? {}).map(([id, why]) => ({
      id: { text: id, place: placeIn(parsed.keyPlaces, ["settings", text, "allow", id]) },
      why: oneSpaced(why),
    })),
    why: oneSpaced(shape.why),
    evidence: shape.evidence ?? [],
    source: shape.source ?? [],
  };
}
