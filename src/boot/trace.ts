/** The lines of a boot one by one, not its winners alone, and what becomes of each on the kernel. */
import { type Key, keyPath } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { BootLineFault } from "./fault.js";
import { type Loader, traitsOf } from "./loader.js";
import type { BootLine } from "./parse.js";
import type { BootAttempt, BootRun } from "./run.js";
import type { BootResult } from "./simulate.js";
import { isGlobLine, targetsIn } from "./targets.js";
import { keyTree } from "./tree.js";

/** Why another line has the last word: see `PrecedenceRule` of problems. */
type TraceRule = "read-later" | "names-it" | "carried-out-later";

/**
 * What becomes of a line for one key, a slash path, by the time that the loader ends. `by` is the line that
 * has the last word, or stands in the way.
 * - sets: the key keeps what this line writes; `value` is what it reads then, absent where that is not known
 * - repeats: it says the same as the line that sets it
 * - overridden: another line sets it
 * - moved: it is written, and a later line about `via` has the kernel change it again
 * - refused: the kernel does not take it; `bound`: because of the value of that key
 * - not-tried: the loader gives the file up before it
 * - excluded: it is a pattern, and a line `-KEY` keeps the key out of it
 * - excludes: it is such a line
 * - no-such-key: it is not there now
 * - matches-nothing: no key that is there fits the pattern
 * - unusable: the loader cannot take the key at all
 */
export type LineEffect = { readonly path: string } & (
  | { readonly effect: "sets"; readonly value?: Value }
  | { readonly effect: "refused"; readonly bound?: Key }
  | { readonly effect: "overridden"; readonly by: BootLine; readonly rule: TraceRule }
  | { readonly effect: "moved"; readonly by: BootLine; readonly via: Key; readonly value?: Value }
  | { readonly effect: "repeats"; readonly by: BootLine }
  | { readonly effect: "excluded"; readonly by: BootLine }
  | { readonly effect: "excludes" }
  | { readonly effect: "not-tried" | "no-such-key" | "matches-nothing" }
  | { readonly effect: "unusable"; readonly fault: BootLineFault["code"] }
);

export type TracedLine = { readonly line: BootLine; readonly effects: readonly LineEffect[] };

/** @param paths the keys that exist, as slash paths; undefined where nobody knows, so that none is missing */
export type TraceRequest = {
  readonly loader: Loader;
  readonly paths: readonly string[] | undefined;
  readonly outcome: BootResult & BootRun;
  /** The one path that is asked about. */
  readonly only?: string;
};

/** Every line in reading order; of one path those that are about it. */
export function traceLines({ loader, paths, outcome, only }: TraceRequest): readonly TracedLine[] {
  const targets = targetsIn(keyTree(paths ?? []), traitsOf(loader));
  const about = aboutOf(outcome, paths);
  return [...new Set(outcome.lines)].flatMap((line) => {
    const matches = targets(line);
    if (only !== undefined && !matches?.some(({ path }) => path === only)) return [];
    return [{ line, effects: effectsOf(line, matches, about) }];
  });
}

/** The last change of a key that a line makes. */
type Change = { readonly line: BootLine; readonly via?: Key; readonly value?: Value };

type About = {
  readonly outcome: BootResult & BootRun;
  readonly exists: (path: string) => boolean;
  readonly own: ReadonlyMap<BootLine, ReadonlyMap<string, BootAttempt>>;
  /** By path: the line that is carried out for it last, whatever comes of it; the last that is taken. */
  readonly last: ReadonlyMap<string, BootLine>;
  readonly taken: ReadonlyMap<string, BootLine>;
  readonly changes: ReadonlyMap<string, Change>;
  /** The last exclusion of each key, as it is written. */
  readonly exclusions: ReadonlyMap<string, BootLine>;
  readonly faults: ReadonlyMap<string, BootLineFault>;
  readonly places: ReadonlyMap<BootLine, number>;
};

function aboutOf(outcome: BootResult & BootRun, paths: readonly string[] | undefined): About {
  const own = new Map<BootLine, Map<string, BootAttempt>>();
  const [last, taken] = [new Map<string, BootLine>(), new Map<string, BootLine>()];
  const changes = new Map<string, Change>();
  for (const attempt of outcome.attempts) {
    if (!("line" in attempt.by)) continue;
    const { line } = attempt.by;
    const path = keyPath(attempt.key);
    const attempts = own.get(line) ?? new Map<string, BootAttempt>();
    own.set(line, attempts.set(path, attempt));
    last.set(path, line);
    if (attempt.answer !== "taken") continue;
    taken.set(path, line);
    changes.set(path, { line, ...valuePart(attempt) });
    for (const moved of attempt.moved)
      changes.set(keyPath(moved.key), { line, via: attempt.key, ...valuePart(moved) });
  }
  const known = paths && new Set(paths);
  return {
    outcome,
    exists: (path) => known === undefined || known.has(path),
    own,
    last,
    taken,
    changes,
    exclusions: new Map(outcome.lines.flatMap((line) => (line.kind === "exclude" ? [[line.key, line]] : []))),
    faults: new Map(
      outcome.faults.flatMap((fault) => ("line" in fault ? [[`${fault.line} ${fault.file}`, fault]] : [])),
    ),
    places: new Map(outcome.lines.map((line, at) => [line, at])),
  };
}

const valuePart = ({ value }: { readonly value?: Value }): { readonly value?: Value } =>
  value === undefined ? {} : { value };

function effectsOf(
  line: BootLine,
  matches: readonly { readonly path: string }[] | undefined,
  about: About,
): readonly LineEffect[] {
  const paths = [...new Set(matches?.map(({ path }) => path))];
  if (line.kind === "exclude")
    return (isGlobLine(line) ? [line.key] : paths).map((path) => ({ path, effect: "excludes" }));
  const fault = about.faults.get(`${line.line} ${line.file}`);
  const attempts = about.own.get(line);
  if (fault && !attempts) return [{ path: line.key, effect: "unusable", fault: fault.code }];
  if (paths.length === 0) return [{ path: line.key, effect: "matches-nothing" }];
  return paths.flatMap((path): LineEffect[] => {
    const attempt = attempts?.get(path);
    const effect = attempt ? effectOfAttempt(line, attempt, about) : effectOfLoser(line, path, about);
    return effect ? [{ path, ...effect }] : [];
  });
}

type Bare<T> = T extends unknown ? Omit<T, "path"> : never;

function effectOfAttempt(line: BootLine, attempt: BootAttempt, about: About): Bare<LineEffect> {
  const { key, answer, bound } = attempt;
  const path = keyPath(key);
  if (!about.exists(path)) return { effect: "no-such-key" };
  if (answer === "not-tried") return { effect: "not-tried" };
  if (answer === "refused") return { effect: "refused", ...(bound && { bound }) };
  const change = lastChange(key, about) ?? { line };
  if (change.line === line && !change.via) return { effect: "sets", ...valuePart(change) };
  const writer = about.taken.get(path) ?? line;
  if (!change.via || writer !== line) return overridden(line, writer, about);
  return { effect: "moved", by: change.line, via: change.via, ...valuePart(change) };
}

/** udev's second run may have the last word over the first; a program that comes later does not count here. */
function lastChange(key: Key, { outcome, changes }: About): Change | undefined {
  const { by, value } = outcome.of(key);
  if (!by || !("line" in by)) return changes.get(keyPath(key));
  return { line: by.line, ...(by.via && { via: by.via }), ...(value !== undefined && { value }) };
}

/** A line that the loader does not carry out, for this key. */
function effectOfLoser(line: BootLine, path: string, about: About): Bare<LineEffect> | undefined {
  const exclusion = about.outcome.exclusions.get(path);
  if (exclusion && isGlobLine(line)) return { effect: "excluded", by: exclusion };
  const by = about.last.get(path);
  if (by === undefined) return excludedBy(line, about) ?? unusable(line, about);
  return by.key === line.key && by.value === line.value
    ? { effect: "repeats", by }
    : overridden(line, by, about);
}

/** To systemd an exclusion of the same key takes out what is before it (S24). */
function excludedBy(line: BootLine, { exclusions }: About): Bare<LineEffect> | undefined {
  const by = exclusions.get(line.key);
  return by && { effect: "excluded", by };
}

const unusable = (line: BootLine, { faults }: About): Bare<LineEffect> | undefined => {
  const fault = faults.get(`${line.line} ${line.file}`);
  return fault && { effect: "unusable", fault: fault.code };
};

const overridden = (line: BootLine, by: BootLine, about: About): Bare<LineEffect> => ({
  effect: "overridden",
  by,
  rule: ruleOf(line, by, about),
});

function ruleOf(line: BootLine, by: BootLine, { places }: About): TraceRule {
  if (isGlobLine(line) && !isGlobLine(by)) return "names-it";
  return (places.get(by) ?? 0) > (places.get(line) ?? 0) ? "read-later" : "carried-out-later";
}
