/** The state folder in memory. What is saved goes through the format of the file and back. */
import { recordFromFile, recordToFile } from "../../src/format/record-file.js";
import type { RecordStore } from "../../src/host.js";
import { ok } from "../../src/problem.js";
import type { TransactionRecord } from "../../src/record/transaction.js";
import { type Faults, makeFaults, osError } from "./faults.js";

export type FakeRecords = RecordStore & {
  readonly all: () => readonly TransactionRecord[];
  /** Behind everybody's back. */
  readonly put: (record: TransactionRecord) => void;
};

export function fakeRecords(faults: Faults = makeFaults()): FakeRecords {
  const kept = new Map<number, TransactionRecord>();
  const effect = (action: () => void): void => {
    const mode = faults.next();
    if (mode === "after" || mode === undefined) action();
    if (mode !== undefined)
      throw osError(mode === "after" ? "EIO" : "ENOSPC", "/var/lib/tunectl/000001.json");
  };
  const put = (record: TransactionRecord): void => {
    const read = recordFromFile(JSON.parse(JSON.stringify(recordToFile(record))));
    if (!read.ok) throw new Error(JSON.stringify(read.fault));
    kept.set(record.id, read.value);
  };
  const all = (): readonly TransactionRecord[] => [...kept.values()].sort((a, b) => a.id - b.id);
  return {
    folder: "/var/lib/tunectl",
    all,
    put,
    read: async () => ok({ records: all(), unreadable: [] }),
    leftovers: () => [],
    lock: async () =>
      ok({
        save: (record) => effect(() => put(record)),
        withdraw: (id) =>
          effect(() => {
            const record = kept.get(id);
            if (record) put({ ...record, status: "taken-back" });
          }),
        remove: (id) => effect(() => kept.delete(id)),
        release: () => {},
      }),
  };
}
