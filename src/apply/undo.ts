/** The way back: files, then the kernel in reverse, then what side effects still hold, in order. */
import type { Key } from "../catalogue/key.js";
import type { Snapshot } from "../history/snapshot.js";
import type { StagedFile } from "../host.js";
import { inOrder, type Write } from "../plan/order.js";
import { liveValue } from "../plan/reading.js";
import type { HostProblem } from "../problem.js";
import type { Change, Outcome, Surroundings } from "./change.js";
import { attempt, diskProblem, isLeftToTwin, passes, type Readings } from "./live.js";

export function undo(
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
  const recorded = withdrawRecord(around, prepared);
  return recorded ? { status: "left", problems: [cause, recorded] } : { status: "undone", problems: [cause] };
}

/** The record of a change that never was is only worth keeping while something of it is left. One that stays must at least not say that it came about. */
function withdrawRecord({ store }: Surroundings, prepared: Snapshot): HostProblem | undefined {
  if (attempt(() => store.remove(prepared.id)) === undefined) return undefined;
  try {
    store.save(prepared);
    return undefined;
  } catch (error) {
    return diskProblem(error);
  }
}

/**
 * Puts readings back: in reverse first, as bounds between keys ask; then, for what side effects still hold, in order.
 * @returns a problem for each reading that could not be restored
 */
export function restoreReadings(
  around: Surroundings,
  wanted: Readings,
  written: readonly Write[],
): readonly HostProblem[] {
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
  for (let pass = 0; pass < passes; pass++)
    for (const { key } of inOrder(catalogue, differing(around, wanted))) put(key);
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
    // An interface that went away has taken its values with it.
    const isGone = around.kernel?.read(key).status === "missing";
    return value === null || live === value || isGone
      ? []
      : [{ key, value, ...(live !== undefined && { before: live }) }];
  });
}
