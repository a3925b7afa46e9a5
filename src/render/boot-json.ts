/** `boot --format json`. */
import type { BootLine } from "../boot/parse.js";
import { keyPath } from "../catalogue/key.js";
import type { ForetoldBoot } from "../operations/boot.js";
import { isError } from "../operations/boot-findings.js";
import type { OtherWrite } from "../writers/other-write.js";
import { findingJson } from "./boot-findings.js";
import { effectWords, isStanding, shownValue } from "./boot-words.js";
import { jsonText } from "./json.js";

export function bootJson(boot: ForetoldBoot): string {
  const { loader } = boot;
  return jsonText({
    ok: !boot.findings.some(isError),
    host: {
      name: boot.host.name ?? null,
      kernel: boot.host.kernel ?? null,
      facts_taken: boot.host.taken ?? null,
    },
    loader: {
      name: loader.name,
      version: loader.version ?? null,
      treated_as: boot.treatedAs,
      init: loader.init,
    },
    patterns_expanded: boot.isExpanded,
    files: boot.files.map(({ path, state, by, target, reason }) => ({
      file: path,
      state,
      by: by ?? null,
      target: target ?? null,
      reason: reason ?? null,
    })),
    earlier: boot.earlier.map(writeJson),
    assignments: assignments(boot),
    overridden: overridden(boot),
    exclusions: boot.lines.flatMap(({ line, effects }) =>
      line.kind === "exclude"
        ? effects.map(({ path }) => ({ key: path, file: line.file, line: line.line }))
        : [],
    ),
    masked: boot.files
      .filter(({ state }) => state === "masked" || state === "hidden")
      .map(({ path, state, by }) => ({ file: path, state, by: by ?? null })),
    later: boot.later.map(writeJson),
    problems: boot.findings.map((finding) => findingJson(finding, loader.name)),
  });
}

const writeJson = ({ key, value, program, file, line }: OtherWrite): object => ({
  key: keyPath(key),
  value: value === undefined ? null : shownValue(key, value),
  program,
  file: file ?? null,
  line: line ?? null,
});

const written = (path: string, { value, file, line }: BootLine): object => ({
  key: path,
  value: shownValue(path, value),
  file,
  line,
});

/** In the order of writing; what is never tried comes last. */
function assignments(boot: ForetoldBoot): readonly object[] {
  const places = placesOf(boot);
  return boot.lines
    .flatMap(({ line, effects }) =>
      effects.filter(isStanding).map((effect) => ({ line, effect, place: places(line, effect.path) })),
    )
    .sort((a, b) => a.place - b.place)
    .map(({ line, effect }) => {
      const words = effectWords(line, effect, boot);
      return {
        ...written(effect.path, line),
        optional: line.ignoreFailure,
        effect: words.effect,
        reason: words.reason ?? null,
      };
    });
}

/** Where a line is carried out for a key. */
export function placesOf({ attempts }: ForetoldBoot): (line: BootLine, path: string) => number {
  const places = new Map<BootLine, Map<string, number>>();
  for (const [at, { by, key }] of attempts.entries())
    if ("line" in by)
      places.set(by.line, (places.get(by.line) ?? new Map<string, number>()).set(keyPath(key), at));
  return (line, path) => places.get(line)?.get(path) ?? attempts.length;
}

const overridden = (boot: ForetoldBoot): readonly object[] =>
  boot.lines.flatMap(({ line, effects }) =>
    effects.flatMap((effect) =>
      effect.effect === "overridden" || effect.effect === "excluded"
        ? [{ ...written(effect.path, line), by: { file: effect.by.file, line: effect.by.line } }]
        : [],
    ),
  );
