/** The state folder under the lock: readable by root alone. */
import { chmodSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { undoCopies, undoScript } from "../format/undo-script.js";
import { errnoOf, type RecordWriter } from "../host.js";
import { type Checked, failed, ok } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";
import { removeLeftovers } from "./leftovers.js";
import { lockFolder } from "./lock.js";
import { recordText } from "./record-files.js";
import { recordFileName, takenBackName, undoCopyName, undoOwner, undoScriptName } from "./record-names.js";
import { makeFolder, renameDurably, replaceFile, writeFresh } from "./replace-file.js";

export type LockOptions = {
  /** The user who must own the folder. */
  readonly uid: number;
  /** Seconds to wait for another run to end. */
  readonly wait: number;
};

export function lockRecords(root: string, folder: string, { uid, wait }: LockOptions): Checked<RecordWriter> {
  try {
    const state = openState(folder, uid);
    if (!state.ok) return state;
    const lock = lockFolder(folder, wait);
    if (!lock.ok) return lock;
    removeLeftovers(root, folder);
    return ok({
      save: (record) => save(folder, record),
      withdraw: (id) => renameDurably(join(folder, recordFileName(id)), join(folder, takenBackName(id))),
      remove: (id) => remove(folder, id),
      release: lock.value.release,
    });
  } catch (error) {
    return failed([{ code: "file-not-written", file: folder, errno: errnoOf(error) }]);
  }
}

/** Makes the folder where it is missing, and refuses one that others could have prepared. */
export function openState(folder: string, uid: number): Checked<string> {
  makeFolder(dirname(folder), 0o755);
  makeFolder(folder, 0o700);
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) return failed([{ code: "state-untrusted", path: folder }]);
  if (stats.uid !== uid) return failed([{ code: "state-untrusted", path: folder, owner: stats.uid }]);
  // Others could have renamed or removed records in it.
  if ((stats.mode & 0o022) !== 0)
    return failed([{ code: "state-untrusted", path: folder, mode: stats.mode & 0o777 }]);
  // The umask may have taken away the owner's own rights.
  if ((stats.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  return ok(folder);
}

function save(folder: string, record: TransactionRecord): void {
  const path = join(folder, recordFileName(record.id));
  try {
    const text = recordText(record);
    // The rename of the record makes their names durable too.
    if (record.status === "prepared" && !record.recovering) writeUndo(folder, record);
    replaceFile(path, text, 0o600);
  } catch (error) {
    // A failed write(2) or fsync(2) does not name the file.
    throw Object.assign(new Error(errnoOf(error)), { code: errnoOf(error), path });
  }
}

/** How to undo the change without tunectl. */
function writeUndo(folder: string, record: TransactionRecord): void {
  const { id } = record;
  for (const { name, text, attributes } of undoCopies(record))
    writeFresh(join(folder, undoCopyName(id, name)), text, attributes ?? {});
  const script = undoScript(record, ({ name }) => undoCopyName(id, name));
  writeFresh(join(folder, undoScriptName(id)), script, { mode: 0o700 });
}

function remove(folder: string, id: number): void {
  const undo = readdirSync(folder).filter((name) => undoOwner(name) === id);
  // The record last: without it the others are leftovers.
  for (const name of [...undo, recordFileName(id), takenBackName(id)])
    rmSync(join(folder, name), { force: true });
}
