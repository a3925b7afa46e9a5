/**
 * Takes back a transaction that failed: files, then the kernel in reverse, then in order what side effects
 * have moved.
 */
import type { Key } from "../catalogue/key.js";
import { errnoFrom } from "../host.js";
import { inOrder, type Write } from "../plan/order.js";
import type { HostProblem } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";
import { fileProblem, isZeroedByCounterpart, liveValue, type Readings, settleRounds } from "./live-values.js";
import type { ApplyContext, Outcome, Progress } from "./outcome.js";

/** @param cause what failed; it is reported first */
export function undo(
  context: ApplyContext,
  prepared: TransactionRecord,
  { written, staged }: Progress,
  cause: HostProblem,
): Outcome {
  const files = staged.toReversed().flatMap((file): HostProblem[] => {
    const errno = errnoFrom(file.undo);
    return errno === undefined ? [] : [{ code: "file-not-restored", file: file.path, errno }];
  });
  const notRestored = [...restoreReadings(context, prepared.before.readings, written), ...files];
  if (notRestored.length > 0) return { status: "incomplete", problems: [cause, ...notRestored] };
  const recorded = withdrawRecord(context, prepared);
  return recorded
    ? { status: "incomplete", problems: [cause, recorded] }
    : { status: "reverted", problems: [cause] };
}

/**
 * A record is only kept while something of its change is there. One that cannot be removed must at least not
 * say that the change was made.
 */
function withdrawRecord({ records }: ApplyContext, prepared: TransactionRecord): HostProblem | undefined {
  if (errnoFrom(() => records.remove(prepared.id)) === undefined) return undefined;
  try {
    records.save(prepared);
    return undefined;
  } catch (error) {
    return fileProblem(error, records.folder);
  }
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
