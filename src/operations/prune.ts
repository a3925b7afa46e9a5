/** Removes old records. */
import { fileProblem } from "../apply/live-values.js";
import type { Host } from "../host.js";
import { type Checked, failed, ok } from "../problem.js";
import { lastCommitted, type TransactionRecord } from "../record/transaction.js";
import { type LockedHost, withLock } from "./locked-host.js";

export type Pruned = { readonly removed: readonly number[]; readonly kept: number };

/**
 * Keeps the newest `count`. The newest committed one is the record of what is applied: it stays, as does an
 * interrupted one.
 */
export async function pruneRecords(host: Host, count: number): Promise<Checked<Pruned>> {
  const pruned = await withLock(host, async (locked) => removeOld(locked, count));
  return pruned.ok ? pruned.value : pruned;
}

function removeOld({ records, context }: LockedHost, count: number): Checked<Pruned> {
  const old = oldRecords(records, count);
  try {
    for (const { id } of old) context.records.remove(id);
    return ok({ removed: old.map(({ id }) => id), kept: records.length - old.length });
  } catch (error) {
    return failed([fileProblem(error, context.records.folder)]);
  }
}

const oldRecords = (records: readonly TransactionRecord[], count: number): readonly TransactionRecord[] =>
  records
    .slice(0, Math.max(0, records.length - count))
    .filter((record) => record !== lastCommitted(records) && record.status !== "prepared");
