/**
 * Reads `schema/tunables/*.yaml`, holds each file against `schema/tunable.schema.json`, and returns the
 * entries by key.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { LineCounter, type Node, parse, parseDocument } from "yaml";

type Entry = { readonly key: string };

export function readCatalogue(folder: string): readonly Entry[] {
  const check = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false }).compile(
    JSON.parse(readFileSync(join(folder, "tunable.schema.json"), "utf8")),
  );
  const tunables = join(folder, "tunables");
  const entries = new Map<string, Entry>();
  const faults: string[] = [];
  for (const name of readdirSync(tunables).sort()) {
    // Every scalar is text: a 64-bit number must survive byte for byte, and `1e4` must stay what was written.
    const text = readFileSync(join(tunables, name), "utf8");
    const list = parse(text, { schema: "failsafe", maxAliasCount: 0 });
    const typed = JSON.parse(JSON.stringify(list), (_, value) => (value === "true" ? true : value));
    if (!check(typed)) {
      const lineOf = lineFinder(text);
      for (const { instancePath, message, params } of check.errors ?? [])
        faults.push(
          `${join(tunables, name)}:${lineOf(instancePath)}: ${keyAt(typed, instancePath)}: ${instancePath.replace(/^\/\d+\/?/, "")} ${message} ${JSON.stringify(params)}`,
        );
    }
    for (const entry of typed as Entry[]) {
      if (entries.has(entry.key)) faults.push(`${name}: ${entry.key} is in the catalogue twice`);
      entries.set(entry.key, entry);
    }
  }
  if (faults.length > 0) throw new Error(`The catalogue is not valid:\n${faults.join("\n")}`);
  return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Only for what is wrong: parsed again, with places. */
function lineFinder(text: string): (path: string) => number {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines });
  return (path) => {
    const steps = path
      .split("/")
      .slice(1)
      .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const node = document.getIn(steps, true) as Node | undefined;
    return lines.linePos(node?.range?.[0] ?? 0).line;
  };
}

function keyAt(list: readonly Entry[], path: string): string {
  return list[Number(path.split("/")[1])]?.key ?? "?";
}

if (process.argv[1]?.endsWith("catalogue.ts"))
  console.log(`${readCatalogue("schema").length} tunables, all valid`);
