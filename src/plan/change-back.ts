/** The change that goes back to before an earlier one. */
import type { Change } from "../apply/change.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { findTunable } from "../catalogue/catalogue.js";
import { expand, isPattern, type Key } from "../catalogue/key.js";
import type { FileBack, RollbackTarget, WayBack } from "../history/rollback.js";
import type { Disk, Kernel } from "../host.js";
import type { HostProblem } from "../problem.js";
import { isMet } from "../profile/merge.js";
import type { Setting } from "../profile/profile.js";
import { type Occasion, valuesOf } from "./change.js";
import { closure, inOrder, type Write } from "./order.js";
import type { Applied, FileChange } from "./plan.js";
import { liveValue } from "./reading.js";

export type Seen = {
  readonly catalogue: Catalogue;
  readonly kernel: Kernel | undefined;
  readonly disk: Disk;
};

/** What is neither as our change left it nor as it was before, and what can never be taken back. */
export function obstaclesBack(seen: Seen, target: RollbackTarget): readonly HostProblem[] {
  return [
    ...target.keys.flatMap((way) => keyObstacle(seen, way)),
    ...target.files.flatMap((file) => fileObstacle(seen, file)),
  ];
}

/** Keys that an image brought along already set: there is no value to go back to before the next boot. */
export function imageObstacles(seen: Seen, settings: readonly Setting[]): readonly HostProblem[] {
  return settings.flatMap(({ key }): HostProblem[] => {
    const live = liveValue(seen, key);
    return live === undefined ? [] : [{ code: "before-unknown", key, found: live }];
  });
}

/** Keys of interfaces that came after the change and took a pattern's value at birth: they had none before, so there is none to go back to. */
export function newcomers(
  seen: Seen & { readonly interfaces: readonly string[] },
  applied: readonly Applied[],
): readonly HostProblem[] {
  return applied.flatMap(({ settings, originals }) =>
    settings
      .filter(({ key }) => isPattern(key))
      .flatMap(({ key, wanted }) => expand(key, seen.interfaces).map((one) => ({ key: one, wanted })))
      .flatMap(({ key, wanted }): HostProblem[] => {
        const live = liveValue(seen, key);
        return key in originals || live === undefined || !isMet(wanted, live)
          ? []
          : [{ code: "before-unknown", key, found: live }];
      }),
  );
}

function keyObstacle(seen: Seen, { key, ours, before, byBoot }: WayBack): readonly HostProblem[] {
  const live = liveValue(seen, key);
  if (byBoot && live !== ours) return [];
  if (seen.kernel === undefined || live === undefined || live === before || ours === before) return [];
  const tunable = findTunable(seen.catalogue, key);
  if (tunable?.one_way?.includes(live))
    return [
      {
        code: "not-restored",
        key,
        wanted: before ?? "",
        found: live,
        reason: "one-way: only a reboot takes it back",
      },
    ];
  return live === ours
    ? []
    : [
        {
          code: "changed-since",
          key,
          ours: ours ?? "not there",
          found: live,
          ...(before !== null && { before }),
        },
      ];
}

function fileObstacle({ disk }: Seen, { path, ours, before }: FileBack): readonly HostProblem[] {
  const text = disk.read(path) ?? null;
  return text === before || text === ours ? [] : [{ code: "file-edited", file: path }];
}

export type BackRequest = {
  /** The change to go back to before of. */
  readonly id: number;
  /** What stays as somebody else made it. */
  readonly kept: readonly HostProblem[];
  readonly applied: Applied | null;
  readonly occasion: Occasion;
};

export function changeBack(
  seen: Seen & { readonly interfaces: readonly string[] },
  target: RollbackTarget,
  { id, kept, applied, occasion }: BackRequest,
): Change {
  const writes = inOrder(seen.catalogue, writesBack(seen, target, kept));
  const files = filesBack(seen, target, kept);
  const side = (which: "before" | "after") =>
    Object.fromEntries(files.map((file) => [file.path, file[which] ?? null]));
  return {
    writes,
    holds: holdsBack(seen, target),
    closure: closure(
      seen.catalogue,
      writes.map((write) => write.key),
      seen.interfaces,
    ),
    files,
    snapshot: {
      version: 1,
      ...occasion,
      kind: "rollback",
      status: "prepared",
      back_to: id,
      before: { readings: {}, files: side("before"), applied },
      after: { readings: valuesOf(writes), files: side("after"), applied: target.applied },
    },
  };
}

function writesBack(seen: Seen, target: RollbackTarget, kept: readonly HostProblem[]): readonly Write[] {
  const staying = new Set(kept.flatMap((problem) => ("key" in problem ? [problem.key] : [])));
  const writes = target.keys.flatMap(({ key, ours, before, byBoot }): Write[] => {
    const live = liveValue(seen, key);
    if (byBoot && live !== ours) return [];
    // A key that was not there before, or is not there now, has no value to go back to.
    if (before === null || live === undefined || live === before || ours === before || staying.has(key))
      return [];
    return [{ key, value: before, before: live }];
  });
  return writes.filter((write) => !isSecondName(seen, write, writes));
}

/** One of two names of a value is enough to write; of the two, the one that can be. `user.max_inotify_instances` needs a right that root may lack. */
function isSecondName({ catalogue, kernel }: Seen, { key }: Write, writes: readonly Write[]): boolean {
  const twin = writes.find((other) => findTunable(catalogue, key)?.same_as === other.key);
  if (!twin) return false;
  const canWrite = (name: Key): boolean => kernel?.probe(name).ok === true;
  return canWrite(key) === canWrite(twin.key) ? twin.key < key : canWrite(twin.key);
}

/** What our change left alone, the way back must leave alone too, though its writes may move it. */
const holdsBack = (seen: Seen, target: RollbackTarget): readonly Write[] =>
  target.keys.flatMap(({ key, ours, before }) =>
    before !== null && ours === before && liveValue(seen, key) === before ? [{ key, value: before }] : [],
  );

function filesBack(
  { disk }: Seen,
  target: RollbackTarget,
  kept: readonly HostProblem[],
): readonly FileChange[] {
  const staying = new Set(kept.flatMap((problem) => ("file" in problem ? [problem.file] : [])));
  return target.files.flatMap(({ path, before }) => {
    const text = disk.read(path);
    if (staying.has(path) || (text ?? null) === before) return [];
    return [{ path, ...(text !== undefined && { before: text }), ...(before !== null && { after: before }) }];
  });
}
