/** The one place where a machine is changed: takes a change step by step, and undoes it in reverse when a step fails. */
import { type Catalogue, findTunable } from "./catalogue/catalogue.js";
import type { Key } from "./catalogue/key.js";
import type { Value } from "./catalogue/value.js";
import type { Snapshot, Store } from "./history/snapshot.js";
import { type Disk, errnoOf, type Kernel, type StagedFile } from "./host.js";
import { inOrder, type Write } from "./plan/order.js";
import type { FileChange } from "./plan/plan.js";
import { understood, valueIn } from "./plan/reading.js";
import type { HostProblem } from "./problem.js";

/** All that a change is made of. `closure` are the keys whose readings it may move, its own among them. */
export type Change = {
  readonly writes: readonly Write[];
  /** Values that must stay, whatever the writes do to them: written only where they have moved. */
  readonly holds?: readonly Write[];
  readonly closure: readonly Key[];
  readonly files: readonly FileChange[];
  /** The snapshot as `prepared`: its `before.readings` are filled in here, from under the lock. */
  readonly snapshot: Snapshot;
};

export type Surroundings = {
  readonly catalogue: Catalogue;
  readonly kernel: Kernel | undefined;
  readonly disk: Disk;
  readonly store: Store;
  /** Between steps: lets signals in; the name of one that asks to stop. */
  readonly pause: () => Promise<string | undefined>;
};

/** A key that moved though nothing asked it to. */
export type SideEffect = { readonly key: Key; readonly before: Value | null; readonly after: Value | null };

export type Outcome =
  | {
      readonly status: "done";
      readonly snapshot: Snapshot;
      readonly written: readonly Write[];
      readonly sideEffects: readonly SideEffect[];
    }
  /** The host is as it was. */
  | { readonly status: "undone"; readonly problems: readonly HostProblem[] }
  /** The host is not as it was: what is left is among the problems. */
  | { readonly status: "left"; readonly problems: readonly HostProblem[] };

type Readings = Readonly<Record<string, Value | null>>;

/** Carries out a change: snapshot → kernel → read back → files → commit. */
export async function carryOut(around: Surroundings, change: Change): Promise<Outcome> {
  const signal = await around.pause();
  if (signal !== undefined) return { status: "undone", problems: [{ code: "interrupted", signal }] };
  const before = readingsOf(around, change.closure);
  const prepared: Snapshot = { ...change.snapshot, before: { ...change.snapshot.before, readings: before } };
  const obstacle = preflight(around, change);
  if (obstacle.length > 0) return { status: "undone", problems: obstacle };
  const staged: StagedFile[] = [];
  const written: Write[] = [];
  try {
    for (const file of change.files) staged.push(stage(around.disk, file));
    around.store.save(prepared);
  } catch (error) {
    for (const file of staged) attempt(file.finish);
    return { status: "undone", problems: [failure(error)] };
  }
  const problem =
    (await writeAll(around, change, written)) ?? readBack(around, change) ?? (await commitFiles(around, change, staged));
  if (problem) return undo(around, prepared, change, written, staged, problem);
  const after = readingsOf(around, change.closure);
  const committed: Snapshot = { ...prepared, status: "committed", after: { ...prepared.after, readings: after } };
  try {
    around.store.save(committed);
  } catch (error) {
    return undo(around, prepared, change, written, staged, failure(error));
  }
  for (const file of staged) attempt(file.finish);
  return { status: "done", snapshot: committed, written, sideEffects: sideEffects(change, before, after) };
}

/** How often what side effects have moved is put right before it is given up. */
const passes = 3;

/** An error of the disk, with the file that it is about. */
class FileFailure extends Error {
  constructor(
    readonly file: string,
    readonly errno: string,
  ) {
    super(`${file}: ${errno}`);
  }
}

const failure = (error: unknown): HostProblem =>
  error instanceof FileFailure
    ? { code: "file-not-written", file: error.file, errno: error.errno }
    : {
        code: "file-not-written",
        file: typeof error === "object" && error !== null && "path" in error ? String(error.path) : "the state folder",
        errno: errnoOf(error),
      };

function stage(disk: Disk, file: FileChange): StagedFile {
  try {
    return disk.stage(file.path, file.after);
  } catch (error) {
    throw new FileFailure(file.path, errnoOf(error));
  }
}

function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}

const readingsOf = ({ kernel, catalogue }: Surroundings, keys: readonly Key[]): Readings =>
  Object.fromEntries(keys.map((key) => [key, (kernel && valueIn(understood(catalogue, key, kernel.read(key)))) ?? null]));

/** Everything that can be known to fail is found before the first write. */
function preflight({ kernel, disk }: Surroundings, { writes, files }: Change): readonly HostProblem[] {
  const unwritable = writes.flatMap(({ key }): HostProblem[] => {
    const probe = kernel?.probe(key) ?? { ok: true };
    if (probe.ok) return [];
    if (probe.errno === "EROFS") return [{ code: "kernel-read-only", path: "/proc/sys", errno: probe.errno }];
    return [{ code: "not-writable-here", key, errno: probe.errno }];
  });
  const readOnly = unwritable.find((problem) => problem.code === "kernel-read-only");
  const foreign = files.flatMap((file): HostProblem[] => {
    const why = disk.obstacle(file.path);
    return why ? [{ code: "foreign-file", file: file.path, why }] : [];
  });
  return [...(readOnly ? [readOnly] : unwritable), ...foreign];
}

async function writeAll(
  { kernel, catalogue, pause }: Surroundings,
  { writes }: Change,
  written: Write[],
): Promise<HostProblem | undefined> {
  for (const write of writes) {
    const signal = await pause();
    if (signal !== undefined) return { code: "interrupted", signal };
    if (kernel === undefined || isLeftToTwin(catalogue, write)) continue;
    // Noted before it is tried: a refused write may have changed a part of the value.
    written.push(write);
    const result = kernel.write(write.key, write.value);
    if (!result.ok) return { code: "write-refused", key: write.key, value: write.value, errno: result.errno };
  }
  return undefined;
}

/** A 0 that its twin's write brings about is never written itself: `vm.dirty_bytes` refuses it. */
const isLeftToTwin = (catalogue: Catalogue, { key, value }: Write): boolean =>
  value === "0" && findTunable(catalogue, key)?.exclusive_with !== undefined;

/** Each value by meaning. A later write may have moved an earlier one, so all are read when all are written, and put right in order. */
function readBack(around: Surroundings, { writes, holds = [] }: Change): HostProblem | undefined {
  const { kernel, catalogue } = around;
  if (!kernel) return undefined;
  const wanted = inOrder(catalogue, [...writes, ...holds]);
  const isWrong = (write: Write): boolean => liveValue(around, write.key) !== write.value;
  for (let pass = 0; pass < passes; pass++)
    for (const write of wanted) if (isWrong(write) && !isLeftToTwin(catalogue, write)) kernel.write(write.key, write.value);
  const wrong = wanted.find(isWrong);
  return (
    wrong && {
      code: "value-changed",
      key: wrong.key,
      wanted: wrong.value,
      found: liveValue(around, wrong.key) ?? "nothing",
    }
  );
}

const liveValue = ({ kernel, catalogue }: Surroundings, key: Key): Value | undefined =>
  kernel && valueIn(understood(catalogue, key, kernel.read(key)));

async function commitFiles(
  { pause }: Surroundings,
  { files }: Change,
  staged: readonly StagedFile[],
): Promise<HostProblem | undefined> {
  const signal = await pause();
  if (signal !== undefined) return { code: "interrupted", signal };
  for (const [at, file] of staged.entries()) {
    const errno = attempt(file.commit);
    if (errno !== undefined) return { code: "file-not-written", file: files[at]?.path ?? "", errno };
  }
  return undefined;
}

function undo(
  around: Surroundings,
  prepared: Snapshot,
  change: Change,
  written: readonly Write[],
  staged: readonly StagedFile[],
  cause: HostProblem,
): Outcome {
  const files = staged.toReversed().flatMap((file, at): HostProblem[] => {
    const errno = attempt(file.undo);
    return errno === undefined
      ? []
      : [{ code: "file-not-restored", file: change.files.toReversed()[at]?.path ?? "", reason: errno }];
  });
  const left = [...restoreReadings(around, prepared.before.readings, written), ...files];
  if (left.length > 0) return { status: "left", problems: [cause, ...left] };
  // The record of a change that never was is only worth keeping while something of it is left.
  attempt(() => around.store.remove(prepared.id));
  return { status: "undone", problems: [cause] };
}

/**
 * Puts readings back: in reverse first, as bounds between keys ask; then, for what side effects still hold, in order.
 * @returns a problem for each reading that could not be restored
 */
export function restoreReadings(around: Surroundings, wanted: Readings, written: readonly Write[]): readonly HostProblem[] {
  const { kernel, catalogue } = around;
  if (!kernel) return [];
  const errnos = new Map<Key, string>();
  const put = (key: Key): void => {
    const value = wanted[key];
    if (value === undefined || value === null || isLeftToTwin(catalogue, { key, value })) return;
    const result = kernel.write(key, value);
    if (!result.ok) errnos.set(key, result.errno);
  };
  for (const { key } of written.toReversed()) put(key);
  for (let pass = 0; pass < passes; pass++) for (const { key } of inOrder(catalogue, differing(around, wanted))) put(key);
  return differing(around, wanted).map(({ key, value, before }) => ({
    code: "not-restored",
    key,
    wanted: value,
    found: before ?? "nothing",
    reason: errnos.get(key) ?? "the kernel took the write and reads otherwise",
  }));
}

function differing(around: Surroundings, wanted: Readings): readonly Write[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const key = name as Key;
    const live = liveValue(around, key);
    return value === null || live === value ? [] : [{ key, value, ...(live !== undefined && { before: live }) }];
  });
}

function sideEffects({ writes, holds = [] }: Change, before: Readings, after: Readings): readonly SideEffect[] {
  const asked = new Set<string>([...writes, ...holds].map((write) => write.key));
  return Object.keys(before)
    .filter((key) => !asked.has(key) && before[key] !== after[key])
    .map((key) => ({ key: key as Key, before: before[key] ?? null, after: after[key] ?? null }));
}
