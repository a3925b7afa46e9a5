/** Where a rollback leads: what every key and file was before a change, and whether what is there now is still ours. */
import { dropInPath } from "../boot/print.js";
import { type Key, recordedKey } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import { appliedFromDropIn } from "./settings.js";
import type { Side, Snapshot } from "./snapshot.js";

/** One key on its way back: `ours` is what our last change of it left; the same as `before` where the change could have moved it and did not. */
export type WayBack = {
  readonly key: Key;
  readonly ours: Value | null;
  readonly before: Value | null;
  /** We never wrote it: it is ours only if a boot has taken it from our drop-in. */
  readonly byBoot?: true;
};
export type FileBack = {
  readonly path: string;
  readonly ours: string | null;
  readonly before: string | null;
};

export type RollbackTarget = {
  readonly keys: readonly WayBack[];
  readonly files: readonly FileBack[];
  readonly applied: Side["applied"];
};

/** Back to before this change: from it on, the first `before` and the last `after` of each key count. */
export function rollbackTarget(snapshots: readonly Snapshot[], id: number): RollbackTarget | undefined {
  const since = snapshots.filter((snapshot) => snapshot.id >= id && snapshot.status === "committed");
  const first = since[0];
  if (first?.id !== id) return undefined;
  const keys = keysBack(since);
  const known = new Set<string>([
    ...keys.map(({ key }) => key),
    ...(first.before.applied?.settings ?? []).map(({ key }) => key),
  ]);
  return {
    keys: [...keys, ...bootedKeys(since).filter(({ key }) => !known.has(key))],
    files: filesBack(since),
    applied: first.before.applied,
  };
}

/** Keys whose live value was within the bounds and was left alone, while the drop-in got a line for them: a boot has written that since. */
function bootedKeys(since: readonly Snapshot[]): readonly WayBack[] {
  const applied = since.findLast(({ after }) => after.applied)?.after.applied;
  const text = since.findLast(({ after }) => dropInPath in after.files)?.after.files[dropInPath] ?? "";
  return (appliedFromDropIn(dropInPath, text)?.settings ?? []).flatMap(({ key, wanted }): WayBack[] => {
    const before = applied?.originals[key] ?? null;
    return before === null || wanted.kind !== "value"
      ? []
      : [{ key, ours: wanted.value, before, byBoot: true }];
  });
}

function keysBack(since: readonly Snapshot[]): readonly WayBack[] {
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

function filesBack(since: readonly Snapshot[]): readonly FileBack[] {
  const paths = [...new Set(since.flatMap(({ before }) => Object.keys(before.files)))];
  return paths.flatMap((path) => {
    const before = since.find((snapshot) => path in snapshot.before.files)?.before.files[path] ?? null;
    const ours = since.findLast((snapshot) => path in snapshot.after.files)?.after.files[path] ?? null;
    return ours === before ? [] : [{ path, ours, before }];
  });
}
