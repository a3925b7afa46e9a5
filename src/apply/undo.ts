/**
 * Takes back a transaction that failed: files, then the kernel in reverse, then in order what side effects
 * have moved.
 */
import type { Key } from "../catalogue/key.js";
import { errnoFrom } from "../host.js";
import { inOrder, type Write } from "../plan/order.js";
import type { HostProblem } from "../problem.js";
import type { RecordedEnd, TransactionRecord } from "../record/transaction.js";
import { isZeroedByCounterpart, liveValue, type Readings, settleRounds } from "./live-values.js";
import type { ApplyContext, Outcome, Progress } from "./outcome.js";

/**
 * @param cause what failed; it is reported first
 * @param committing whether the record may already say that the change was made
 */
export function undo(
  context: ApplyContext,
  prepared: TransactionRecord,
  { written, staged, recorded }: Progress,
  cause: HostProblem,
  committing = false,
): Outcome {
  const files = staged.toReversed().flatMap((file): HostProblem[] => {
    const errno = errnoFrom(file.undo);
    return errno === undefined ? [] : [{ code: "file-not-restored", file: file.path, errno }];
  });
  const notRestored = [...restoreReadings(context, prepared.before.readings, written), ...files];
  if (notRestored.length > 0) return { status: "incomplete", problems: [cause, ...notRestored] };
  const notMarked = recorded ? markEnded(context, prepared, { cause: "failed" }) : undefined;
  if (notMarked === undefined) return { status: "reverted", problems: [cause] };
  // Nothing of the change is there. A record that says it is prepared is only one more thing to take back.
  return { status: committing ? "incomplete" : "reverted", problems: [cause, notMarked] };
}

/**
 * Writes down that a change was not made, and how that came. A disk that is full takes a new name at least.
 * @returns why even that could not be done
 */
export function markEnded(
  { records, operator }: ApplyContext,
  record: TransactionRecord,
  { cause, why, left = [] }: Pick<RecordedEnd, "cause" | "why" | "left">,
): HostProblem | undefined {
  const { recovering: _, ...rest } = record;
  const ended: TransactionRecord = {
    ...rest,
    status: left.length > 0 ? "abandoned" : "taken-back",
    end: {
      time: operator.now().toISOString(),
      by: operator.name,
      cause,
      ...(why !== undefined && { why }),
      ...(left.length > 0 && { left }),
    },
  };
  const unsaved = errnoFrom(() => records.save(ended));
  if (unsaved === undefined || errnoFrom(() => records.withdraw(record.id)) === undefined) return undefined;
  return { code: "file-not-written", file: records.folder, errno: unsaved };
}

/**
 * Restores readings: those that were written in reverse first, as bounds between keys ask; then in order what
 * side effects have moved.
 * @returns a problem for each reading that could not be restored
 */
export function restoreReadings(
  context: ApplyContext,
  wanted: Readings,
  written: readonly Write[],
): readonly HostProblem[] {
  const { kernel, catalogue } = context;
  if (!kernel) return [];
  const errnos = new Map<Key, string>();
  const restore = (key: Key): void => {
    const value = wanted[key];
    if (value === undefined || value === null || isZeroedByCounterpart(catalogue, { key, value })) return;
    const result = kernel.write(key, value);
    if (!result.ok) errnos.set(key, result.errno);
  };
  for (const { key } of written.toReversed()) restore(key);
  for (let round = 0; round < settleRounds; round++)
    for (const { key } of inOrder(catalogue, differing(context, wanted))) restore(key);
  return differing(context, wanted).map(({ key, value, before }): HostProblem => {
    const errno = errnos.get(key);
    return {
      code: "not-restored",
      key,
      wanted: value,
      ...(before !== undefined && { found: before }),
      ...(errno === undefined ? { why: "unexpected" } : { why: "refused", errno }),
    };
  });
}

function differing(context: ApplyContext, wanted: Readings): readonly Write[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const key = name as Key;
    const live = liveValue(context, key);
    // An interface that was removed has taken its values with it.
    const isGone = context.kernel?.read(key).status === "missing";
    return value === null || live === value || isGone
      ? []
      : [{ key, value, ...(live !== undefined && { before: live }) }];
  });
}
