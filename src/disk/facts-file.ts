/** Reads a captured facts file. */
import { type CapturedFacts, factsFromFile } from "../format/facts-file.js";
import { parseJson } from "../format/stored.js";
import { type Checked, failed, ok } from "../problem.js";
import { readTextFile } from "./text-file.js";

const largestFacts = 64 * 1_048_576;

/** @param shown the path as the user gave it, for messages */
export function readFactsFile(path: string, shown: string): Checked<CapturedFacts> {
  const text = readTextFile(path, largestFacts);
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  const facts = parsed.ok ? factsFromFile(parsed.value) : parsed;
  return facts.ok ? ok(facts.value) : failed([{ code: "facts-invalid", file: shown, fault: facts.fault }]);
}
