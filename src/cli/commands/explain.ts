/** `tunectl explain KEY|WORD…`: the catalogue. */
import { type Catalogue, findTunable, nearestKey, searchTunables } from "../../catalogue/catalogue.js";
import { isPattern, type Key, parseKey } from "../../catalogue/key.js";
import { interpretReading } from "../../catalogue/reading.js";
import { isSecret } from "../../catalogue/secret.js";
import { shippedCatalogue } from "../../catalogue/shipped.js";
import type { Tunable } from "../../catalogue/tunable.js";
import { procfs } from "../../kernel/procfs.js";
import { explainList, explainText } from "../../render/explain.js";
import { jsonText, tunableJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { readingWords } from "../../render/plan-words.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import type { ProcessContext } from "../process-context.js";
import { fail } from "../report.js";

export type ExplainOptions = { readonly format: "text" | "json"; readonly all?: boolean };

export async function explain(
  context: ProcessContext,
  words: readonly string[],
  options: ExplainOptions,
): Promise<ExitCode> {
  const catalogue = shippedCatalogue();
  const found = options.all ? catalogue.all : foundFor(catalogue, words);
  if (found.length === 0) return notFound(context, catalogue, words, options);
  const only = found.length === 1 ? found[0] : undefined;
  const colours = paint(context.colour.out);
  if (options.format === "json") context.out(jsonText({ ok: true, tunables: found.map(tunableJson) }));
  else if (only) context.out(explainText(only, colours, liveWords(catalogue, only, words)));
  else
    context.out(
      `${explainList(found, colours)}${found.length} tunables; \`tunectl explain KEY\` shows one in full.\n`,
    );
  return exitCode.done;
}

function foundFor(catalogue: Catalogue, words: readonly string[]): readonly Tunable[] {
  if (words.length === 0) return [];
  const exact = words.map((word) => parseKey(word)).map((key) => key && findTunable(catalogue, key));
  if (exact.every((tunable) => tunable !== undefined)) return exact;
  return searchTunables(catalogue, words);
}

function notFound(
  context: ProcessContext,
  catalogue: Catalogue,
  words: readonly string[],
  options: ExplainOptions,
): ExitCode {
  if (words.length === 0) return fail(context, { problems: [{ code: "nothing-asked" }] }, options);
  const text = words.join(" ");
  const nearest = nearestKey(catalogue, text);
  const problem = { code: "no-match" as const, text, ...(nearest !== undefined && { nearest }) };
  return fail(context, { problems: [problem] }, options);
}

/** What this host reads, for a key that was asked for by name; nothing where there is no such file. */
function liveWords(catalogue: Catalogue, tunable: Tunable, words: readonly string[]): string | undefined {
  const asked = parseKey(words[0] ?? "");
  const key = asked && findTunable(catalogue, asked) === tunable ? asked : (tunable.key as Key);
  if (isPattern(key) || isSecret(key)) return undefined;
  const reading = interpretReading(catalogue, key, procfs().read(key));
  return reading.status === "missing" ? undefined : readingWords(reading);
}
