/**
 * The whole of a boot, not its winners alone: every file a loader meets, every line, and what becomes of each
 * on the kernel.
 */
import { type Key, pathKey } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { BootLineFault } from "./fault.js";
import type { Loader } from "./loader.js";
import type { BootLine } from "./parse.js";
import type { BootCell, BootRun, BootStep } from "./run.js";
import type { BootResult } from "./simulate.js";
import { isGlobLine, targetsIn } from "./targets.js";
import { keyTree } from "./tree.js";

/** Why a line has the last word over another: see `PrecedenceRule` of problems. */
type TraceRule = "read-later" | "names-it" | "carried-out-later";

/**
 * What becomes of a line for one key, a slash path. `by` is the line that has the last word, or stands in the
 * way.
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
  | { readonly effect: "repeats" | "excluded"; readonly by: BootLine }
  | { readonly effect: "excludes" | "not-tried" | "no-such-key" | "matches-nothing" }
  | { readonly effect: "unusable"; readonly fault: BootLineFault["code"] }
);

export type TracedLine = { readonly line: BootLine; readonly effects: readonly LineEffect[] };

/** @param paths the keys that exist, as slash paths; undefined where nobody knows, so that none is missing */
export type TraceRequest = {
  readonly loader: Loader;
  readonly paths: readonly string[] | undefined;
  readonly outcome: BootResult & BootRun;
};

/** Every line in reading order. */
export function traceLines({ loader, paths, outcome }: TraceRequest): readonly TracedLine[] {
  const targets = targetsIn(keyTree(paths ?? []), loader);
  const about = aboutOf(outcome, paths);
  return [...new Set(outcome.lines)].map((line) => ({
    line,
    effects: effectsOf(line, targets(line), about),
  }));
}

type About = {
  readonly outcome: BootResult & BootRun;
  readonly exists: (path: string) => boolean;
  readonly own: ReadonlyMap<BootLine, ReadonlyMap<string, BootStep>>;
  /** The line that writes each path last, whatever comes of it; and the last that the kernel takes. */
  readonly last: ReadonlyMap<string, BootLine>;
  readonly taken: ReadonlyMap<string, BootLine>;
  /** The last exclusion of each key, as it is written. */
  readonly exclusions: ReadonlyMap<string, BootLine>;
  readonly faults: ReadonlyMap<string, BootLineFault>;
  readonly places: ReadonlyMap<BootLine, number>;
  readonly cell: (path: string) => BootCell;
};

function aboutOf(outcome: BootResult & BootRun, paths: readonly string[] | undefined): About {
  const own = new Map<BootLine, Map<string, BootStep>>();
  const [last, taken] = [new Map<string, BootLine>(), new Map<string, BootLine>()];
  for (const step of outcome.steps) {
    const steps = own.get(step.line) ?? new Map<string, BootStep>();
    own.set(step.line, steps.set(step.path, step));
    last.set(step.path, step.line);
    if (step.answer === "taken") taken.set(step.path, step.line);
  }
  const known = paths && new Set(paths);
  const cells = new Map<string, BootCell>();
  return {
    outcome,
    exists: (path) => known === undefined || known.has(path),
    own,
    last,
    taken,
    exclusions: new Map(outcome.lines.flatMap((line) => (line.kind === "exclude" ? [[line.key, line]] : []))),
    faults: new Map(
      outcome.faults.flatMap((fault) => ("line" in fault ? [[`${fault.line} ${fault.file}`, fault]] : [])),
    ),
    places: new Map(outcome.lines.map((line, at) => [line, at])),
    cell: (path) => {
      const cell = cells.get(path) ?? outcome.of(pathKey(path));
      cells.set(path, cell);
      return cell;
    },
  };
}

function effectsOf(
  line: BootLine,
  matches: readonly { readonly path: string }[] | undefined,
  about: About,
): readonly LineEffect[] {
  const paths = [...new Set(matches?.map(({ path }) => path))];
  if (line.kind === "exclude")
    return (isGlobLine(line) ? [line.key] : paths).map((path) => ({ path, effect: "excludes" }));
  const fault = about.faults.get(`${line.line} ${line.file}`);
  const steps = about.own.get(line);
  if (fault && !steps) return [{ path: line.key, effect: "unusable", fault: fault.code }];
  if (paths.length === 0) return [{ path: line.key, effect: "matches-nothing" }];
  return paths.flatMap((path): LineEffect[] => {
    const step = steps?.get(path);
    const effect = step ? effectOfStep(step, about) : effectOfLoser(line, path, about);
    return effect ? [{ path, ...effect }] : [];
  });
}

type Bare<T> = T extends unknown ? Omit<T, "path"> : never;

function effectOfStep(step: BootStep, about: About): Bare<LineEffect> {
  const { path, line, answer, value, bound } = step;
  if (!about.exists(path)) return { effect: "no-such-key" };
  if (answer === "not-tried") return { effect: "not-tried" };
  if (answer === "refused") return { effect: "refused", ...(bound && { bound }) };
  const cell = about.cell(path);
  const by = cell.by ?? { line };
  if (by.line === line && by.via === undefined)
    return { effect: "sets", ...(cell.value !== undefined && { value: cell.value }) };
  if (by.via === undefined) return overridden(line, by.line, about);
  const writer = about.taken.get(path);
  if (writer && writer !== line) return overridden(line, writer, about);
  return { effect: "moved", by: by.line, via: by.via, ...(value !== undefined && { value }) };
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
