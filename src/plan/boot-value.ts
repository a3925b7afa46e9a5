/** What the next boot gives a key, and whether our drop-in needs a line for it. */
import { type Loader, traitsOf } from "../boot/loader.js";
import type { BootLine } from "../boot/parse.js";
import { type BootCell, type BootRun, runBoot } from "../boot/run.js";
import { type BootResult, simulate } from "../boot/simulate.js";
import type { BootStack } from "../boot/stack.js";
import { type NewText, withTexts } from "../boot/with-texts.js";
import { influencing } from "../catalogue/affected.js";
import { type Catalogue, defaultOf, findTunable } from "../catalogue/catalogue.js";
import { type Key, keyPath } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import { canonicalReading, parseAsKernel, type Value } from "../catalogue/value.js";
import type { Setting } from "../profile/profile.js";
import { clamp } from "../profile/wanted.js";
import type { Surroundings } from "../writers/other-write.js";
import { isOurPath } from "./own-files.js";
import type { BootValue, PlanFacts, PlanRequest } from "./plan.js";
import { targetOf } from "./target.js";

type OfHost = {
  readonly catalogue: Catalogue;
  readonly facts: PlanFacts;
  readonly dropInPath?: string;
};

/** What the loader does with the files, and what the kernel is after it. */
export type BootOutcome = BootResult &
  BootRun & {
    /** Whether nothing runs the loader but udev, for interfaces that come later. */
    readonly isOff: boolean;
    readonly around?: Surroundings;
  };

/** The boot three ways: as it would go now, without our drop-in, and with the new one. */
export type Boots = {
  readonly paths: readonly string[];
  readonly now: BootOutcome;
  readonly without: BootOutcome;
  readonly after: BootOutcome;
};

/** The paths of the keys that exist and that matter to these. */
export const bootPaths = ({ catalogue, facts }: OfHost, keys: readonly Key[]): readonly string[] =>
  [...influencing(catalogue, keys, facts.interfaces)]
    .filter((key) => facts.read(key).status !== "missing")
    .map(keyPath);

/** @param files the files that are others than now; all others are as they are */
export function bootWith(
  host: OfHost,
  files: readonly NewText[],
  paths: readonly string[],
  loader: Loader = host.facts.loader,
): BootOutcome {
  return bootOver(host, withTexts(host.facts.boot, files), paths, loader);
}

/**
 * The boot over these very files.
 * @param only the paths that matter, where the others are of no interest: closed under what moves what
 */
export function bootOver(
  host: OfHost,
  stack: BootStack,
  paths: readonly string[],
  loader: Loader,
  only?: ReadonlySet<string>,
): BootOutcome {
  const { catalogue, facts } = host;
  const whole = simulate(stack, loader, paths);
  const result = only ? { ...whole, writes: whole.writes.filter(({ path }) => only.has(path)) } : whole;
  const around = facts.around?.(stack);
  const isOff = loader === facts.loader && around !== undefined && offStates.includes(around.unit.state);
  const run = runBoot(
    {
      catalogue,
      target: targetOf(facts),
      loader,
      interfaces: facts.interfaces,
      starts: remembered((key) => kernelDefault(host, key)),
      isTaken: (key, line) => isTaken(host, key, line),
    },
    {
      loader: isOff ? [] : result.writes,
      late: traitsOf(loader).udevRerun && around?.lateInterfaces !== "not-applied" ? result.writes : [],
      programs: around?.writes ?? [],
    },
  );
  const of = (key: Key): BootCell =>
    !isOff && result.unreadFor(keyPath(key)) !== undefined ? inDoubt(run.of(key)) : run.of(key);
  return { ...result, ...run, of, isOff, ...(around && { around }) };
}

/** Each write asks for what its key was. */
function remembered<T>(ask: (key: Key) => T): (key: Key) => T {
  const known = new Map<Key, { readonly answer: T }>();
  return (key) => {
    const { answer } = known.get(key) ?? { answer: ask(key) };
    known.set(key, { answer });
    return answer;
  };
}

/** A file that could not be read may have the last word of sysctl.d. */
function inDoubt(cell: BootCell): BootCell {
  if (cell.by && "program" in cell.by && cell.by.program.when === "after") return cell;
  const { value: _, ...rest } = cell;
  return rest;
}

/** The states of a unit that does not run. */
export const offStates: readonly string[] = ["masked", "missing", "not-started"];

/** A condition may hold, and what a changed unit does nobody knows. */
export const doubtStates: readonly string[] = ["conditional", "changed"];

/** What we write is taken, or the plan says that it may not be; and so is what the kernel reads now. */
const isTaken = (host: OfHost, key: Key, { file, value }: BootLine): boolean =>
  isOurPath(host, file) ||
  presentValue(host.facts.read(key)) === parseAsKernel(findTunable(host.catalogue, key), value);

export function bootValue(key: Key, outcome: BootOutcome): BootValue {
  const { value, by } = outcome.of(key);
  const known = value === undefined ? {} : { value };
  if (!by) return { from: "kernel", ...known };
  const via = by.via === undefined ? {} : { via: by.via };
  if ("line" in by) return { from: "file", ...known, file: by.line.file, line: by.line.line, ...via };
  const { program, when, file, line } = by.program;
  return {
    from: "program",
    program,
    when,
    ...known,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...via,
  };
}

/**
 * What the kernel starts with, where the catalogue knows it. What is live, or was before our first apply, is
 * no witness: somebody may have tried it by hand before they wrote it into a profile.
 */
export function kernelDefault(
  { catalogue, facts }: Pick<OfHost, "catalogue" | "facts">,
  key: Key,
): Value | undefined {
  const tunable = findTunable(catalogue, key);
  const kernel = facts.kernel ?? facts.installedKernel;
  const known = tunable && kernel !== undefined ? defaultOf(tunable, kernel) : undefined;
  return known && canonicalReading(tunable, known.value);
}

/**
 * The value of our line for a key, or undefined where it needs none. One value always gets its line. Bounds
 * get one only where the boot could leave them, or where it is not known what it gives: a line pins today's
 * number, and so lowers a better default of a later kernel.
 */
export function dropInValue(
  request: PlanRequest,
  key: Key,
  { wanted }: Setting,
  boots: Pick<Boots, "now" | "without">,
): Value | undefined {
  if (wanted.kind === "value") return wanted.value;
  const { value: sure, by: other } = boots.without.of(key);
  const live = other ? undefined : liveWithoutUs(request, key, boots.now);
  const candidates = [live, sure].filter((value) => value !== undefined);
  if (candidates.length === 0) return wanted.least ?? wanted.most;
  const outside = candidates.find((candidate) => clamp(candidate, wanted) !== candidate);
  if (outside !== undefined) return clamp(outside, wanted);
  return sure === undefined ? live : undefined;
}

/** A kernel may have been built with another default than the catalogue's; what is live is a sign of it. */
function liveWithoutUs(request: PlanRequest, key: Key, now: BootOutcome): Value | undefined {
  const original = request.facts.applied?.originals[key] ?? undefined;
  // With our line but without a record, what is live is our own doing and tells nothing of the kernel's
  // default.
  const ours = original === undefined && request.facts.starts === undefined && now.of(key).by !== undefined;
  return original ?? (ours ? undefined : startValue(request.facts, key));
}

/** What bounds start from where nothing of ours is in the way. */
export const startValue = ({ read, starts }: PlanRequest["facts"], key: Key): Value | undefined =>
  presentValue((starts ?? read)(key));
