/** Removes old records. */
import { errnoFrom, type Host } from "../host.js";
import { type Checked, failed, ok } from "../problem.js";
import { activeIds, type History, lastCommitted, type TransactionRecord } from "../record/transaction.js";
import { lockWriter, type Run } from "./locked-host.js";

/** `held`: old ones that stay, since they are in effect or beneath what is. */
export type Pruned = {
  readonly removed: readonly number[];
  readonly kept: number;
  readonly held: readonly number[];
};

/** Which records are old: all but the newest `keep`, or those of before `olderThan` (seconds). */
export type PruneOptions = { readonly keep: number } | { readonly olderThan: number };

/**
 * What a rollback may still need stays: every change that is in effect, and those that they were made over;
 * what was interrupted; and a record that cannot be read.
 */
export async function pruneRecords(host: Host, options: PruneOptions, run: Run): Promise<Checked<Pruned>> {
  const writer = await lockWriter(host, run);
  if (!writer.ok) return writer;
  const { remove, release } = writer.value;
  try {
    const history = await host.records.read();
    if (!history?.ok)
      return history ?? failed([{ code: "file-unreadable", file: host.records.folder, errno: "EACCES" }]);
    const { records, unreadable } = history.value;
    const old = oldRecords(records, options, run.operator.now());
    const gone = old.filter((record) => !isHeld(history.value, record));
    for (const { id } of gone) {
      const errno = errnoFrom(() => remove(id));
      if (errno !== undefined)
        return failed([{ code: "file-not-written", file: host.records.folder, errno }]);
    }
    return ok({
      removed: gone.map(({ id }) => id),
      kept: records.length + unreadable.length - gone.length,
      held: old.filter((record) => !gone.includes(record)).map(({ id }) => id),
    });
  } finally {
    release();
  }
}

function oldRecords(
  records: readonly TransactionRecord[],
  options: PruneOptions,
  now: Date,
): readonly TransactionRecord[] {
  if ("keep" in options) return records.slice(0, Math.max(0, records.length - options.keep));
  const limit = now.getTime() - options.olderThan * 1000;
  return records.filter(({ time }) => Date.parse(time) < limit);
}

const isHeld = ({ records }: History, record: TransactionRecord): boolean =>
  record.status === "prepared" ||
  record.status === "pending" ||
  record === lastCommitted(records) ||
  activeIds(records).includes(record.id);
