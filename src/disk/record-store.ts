/**
 * The state folder. What reads and writes records is loaded only where there are any: most runs of `diff`
 * find none.
 */
import { statSync } from "node:fs";
import { errnoOf, type RecordStore } from "../host.js";
import { failed, ok } from "../problem.js";
import { noHistory } from "../record/transaction.js";
import { leftovers } from "./leftovers.js";
import { recordNames } from "./record-names.js";
import { resolveInRoot } from "./resolve-in-root.js";

export const stateFolder = "/var/lib/tunectl";

/**
 * @param root of an image, or empty for this host
 * @param uid the user who must own the folder
 */
export function recordStore(root: string, uid: number): RecordStore {
  const folder = resolveInRoot(root, stateFolder);
  return {
    folder,
    read: async () => {
      try {
        if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
          return failed([{ code: "state-untrusted", path: folder }]);
        if (recordNames(folder).length === 0) return ok(noHistory);
        return ok((await import("./record-files.js")).readRecords(folder));
      } catch (error) {
        if (errnoOf(error) === "EACCES") return undefined;
        return failed([{ code: "file-unreadable", file: folder, errno: errnoOf(error) }]);
      }
    },
    leftovers: () => leftovers(root, folder),
    lock: async (wait) => (await import("./record-writer.js")).lockRecords(root, folder, { uid, wait }),
  };
}
