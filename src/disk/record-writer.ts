/** The state folder under the lock: readable by root alone. */
import { chmodSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { dropInPath, modulesPath } from "../boot/drop-in.js";
import { errnoOf, type RecordWriter } from "../host.js";
import { type Checked, failed, ok } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";
import { lockFolder } from "./lock.js";
import { recordFileName, recordText } from "./record-files.js";
import { makeFolder, replaceFile, sweepBeside } from "./replace-file.js";
import { resolveInRoot } from "./resolve-in-root.js";

export function lockRecords(root: string, folder: string, uid: number): Checked<RecordWriter> {
  try {
    const state = openState(folder, uid);
    if (!state.ok) return state;
    const lock = lockFolder(folder);
    if (!lock.ok) return lock;
    sweepBeside([
      ...unfinishedRecords(folder),
      ...[dropInPath, modulesPath].map((path) => resolveInRoot(root, path)),
    ]);
    return ok({
      save: (record) => save(folder, record),
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
  // The umask may have taken away the owner's own rights.
  if ((stats.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  return ok(folder);
}

function save(folder: string, record: TransactionRecord): void {
  const path = join(folder, recordFileName(record.id));
  try {
    replaceFile(path, recordText(record), 0o600);
  } catch (error) {
    // A failed write(2) or fsync(2) does not name the file.
    throw Object.assign(new Error(errnoOf(error)), { code: errnoOf(error), path });
  }
}

function remove(folder: string, id: number): void {
  const path = join(folder, recordFileName(id));
  rmSync(path, { force: true });
  sweepBeside([path]);
}

/** The records beside which a killed run left unfinished names. */
function unfinishedRecords(folder: string): readonly string[] {
  const names = readdirSync(folder).flatMap(
    (name) => /^\.(\d{6,}\.json)\.tunectl-(?:new|old)$/.exec(name)?.[1] ?? [],
  );
  return [...new Set(names)].map((name) => join(folder, name));
}
