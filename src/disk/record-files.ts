/** Records of changes as files: one JSON file a change, with a checksum. */
import { lstatSync } from "node:fs";
import { basename, join } from "node:path";
import { isReadable, recordFromFile, recordToFile } from "../format/record-file.js";
import { parseJson } from "../format/stored.js";
import { type BadRecord, type Checked, failed, ok } from "../problem.js";
import type { History, TransactionRecord } from "../record/transaction.js";
import { nameParts, recordNames } from "./record-names.js";
import { sealed, unsealed } from "./sealed.js";
import { readTextFile } from "./text-file.js";

const largestRecord = 16 * 1_048_576;

/** All records. One that cannot be used is named, and the others stand. Throws where the folder may not be read. */
export function readRecords(folder: string): History {
  const owner = lstatSync(folder, { throwIfNoEntry: false })?.uid;
  const read = recordNames(folder).map((name) => ({
    id: nameParts(name)?.id ?? 0,
    record: readRecord(join(folder, name), owner),
  }));
  return {
    records: read
      .flatMap(({ record }) => (record.ok ? [record.value] : []))
      .sort((one, other) => one.id - other.id),
    unreadable: read.flatMap(({ id, record }) =>
      record.ok ? [] : record.problems.slice(0, 1).map((problem) => ({ id, problem })),
    ),
  };
}

/**
 * The text of a record. What cannot be read back restores nothing: that has to be known before anything is
 * changed.
 * @throws EBADMSG where it could not be read back
 */
export function recordText(record: TransactionRecord): string {
  const text = sealed(recordToFile(record));
  if (text.length > largestRecord || !isReadable(record))
    throw Object.assign(new Error("EBADMSG"), { code: "EBADMSG" });
  return text;
}

/**
 * The checksum finds a torn or edited record. Who can write here can forge it, so what it holds is checked
 * like any input.
 * @param expected a file of any other user was put into a folder that was open to others for a while
 */
function readRecord(file: string, expected: number | undefined): Checked<TransactionRecord> {
  const damaged = (fault: BadRecord): Checked<never> => failed([{ code: "damaged-snapshot", file, fault }]);
  const owner = lstatSync(file, { throwIfNoEntry: false })?.uid;
  if (owner !== undefined && expected !== undefined && owner !== expected)
    return damaged({ kind: "owner", owner, expected });
  const text = readTextFile(file, largestRecord);
  if (!text.ok)
    return text.problems.some(({ code }) => code === "file-not-text") ? damaged({ kind: "not-text" }) : text;
  const parsed = parseJson(text.value);
  if (!parsed.ok) return damaged(parsed.fault);
  const { body, isWhole } = unsealed(parsed.value);
  const record = recordFromFile(body);
  if (!record.ok && record.fault.kind === "version" && Number(record.fault.found) > 0)
    return failed([{ code: "newer-snapshot", file, version: record.fault.found }]);
  if (!isWhole) return damaged({ kind: "checksum" });
  if (!record.ok) return damaged(record.fault);
  const name = nameParts(basename(file));
  if (name?.id !== record.value.id) return damaged({ kind: "other-id", id: String(record.value.id) });
  return ok(name.takenBack ? { ...record.value, status: "taken-back" } : record.value);
}
