/**
 * Reads `schema/relations.yaml` and the guards of the catalogue, holds them against their schema and the
 * catalogue, and prints them as code. What is wrong is told with file and line.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Tunable } from "../src/catalogue/tunable.js";
import { celToJs, type NameType } from "./cel-to-js.js";

type Written = {
  readonly id: string;
  readonly summary: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly when?: string;
  readonly holds: string;
  readonly kernels?: string;
  readonly severity: string;
  readonly message: string;
  readonly way_out: string;
  readonly source: readonly string[];
};

const numeric = new Set(["integer", "boolean", "bitmask", "vector"]);

/**
 * @param folder holds `relations.yaml` and `relation.schema.json`
 * @returns the relations as the text of a JavaScript array
 */
export function compiledRelations(catalogue: readonly Tunable[], folder = "schema"): string {
  const file = join(folder, "relations.yaml");
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), {
    schema: "failsafe",
    lineCounter: lines,
    strict: true,
  });
  const placeOf = (node: unknown): string =>
    `${file}:${lines.linePos((node as Node | undefined)?.range?.[0] ?? 0).line}`;
  const faults = document.errors.map(
    ({ message, pos }) => `${file}:${lines.linePos(pos[0]).line}: ${message}`,
  );
  const nodes = isSeq(document.contents) ? document.contents.items : [];
  const written = (document.toJS() ?? []) as readonly Written[];
  faults.push(...schemaFaults(folder, written, nodes, placeOf));
  const byKey = new Map(catalogue.map((tunable) => [tunable.key, tunable]));
  const ids = new Set<string>();
  const printed =
    faults.length > 0
      ? []
      : written.map((relation, at) => {
          const fail = (field: string, what: string): void => {
            const node = nodes[at];
            faults.push(
              `${placeOf(isMap(node) ? (node.get(field, true) ?? node) : node)}: ${relation.id}: ${what}`,
            );
          };
          if (ids.has(relation.id)) fail("id", "there are two of this id");
          ids.add(relation.id);
          return compiled(relation, byKey, fail);
        });
  if (faults.length > 0) throw new Error(`The relations are not valid:\n${faults.join("\n")}`);
  return `[\n${printed.join(",\n")}\n]`;
}

function schemaFaults(
  folder: string,
  written: unknown,
  nodes: readonly unknown[],
  placeOf: (node: unknown) => string,
): readonly string[] {
  const check = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false }).compile(
    JSON.parse(readFileSync(join(folder, "relation.schema.json"), "utf8")),
  );
  if (check(written)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${placeOf(nodes[Number(instancePath.split("/")[1])])}: ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

type Fail = (field: string, what: string) => void;

function compiled(relation: Written, catalogue: ReadonlyMap<string, Tunable>, fail: Fail): string {
  const keys = Object.entries(relation.keys).map(([name, text]) => ({ name, ...keyOf(text) }));
  const names = new Map<string, NameType>();
  for (const { name, key, field } of keys) {
    const tunable =
      catalogue.get(key) ?? catalogue.get(key.replace(/^(net\.\w+\.(?:conf|neigh)\.)[^.]+/, "$1*"));
    if (!tunable) fail("keys", `${key} is not in the catalogue`);
    else if ((tunable.type === "vector") !== (field !== undefined))
      fail("keys", `${name}: name a field of a vector, and only of one: ${key}`);
    else names.set(name, typeOf(tunable));
  }
  for (const name of relation.message.matchAll(/\$\{([^}]*)\}/g))
    if (name[1] !== "interfaces" && !names.has(name[1] ?? "")) fail("message", `there is no \${${name[1]}}`);
  const code = (field: "when" | "holds"): string => {
    const source = relation[field];
    if (source === undefined) return "undefined";
    try {
      return celToJs(source, names);
    } catch (error) {
      fail(field, error instanceof Error ? error.message : String(error));
      return "undefined";
    }
  };
  const data = {
    id: relation.id,
    summary: relation.summary,
    severity: relation.severity,
    ...(relation.kernels !== undefined && { kernels: relation.kernels }),
    message: relation.message,
    way_out: relation.way_out,
    source: relation.source,
    keys: Object.fromEntries(
      keys.map(({ name, key, field }) => [
        name,
        { key, ...(field !== undefined && { field }), ...(names.get(name) === "string" && { text: true }) },
      ]),
    ),
  };
  const when = relation.when === undefined ? "" : `, when: ${code("when")}`;
  return `{ ...${JSON.stringify(data)}${when}, holds: ${code("holds")} }`;
}

function keyOf(text: string): { readonly key: string; readonly field?: number } {
  const [, key = text, field] = /^(.*)\[(\d+)\]$/.exec(text) ?? [];
  return { key, ...(field !== undefined && { field: Number(field) }) };
}

const isNumeric = ({ type, values = {} }: Tunable): boolean =>
  numeric.has(type) ||
  (type === "enumeration" && Object.keys(values).every((member) => /^-?\d+$/.test(member)));

const typeOf = (tunable: Tunable): NameType => (isNumeric(tunable) ? "int" : "string");

/** @returns the conditions of guards by key, as the text of a JavaScript object */
export function compiledGuards(catalogue: readonly Tunable[]): string {
  const faults: string[] = [];
  const entries = catalogue.flatMap((tunable) => {
    const { key, guard_when: source } = tunable;
    if (source === undefined) return [];
    const names = new Map<string, NameType>([
      ["value", typeOf(tunable)],
      ["fields", "list<int>"],
    ]);
    try {
      return [`${JSON.stringify(key)}: ${celToJs(source, names)}`];
    } catch (error) {
      faults.push(`${key}: guard_when: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
  if (faults.length > 0) throw new Error(`The catalogue is not valid:\n${faults.join("\n")}`);
  return `{\n${entries.join(",\n")}\n}`;
}
