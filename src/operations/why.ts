/** The story of one key: what sets it at boot, in order, and whether that is in force. */
import type { Loader } from "../boot/loader.js";
import type { BootLine } from "../boot/parse.js";
import type { BootAttempt, BootCause, BootCell, ProgramWrite } from "../boot/run.js";
import { type LineEffect, type TraceRequest, traceLines } from "../boot/trace.js";
import { influencing } from "../catalogue/affected.js";
import { findTunable } from "../catalogue/catalogue.js";
import { expand, interfaceOf, isPattern, type Key, keyPath } from "../catalogue/key.js";
import type { Reading } from "../catalogue/reading.js";
import type { Tunable } from "../catalogue/tunable.js";
import type { Value } from "../catalogue/value.js";
import type { Host } from "../host.js";
import { type BootOutcome, bootOver, kernelDefault } from "../plan/boot-value.js";
import type { History } from "../record/transaction.js";
import type { OtherWrite } from "../writers/other-write.js";
import { mayWriteToo } from "../writers/surroundings.js";
import { contextOf, doubtOf, type LineContext, type LineDoubt } from "./boot.js";
import {
  type BootFinding,
  blockingFaults,
  moduleFindings,
  unitFindings,
  unreadFiles,
} from "./boot-findings.js";
import { type AskedLoader, type BootView, bootView, laterChanges } from "./boot-view.js";
import { type Presence, presenceOf } from "./key-presence.js";
import { packagesOf, type RecordOfKey, recordOf } from "./key-record.js";
import { type OtherLoader, otherLoaders } from "./other-loaders.js";

/** One thing that speaks of the key, in the order of reading; `isLast`: it has the last word at boot. */
export type KeyEvent = { readonly isLast: boolean } & (
  | { readonly kind: "line"; readonly line: BootLine; readonly effect: LineEffect }
  /** A line about `via`, with which the kernel changes this key. */
  | { readonly kind: "moved"; readonly line: BootLine; readonly via: Key; readonly value?: Value }
  | { readonly kind: "program"; readonly write: ProgramWrite; readonly via?: Key; readonly value?: Value }
);

export type KeyStory = LineContext & {
  readonly key: Key;
  readonly tunable?: Tunable;
  readonly host: { readonly name?: string; readonly kernel?: string; readonly taken?: string };
  readonly loader: Loader;
  readonly now: Reading;
  readonly presence: Presence;
  /** What the kernel starts with, where that is one value. */
  readonly start?: Value;
  readonly events: readonly KeyEvent[];
  readonly boot: BootCell;
  /** Why it is not known whether the line that has the last word is carried out. */
  readonly doubt?: LineDoubt;
  /** Programs that may write it, to what nobody knows. */
  readonly possible: readonly OtherWrite[];
  readonly record?: RecordOfKey;
  /** The packages of the files, as far as they are known. */
  readonly packages: ReadonlyMap<string, string>;
  /** What other loaders would do, where that differs. */
  readonly others: readonly OtherLoader[];
  /** What is wrong with the boot as a whole, or could not be read. */
  readonly findings: readonly BootFinding[];
};

export type WhyOptions = {
  readonly loader?: AskedLoader;
  readonly reference?: Host;
  readonly history?: History;
};

/** The keys that a name or a pattern stands for here. */
export function keysNamed(host: Host, key: Key, reference?: Host): readonly Key[] {
  if (!isPattern(key)) return [key];
  const interfaces = (reference ?? host).facts?.interfaces ?? ["all", "default", "lo"];
  return expand(key, interfaces);
}

export function tellKeys(host: Host, keys: readonly Key[], options: WhyOptions = {}): readonly KeyStory[] {
  const view = bootView(host, options);
  return keys.map((key) => tellKey(host, viewFor(view, key), key, options.history));
}

/** An interface that is not here: the story is that of the time when it comes. */
function viewFor(view: BootView, key: Key): BootView {
  const name = interfaceOf(key);
  const { interfaces } = view.facts;
  return name === undefined || interfaces.includes(name)
    ? view
    : { ...view, facts: { ...view.facts, interfaces: [...interfaces, name] } };
}

function tellKey(host: Host, view: BootView, key: Key, history: History | undefined): KeyStory {
  const { catalogue, facts, loader } = view;
  const paths = [...influencing(catalogue, [key], facts.interfaces)]
    .filter((one) => one === key || facts.read(one).status !== "missing")
    .map(keyPath);
  const only = new Set(paths);
  const outcome = bootOver(view, facts.boot, paths, loader, only);
  // Lines that are not carried out are told all the same: as another object, the loader is run in thought.
  const told = outcome.isOff ? bootOver(view, facts.boot, paths, { ...loader }, only) : outcome;
  const events = eventsOf(key, told, outcome.of(key).by, {
    loader,
    paths,
    outcome: told,
    only: keyPath(key),
  });
  const tunable = findTunable(catalogue, key);
  const start = kernelDefault(view, key);
  const record = recordOf(key, view, history);
  const context = contextOf(view, laterChanges(view, outcome.attempts));
  const cell = outcome.of(key);
  const doubt = cell.by && "line" in cell.by ? doubtOf(context, key) : undefined;
  return {
    ...context,
    key,
    ...(tunable && { tunable }),
    host: {
      ...(facts.hostName !== undefined && { name: facts.hostName }),
      ...(facts.kernel !== undefined && { kernel: facts.kernel }),
      ...(facts.taken !== undefined && { taken: facts.taken }),
    },
    loader,
    now: facts.read(key),
    presence: presenceOf(key, tunable, view, host),
    ...(start !== undefined && { start }),
    events,
    boot: doubt || isUnloaded(view) ? withoutValue(cell) : cell,
    ...(doubt && { doubt }),
    possible: view.around ? mayWriteToo(view.around, key, tunable) : [],
    ...(record && { record }),
    packages: packagesOf(host, filesOf(events)),
    // A module that is late is late for all of them.
    others: doubt?.kind === "module" ? [] : otherLoaders(view, key, only, cell),
    findings: [
      ...unitFindings(view),
      ...moduleFindings(
        context,
        [key].filter(() => doubt?.kind === "module"),
      ),
      ...(outcome.unreadFor(keyPath(key)) ? unreadFiles(outcome) : []),
      ...blockingFaults(outcome),
    ],
  };
}

const withoutValue = ({ value: _, ...rest }: BootCell): BootCell => rest;

/** Where nothing is known that would carry the lines out, neither is what they leave. */
const isUnloaded = ({ facts, isSupposed }: BootView): boolean => facts.hasNoLoader === true && !isSupposed;

function eventsOf(
  key: Key,
  outcome: BootOutcome,
  by: BootCause | undefined,
  request: TraceRequest,
): readonly KeyEvent[] {
  const path = keyPath(key);
  const moves = movesByLine(outcome.attempts, key);
  const lines = traceLines(request).flatMap(({ line, effects }): KeyEvent[] => {
    const own = effects
      .filter((effect) => effect.path === path)
      .map((effect): KeyEvent => ({ kind: "line", line, effect, isLast: isCause(by, line) }));
    const moved = (moves.get(line) ?? []).map(
      (move): KeyEvent => ({ kind: "moved", line, ...move, isLast: isCause(by, line, move.via) }),
    );
    return [...own, ...moved];
  });
  const programs = outcome.attempts.flatMap((attempt) => programEvents(attempt, key, by));
  return [
    ...programs.filter(({ write }) => write.when === "before"),
    ...lines,
    ...programs.filter(({ write }) => write.when === "after"),
  ];
}

type Move = { readonly via: Key; readonly value?: Value };

/** What a write does to the key by way of another one. */
const movesOf = ({ key: via, moved }: BootAttempt, key: Key): readonly Move[] =>
  moved
    .filter((one) => one.key === key)
    .slice(-1)
    .map(({ value }) => ({ via, ...(value !== undefined && { value }) }));

function movesByLine(attempts: readonly BootAttempt[], key: Key): ReadonlyMap<BootLine, readonly Move[]> {
  const moves = new Map<BootLine, readonly Move[]>();
  for (const attempt of attempts)
    if ("line" in attempt.by && attempt.key !== key) {
      const found = movesOf(attempt, key);
      if (found.length > 0) moves.set(attempt.by.line, [...(moves.get(attempt.by.line) ?? []), ...found]);
    }
  return moves;
}

function programEvents(
  attempt: BootAttempt,
  key: Key,
  last: BootCause | undefined,
): readonly Extract<KeyEvent, { kind: "program" }>[] {
  if (!("program" in attempt.by) || attempt.answer !== "taken") return [];
  const { program: write } = attempt.by;
  const isLast = last !== undefined && "program" in last && last.program === write;
  const own = attempt.key === key;
  if (own)
    return [{ kind: "program", write, ...(attempt.value !== undefined && { value: attempt.value }), isLast }];
  return movesOf(attempt, key).map((move) => ({ kind: "program", write, ...move, isLast }));
}

const isCause = (by: BootCause | undefined, line: BootLine, via?: Key): boolean =>
  by !== undefined && "line" in by && by.line === line && by.via === via;

const filesOf = (events: readonly KeyEvent[]): readonly string[] =>
  events.flatMap((event) => ("line" in event ? [event.line.file] : []));

/** Whether nothing at all is known of a key: no kernel, no catalogue and no line speaks of it. */
export const isUnknown = ({ tunable, now, events, record }: KeyStory): boolean =>
  !tunable && (now.status === "missing" || now.status === "unknown") && events.length === 0 && !record;
