/** The one place where a machine is changed: takes a change step by step, and undoes it in reverse when a step fails. */
import type { Key } from "../catalogue/key.js";
import type { Snapshot } from "../history/snapshot.js";
import { type Disk, errnoOf, type StagedFile } from "../host.js";
import { inOrder, type Write } from "../plan/order.js";
import type { FileChange } from "../plan/plan.js";
import { liveValue } from "../plan/reading.js";
import type { HostProblem } from "../problem.js";
import type { Change, Outcome, SideEffect, Surroundings } from "./change.js";
import { attempt, diskProblem, isLeftToTwin, passes, type Readings, readingsOf } from "./live.js";
import { undo } from "./undo.js";

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
    return { status: "undone", problems: [diskProblem(error)] };
  }
  const problem =
    (await writeAll(around, change, written)) ??
    readBack(around, change) ??
    (await commitFiles(around, change, staged));
  if (problem) return undo(around, prepared, change, written, staged, problem);
  const after = readingsOf(around, change.closure);
  const committed: Snapshot = {
    ...prepared,
    status: "committed",
    after: { ...prepared.after, readings: after },
  };
  try {
    around.store.save(committed);
  } catch (error) {
    return undo(around, prepared, change, written, staged, diskProblem(error));
  }
  for (const file of staged) attempt(file.finish);
  return { status: "done", snapshot: committed, written, sideEffects: sideEffects(change, before, after) };
}

function stage(disk: Disk, file: FileChange): StagedFile {
  try {
    return disk.stage(file.path, file.after);
  } catch (error) {
    // What fails is a file beside it; the one that matters is named.
    throw Object.assign(new Error(errnoOf(error)), { code: errnoOf(error), path: file.path });
  }
}

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

/** Each value by meaning. A later write may have moved an earlier one, so all are read when all are written, and put right in order. */
function readBack(around: Surroundings, { writes, holds = [] }: Change): HostProblem | undefined {
  const { kernel, catalogue } = around;
  if (!kernel) return undefined;
  const wanted = inOrder(catalogue, [...writes, ...holds]);
  const isWrong = (write: Write): boolean => liveValue(around, write.key) !== write.value;
  for (let pass = 0; pass < passes; pass++)
    for (const write of wanted)
      if (isWrong(write) && !isLeftToTwin(catalogue, write)) kernel.write(write.key, write.value);
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

function sideEffects(
  { writes, holds = [] }: Change,
  before: Readings,
  after: Readings,
): readonly SideEffect[] {
  const asked = new Set<string>([...writes, ...holds].map((write) => write.key));
  return Object.keys(before)
    .filter((key) => !asked.has(key) && before[key] !== after[key])
    .map((key) => ({ key: key as Key, before: before[key] ?? null, after: after[key] ?? null }));
}
