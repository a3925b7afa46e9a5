/** `tunectl explain KEY|WORD…`: the catalogue. */
import { type Catalogue, findTunable, nearestKey, searchTunables } from "../../catalogue/catalogue.js";
import { isPattern, type Key, parseKey } from "../../catalogue/key.js";
import { isSecret } from "../../catalogue/secret.js";
import { shippedCatalogue } from "../../catalogue/shipped.js";
import type { Tunable } from "../../catalogue/tunable.js";
import { procfs } from "../../kernel/procfs.js";
import { understood } from "../../plan/reading.js";
import { explainList, explainText } from "../../render/explain.js";
import { jsonText } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { readingWords } from "../../render/plan-words.js";
import { type Exit, exit } from "../exit.js";
import { fail } from "../report.js";
import type { World } from "../world.js";

export type ExplainOptions = { readonly format: "text" | "json"; readonly all?: boolean };

export async function explain(
  world: World,
  words: readonly string[],
  options: ExplainOptions,
): Promise<Exit> {
  const catalogue = shippedCatalogue();
  const found = options.all ? catalogue.all : foundFor(catalogue, words);
  if (found.length === 0) return notFound(world, catalogue, words, options);
  const only = found.length === 1 ? found[0] : undefined;
  const colours = paint(world.colour.out);
  if (options.format === "json") world.out(jsonText({ ok: true, tunables: found }));
  else if (only) world.out(explainText(only, colours, liveWords(catalogue, only, words)));
  else
    world.out(
      `${explainList(found, colours)}${found.length} tunables; \`tunectl explain KEY\` tells all of one.\n`,
    );
  return exit.done;
}

function foundFor(catalogue: Catalogue, words: readonly string[]): readonly Tunable[] {
  if (words.length === 0) return [];
  const exact = words.map((word) => parseKey(word)).map((key) => key && findTunable(catalogue, key));
  if (exact.every((tunable) => tunable !== undefined)) return exact;
  return searchTunables(catalogue, words);
}

function notFound(
  world: World,
  catalogue: Catalogue,
  words: readonly string[],
  options: ExplainOptions,
): Exit {
  if (words.length === 0)
    return fail(
      world,
      [{ code: "usage", message: "Give a key or a word, such as `tunectl explain somaxconn`, or --all." }],
      [],
      options,
    );
  const nearest = nearestKey(catalogue, words.join(" "));
  const hint = nearest === undefined ? "" : ` Did you mean \`${nearest}\`?`;
  return fail(
    world,
    [{ code: "usage", message: `Nothing in the catalogue speaks of \`${words.join(" ")}\`.${hint}` }],
    [],
    options,
  );
}

/** What this host reads, for a key that was asked for by name; nothing where there is no such file. */
function liveWords(catalogue: Catalogue, tunable: Tunable, words: readonly string[]): string | undefined {
  const asked = parseKey(words[0] ?? "");
  const key = asked && findTunable(catalogue, asked) === tunable ? asked : (tunable.key as Key);
  if (isPattern(key) || isSecret(key)) return undefined;
  const reading = understood(catalogue, key, procfs().read(key));
  return reading.status === "missing" ? undefined : readingWords(reading);
}
