/** What is on record of a key, and which packages the files are of that speak of it. */
import { expand, interfaceOf, isPattern, type Key } from "../catalogue/key.js";
import type { Host } from "../host.js";
import type { Setting } from "../profile/profile.js";
import { wantedText } from "../profile/wanted.js";
import { committedOf, type History, type TransactionRecord } from "../record/transaction.js";
import type { BootView } from "./boot-view.js";

/** What we have on record: who wants the key to be what, and the change that first did. */
export type RecordOfKey = { readonly setting: Setting; readonly change?: TransactionRecord };

export function recordOf(
  key: Key,
  { facts }: BootView,
  history: History | undefined,
): RecordOfKey | undefined {
  const find = (settings: readonly Setting[]): Setting | undefined =>
    settings.find((one) => one.key === key) ??
    settings.find((one) => isPattern(one.key) && expand(one.key, [interfaceOf(key) ?? ""]).includes(key));
  const setting = find(facts.applied?.settings ?? []);
  if (!setting) return undefined;
  const records = committedOf(history?.records ?? []);
  const isSame = (record: TransactionRecord): boolean => {
    const found = find(record.after.applied?.settings ?? []);
    return found !== undefined && wantedText(found.wanted) === wantedText(setting.wanted);
  };
  // The first of the changes since which it has been wanted without a break.
  const change = records[records.findLastIndex((record) => !isSame(record)) + 1];
  return { setting, ...(change && { change }) };
}

/** Only of files that packages bring or keep: those of the drop-in folders below /etc and /usr. */
export function packagesOf({ packageOf }: Host, files: readonly string[]): ReadonlyMap<string, string> {
  const found = [...new Set(files)]
    .filter((file) => /^\/(etc|usr|lib)\//.test(file))
    .flatMap((file) => {
      const name = packageOf?.(file);
      return name === undefined ? [] : [[file, name] as const];
    });
  return new Map(found);
}
