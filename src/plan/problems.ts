/** Why a plan must not be applied as it is. */
import { isOurs } from "../boot/drop-in.js";
import { findTunable } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import { isAtLeast } from "../catalogue/version.js";
import type { HostProblem } from "../problem.js";
import { hostAnswers } from "../relations/answers.js";
import { isGuarded } from "../relations/guard.js";
import { bootProblems } from "./boot-problems.js";
import type { Boots } from "./boot-value.js";
import { isOurPath, obstacleOf, targetPath } from "./own-files.js";
import {
  type BootValue,
  type FileChange,
  isFileChanged,
  isLiveChange,
  type PlanFacts,
  type PlannedKey,
  type PlanRequest,
} from "./plan.js";

export function keyProblems(
  request: PlanRequest,
  keys: readonly PlannedKey[],
  { after }: Pick<Boots, "after">,
): readonly HostProblem[] {
  const boot = bootProblems(request, keys, after);
  const problems = keys.flatMap((planned) =>
    [
      missing(request, planned),
      unwritable(planned),
      locked(request, planned, keys),
      guarded(request, planned),
      ...(boot.ofKeys.get(planned.key) ?? []),
    ].filter((problem) => problem !== undefined),
  );
  return [...problems, ...boot.ofHost];
}

/** A file in our place that is not ours is never replaced. */
export const fileProblems = (request: PlanRequest, files: readonly FileChange[]): readonly HostProblem[] => [
  ...hiding(request, files),
  ...obstacleProblems(request.facts, files),
  ...files
    .filter(({ theirs }) => theirs === undefined)
    .filter(({ path, before }) => before !== undefined && !isOurs(before) && !obstacleOf(request.facts, path))
    .filter(isFileChanged)
    .map(({ path }): HostProblem => ({ code: "foreign-file", file: path, why: "not-ours" })),
];

/** Under a new name our drop-in must not take the place of a file that the boot reads now. */
function hiding(request: PlanRequest, files: readonly FileChange[]): readonly HostProblem[] {
  const target = targetPath(request);
  const name = target.slice(target.lastIndexOf("/") + 1);
  const isNew = files.some(({ path, before, after }) => path === target && !before && after);
  const hidden = request.facts.boot.entries.find(
    (entry) => entry.name === name && `${entry.folder}/${name}` !== target,
  );
  return isNew && hidden ? [{ code: "drop-in-hides", name, file: `${hidden.folder}/${name}` }] : [];
}

/** A link or a device in the place of a file of ours. */
export const obstacleProblems = (facts: PlanFacts, files: readonly FileChange[]): readonly HostProblem[] =>
  files.filter(isFileChanged).flatMap(({ path }): HostProblem[] => {
    const why = obstacleOf(facts, path);
    return why === undefined ? [] : [{ code: "foreign-file", file: path, why }];
  });

const placed = ({ setting }: PlannedKey) => (setting ? { place: setting.place } : {});

function missing({ catalogue, facts }: PlanRequest, planned: PlannedKey): HostProblem | undefined {
  if (planned.now.status !== "missing" || planned.action !== "set" || planned.module !== undefined)
    return undefined;
  const tunable = findTunable(catalogue, planned.key);
  return {
    code: "key-not-found",
    key: planned.key,
    ...(facts.kernel !== undefined && { kernel: facts.kernel }),
    ...(tunable?.since && isNewer(tunable.since, facts.kernel) && { since: tunable.since }),
    ...(tunable?.module && { module: tunable.module }),
    ...(tunable?.vendor && {
      vendor: tunable.vendor,
      ...(tunable.instead && { instead: tunable.instead }),
    }),
    ...(tunable?.scope === "host" &&
      isNamespace(facts) &&
      planned.key.startsWith("net.") && { hidden: true }),
    ...placed(planned),
  };
}

/** Another key locks it now, and the plan does not unlock it. */
function locked(
  { catalogue, facts }: PlanRequest,
  planned: PlannedKey,
  keys: readonly PlannedKey[],
): HostProblem | undefined {
  const lock = findTunable(catalogue, planned.key)?.locked_by;
  if (lock === undefined || !isLiveChange(planned)) return undefined;
  const other = lock.key as Key;
  const locks = (value: Value | undefined): value is Value =>
    value !== undefined && lock.values.includes(value);
  const now = presentValue(facts.read(other));
  const after = keys.find(({ key }) => key === other)?.after ?? now;
  return locks(now) && locks(after)
    ? { code: "locked-by-other-key", key: planned.key, other, other_value: now, ...placed(planned) }
    : undefined;
}

/** A version that the kernel has reached is no reason for what it lacks. */
const isNewer = (since: string, kernel: string | undefined): boolean =>
  kernel === undefined || !isAtLeast(kernel, since);

/** Every kernel has this key, and shows it in the first network namespace alone. */
const isNamespace = ({ read }: PlanFacts): boolean =>
  read("net.core.netdev_max_backlog" as Key).status === "missing";

function unwritable(planned: PlannedKey): HostProblem | undefined {
  if (!isLiveChange(planned) || planned.now.status !== "present" || planned.now.writable) return undefined;
  return { code: "not-writable-here", key: planned.key, errno: "EACCES", ...placed(planned) };
}

function guarded(request: PlanRequest, planned: PlannedKey): HostProblem | undefined {
  const { catalogue, facts } = request;
  const tunable = findTunable(catalogue, planned.key);
  const value = newValue(request, planned);
  if (!tunable?.guard || value === undefined) return undefined;
  if (!isGuarded(tunable, value, hostAnswers(facts))) return undefined;
  // A key that is not there, and that no module brings, is a problem already.
  if (planned.now.status === "missing" && planned.module === undefined) return undefined;
  // What the host has already does it no harm; only a one-way value may, earlier in the boot than now.
  if (tunable.guard !== "one-way" && presentValue(planned.now) === value) return undefined;
  return {
    code: "needs-acceptance",
    key: planned.key,
    guard: tunable.guard,
    danger: tunable.danger ?? tunable.summary,
    ...placed(planned),
  };
}

/** What this plan writes, live or, as in an image, only for the boot; nothing where both stay as they are. */
function newValue(request: PlanRequest, { action, after, boot }: PlannedKey): Value | undefined {
  if (action === "set" && after !== undefined) return after;
  const isSame = isOurLine(request, boot.now) && boot.now.value === boot.after.value;
  return isOurLine(request, boot.after) && !isSame ? boot.after.value : undefined;
}

export const isOurLine = (request: PlanRequest, boot: BootValue): boolean =>
  boot.from === "file" && isOurPath(request, boot.file);
