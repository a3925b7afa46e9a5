/** Reads of a host the files of a plan: our own, and those of the administrator. */
import { dropInFolder, dropInName, dropInPath, dropInPathOf, isOurs, modulesPath } from "../boot/drop-in.js";
import type { BootStack } from "../boot/stack.js";
import { errnoOf, type Host } from "../host.js";
import type { FileNow, PlanFacts } from "../plan/plan.js";
import { type Applied, appliedFromDropIn } from "../record/applied.js";
import type { Rival } from "../record/rival.js";
import {
  currentlyApplied,
  type History,
  lastCommitted,
  lastWrittenFiles,
  unreadableNow,
} from "../record/transaction.js";

type FilesFacts = Pick<
  PlanFacts,
  | "dropInPath"
  | "dropIn"
  | "modulesFile"
  | "fileAt"
  | "rivalAt"
  | "applied"
  | "written"
  | "obstacles"
  | "isLaterBoot"
>;

export const filesFacts = (host: Host, history: History | undefined, boot: BootStack): FilesFacts => ({
  ...filesPart(host, history, boot),
  ...otherFiles(host.files),
});

/** Where no record tells of it: a file that is ours by its first line. */
export function strayDropIn({ entries }: BootStack): string {
  const found = entries.flatMap(({ folder, name, content }) =>
    folder === dropInFolder && content.kind === "text" && isOurs(content.text) ? [name] : [],
  );
  return dropInPathOf(found.includes(dropInName) ? dropInName : found[0]);
}

/** A change of files alone names no boot: whether one has come since is then not known, and taken for granted. */
const isLaterBoot = ({ records }: History, bootId: string | undefined): boolean =>
  bootId !== undefined && lastCommitted(records)?.kernel?.bootId !== bootId;

function filesPart(
  { files, captured, bootTime }: Host,
  history: History | undefined,
  boot: BootStack,
): Omit<FilesFacts, "fileAt" | "rivalAt"> {
  const bootId = bootTime?.().bootId;
  const recorded = captured
    ? captured.applied
    : isKnown(history)
      ? appliedInBoot(history, bootId)
      : undefined;
  const place = recorded ? dropInPathOf(recorded.dropIn) : strayDropIn(boot);
  const [dropIn, modulesFile] = [readable(files, place), readable(files, modulesPath)];
  const applied = recorded ?? (captured || isKnown(history) ? undefined : appliedFromDropIn(dropIn, place));
  return {
    ...(place !== dropInPath && { dropInPath: place }),
    ...(dropIn !== undefined && { dropIn }),
    ...(modulesFile !== undefined && { modulesFile }),
    ...(applied && { applied }),
    ...(history && !captured && { written: lastWrittenFiles(history.records) }),
    obstacles: obstaclesOf(files, [place, modulesPath]),
    ...(history && isLaterBoot(history, bootId) && { isLaterBoot: true }),
  };
}

/** What was set live only has ended with its boot: the files are those of the set before. */
function appliedInBoot({ records }: History, bootId: string | undefined): Applied | undefined {
  const last = lastCommitted(records);
  const applied = currentlyApplied(records);
  const isOver = applied?.liveOnly && last?.kernel?.bootId !== bootId;
  return isOver ? (last?.before.applied ?? undefined) : applied;
}

/** Whether the records tell what is applied; else only the drop-in does. */
const isKnown = (history: History | undefined): history is History =>
  history !== undefined && history.records.length > 0 && unreadableNow(history).length === 0;

/** An ordinary user may not read every folder; the boot stack names the one that cannot be read. */
function readable(files: Host["files"], path: string): string | undefined {
  try {
    return files.read(path);
  } catch (error) {
    if (errnoOf(error) === "EACCES") return undefined;
    throw error;
  }
}

function obstaclesOf(files: Host["files"], paths: readonly string[]): NonNullable<PlanFacts["obstacles"]> {
  const found = paths.flatMap((path) => {
    const obstacle = obstacleAt(files, path);
    return obstacle === undefined ? [] : [[path, obstacle] as const];
  });
  return Object.fromEntries(found);
}

/** Any file of a change; a plan asks more than once, and must see the same each time. */
function otherFiles(files: Host["files"]): Required<Pick<FilesFacts, "fileAt" | "rivalAt">> {
  const known = new Map<string, FileNow>();
  const rivals = new Map<string, Rival>();
  return {
    fileAt: (path) => {
      const found = known.get(path) ?? fileNow(files, path);
      known.set(path, found);
      return found;
    },
    rivalAt: (path) => {
      const found = rivals.get(path) ?? files.rival(path);
      rivals.set(path, found);
      return found;
    },
  };
}

function fileNow(files: Host["files"], path: string): FileNow {
  const [text, obstacle] = [readable(files, path), obstacleAt(files, path)];
  return { ...(text !== undefined && { text }), ...(obstacle && { obstacle }) };
}

function obstacleAt(files: Host["files"], path: string): ReturnType<Host["files"]["obstacle"]> {
  try {
    return files.obstacle(path);
  } catch (error) {
    if (errnoOf(error) === "EACCES") return undefined;
    throw error;
  }
}
