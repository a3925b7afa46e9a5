/** The files of a change on their way back. */
import { isOurs, rivalPath } from "../boot/drop-in.js";
import { hasMarks, markedAs } from "../boot/taken-over.js";
import type { HostProblem } from "../problem.js";
import type { FileRestore } from "../record/restore.js";
import { obstacleOf, textOf } from "./own-files.js";
import type { FileChange, PlanFacts } from "./plan.js";

/** What must not be replaced is left, and the rest is done. */
export function obstacleAt(facts: PlanFacts, path: string): HostProblem | undefined {
  const why = obstacleOf(facts, path);
  return why && { code: "foreign-file", file: path, why };
}

export function fileConflict(facts: PlanFacts, restore: FileRestore): HostProblem | undefined {
  const { path, ours, before } = restore;
  const text = textOf(facts, path) ?? null;
  if (text === before || text === ours || editedRival(facts, restore)) return undefined;
  return { code: "file-modified", file: path, ...(text === null && { removed: true }) };
}

/** Where our drop-in moves, the one in the other place goes first: no boot ever reads both. */
export const removalsFirst = <File>(
  files: readonly File[],
  isRemoved: (file: File) => boolean,
): readonly File[] => [...files.filter(isRemoved), ...files.filter((file) => !isRemoved(file))];

export const restoredFiles = (
  facts: PlanFacts,
  files: readonly FileRestore[],
  kept: ReadonlySet<string>,
): readonly FileChange[] =>
  removalsFirst(files, ({ before }) => before === null).flatMap((restore) => {
    const { path, before, ours, attributes } = restore;
    const text = textOf(facts, path);
    if (kept.has(path) || (text ?? null) === before) return [];
    const edited = text === ours ? undefined : editedRival(facts, restore);
    if (edited) return edited.change ?? [];
    return [
      {
        path,
        ...(text !== undefined && { before: text }),
        ...(before !== null && { after: before }),
        ...(attributes && { attributes }),
      },
    ];
  });

/**
 * A file of the administrator, who has edited it since lines of it were taken over: they alone go back, and
 * of a file that is gone there is none left. Undefined where it is no such file, or cannot be changed so.
 */
export function editedRival(
  facts: PlanFacts,
  { path, ours, before }: FileRestore,
): { readonly change?: FileChange } | undefined {
  if (!rivalPath.test(path) || before === null || ours === null) return undefined;
  if ([before, ours].some(isOurs) || ![before, ours].some(hasMarks)) return undefined;
  if (textOf(facts, path) === undefined) return {};
  const rival = facts.rivalAt?.(path);
  const after = rival?.ok && rival.path === path ? markedAs(before, ours, rival.text) : undefined;
  if (!rival?.ok || after === undefined) return undefined;
  if (after === rival.text) return {};
  const { text, attributes } = rival;
  return {
    change: {
      path,
      before: text,
      after,
      ...(attributes && { attributes }),
      theirs: hasMarks(ours) ? "given-back" : "taken-over",
    },
  };
}
