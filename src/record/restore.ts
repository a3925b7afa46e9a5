/**
 * Where a rollback leads: what every key and file was before a change, and whether what is there now is still
 * ours.
 */
import { isOurs, modulesPath } from "../boot/drop-in.js";
import { type Key, recordedKey } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import { appliedFromDropIn } from "./applied.js";
import {
  committedOf,
  type FileAttributes,
  type RecordedState,
  type TransactionRecord,
} from "./transaction.js";

/**
 * One key on its way back: `ours` is what our last change of it left; the same as `before` where the change
 * could have moved it and did not.
 */
export type KeyRestore = {
  readonly key: Key;
  readonly ours: Value | null;
  readonly before: Value | null;
  /** We never wrote it: it is ours only if a boot has taken it from our drop-in. */
  readonly appliedByBoot?: true;
};
export type FileRestore = {
  readonly path: string;
  readonly ours: string | null;
  readonly before: string | null;
  /** Its mode and owner then. */
  readonly attributes?: FileAttributes;
};

export type RestoreTarget = {
  readonly keys: readonly KeyRestore[];
  readonly files: readonly FileRestore[];
  readonly applied: RecordedState["applied"];
};

/** Back to before this change: from it on, the first `before` and the last `after` of each key count. */
export function restoreTarget(records: readonly TransactionRecord[], id: number): RestoreTarget | undefined {
  const since = committedOf(records).filter((record) => record.id >= id);
  const first = since[0];
  if (first?.id !== id) return undefined;
  const keys = keyRestores(since);
  const known = new Set<string>([
    ...keys.map(({ key }) => key),
    ...(first.before.applied?.settings ?? []).map(({ key }) => key),
  ]);
  return {
    keys: [...keys, ...keysAppliedByBoot(since).filter(({ key }) => !known.has(key))],
    files: fileRestores(since),
    applied: first.before.applied,
  };
}

/**
 * Keys whose live value was within the bounds and was left alone, while the drop-in got a line for them: a
 * boot has written that since.
 */
function keysAppliedByBoot(since: readonly TransactionRecord[]): readonly KeyRestore[] {
  const applied = since.findLast(({ after }) => after.applied)?.after.applied;
  const text = since.map(({ after }) => dropInTextIn(after.files)).findLast((one) => one !== undefined) ?? "";
  return (appliedFromDropIn(text)?.settings ?? []).flatMap(({ key, wanted }): KeyRestore[] => {
    const before = applied?.originals[key] ?? null;
    return before === null || wanted.kind !== "value"
      ? []
      : [{ key, ours: wanted.value, before, appliedByBoot: true }];
  });
}

/** The drop-in among the files of a change: empty where it took it away, undefined where it left it alone. */
function dropInTextIn(files: RecordedState["files"]): string | undefined {
  const texts = Object.entries(files).flatMap(([path, text]) =>
    path === modulesPath || (text !== null && !isOurs(text)) ? [] : [text ?? ""],
  );
  return texts.find((text) => text !== "") ?? texts[0];
}

function keyRestores(since: readonly TransactionRecord[]): readonly KeyRestore[] {
  const back = new Map<string, { ours: Value | null; before: Value | null }>();
  for (const { before, after } of since)
    for (const [key, value] of Object.entries(before.readings)) {
      const known = back.get(key);
      const ours = after.readings[key] ?? null;
      if (known) known.ours = ours;
      else back.set(key, { ours, before: value });
    }
  return [...back].flatMap(([text, { ours, before }]) => {
    const key = recordedKey(text);
    return key === undefined ? [] : [{ key, ours, before }];
  });
}

function fileRestores(since: readonly TransactionRecord[]): readonly FileRestore[] {
  const paths = [...new Set(since.flatMap(({ before }) => Object.keys(before.files)))];
  return paths.flatMap((path) => {
    const first = since.find((record) => path in record.before.files)?.before;
    const before = first?.files[path] ?? null;
    const attributes = first?.attributes?.[path];
    const ours = since.findLast((record) => path in record.after.files)?.after.files[path] ?? null;
    return ours === before ? [] : [{ path, ours, before, ...(attributes && { attributes }) }];
  });
}
