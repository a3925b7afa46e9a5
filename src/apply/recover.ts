/** Takes back a change that a crash cut short: what of it is there, and nothing that somebody else has done since. */
import { interfaceOf, type Key } from "../catalogue/key.js";
import type { Snapshot } from "../history/snapshot.js";
import { type Disk, errnoOf } from "../host.js";
import { imageObstacles } from "../plan/change-back.js";
import { closure } from "../plan/order.js";
import { liveValue } from "../plan/reading.js";
import type { HostProblem } from "../problem.js";
import type { Surroundings } from "./change.js";
import { restoreReadings } from "./undo.js";

/** `left` could not be put back; `kept` is neither as before the change nor as it wanted it, and stays. */
export type Recovery = { readonly left: readonly HostProblem[]; readonly kept: readonly HostProblem[] };

/** @param sameBoot whether the kernel that runs is the one that the change was made on */
export function recover(around: Surroundings, snapshot: Snapshot, sameBoot: boolean): Recovery {
  const booted = !sameBoot && hasBooted(around.disk, snapshot);
  const readings = readingsBack(around, snapshot, sameBoot || booted);
  const kept = [...readings.kept, ...(booted && snapshot.boot_id === "" ? fromImage(around, snapshot) : [])];
  const notRestored = restoreReadings(around, readings.wanted, []);
  // By its file alone a later boot is known to have the values of the change: the next try needs it as much as this one.
  if (booted && notRestored.length > 0) return { left: notRestored, kept };
  const files = Object.entries(snapshot.before.files).map(([path, before]) =>
    fileBack(around.disk, snapshot, path, before),
  );
  const left = [...notRestored, ...files.flatMap((file) => file.left)];
  if (left.length === 0) around.store.remove(snapshot.id);
  return { left, kept: [...kept, ...files.flatMap((file) => file.kept)] };
}

/** What an image brought along already set had no value before. */
const fromImage = ({ catalogue, kernel, disk }: Surroundings, { after }: Snapshot): readonly HostProblem[] =>
  imageObstacles({ catalogue, kernel, disk }, after.applied?.settings ?? []);

/** A later boot has the values of the change too, if its files were in place by then. */
const hasBooted = (disk: Disk, { before, after }: Snapshot): boolean =>
  Object.entries(after.files).some(
    ([path, text]) => text !== before.files[path] && (disk.read(path) ?? null) === text,
  );

function readingsBack(around: Surroundings, { before, after }: Snapshot, isOurs: boolean) {
  const planned = Object.keys(after.readings) as Key[];
  const live = new Map(planned.map((key) => [key, liveValue(around, key) ?? null]));
  const arrived = planned.filter((key) => live.get(key) === after.readings[key]);
  // Where none of its values arrived, it has moved nothing else either.
  if (!isOurs || arrived.length === 0) return { wanted: {}, kept: [] };
  const interfaces = Object.keys(before.readings).flatMap((key) => interfaceOf(key as Key) ?? []);
  const moved = new Set(closure(around.catalogue, arrived, [...new Set(interfaces)]));
  const isStrange = (key: Key): boolean =>
    live.get(key) !== null &&
    live.get(key) !== after.readings[key] &&
    live.get(key) !== before.readings[key] &&
    !moved.has(key);
  const strange = planned.filter(isStrange);
  const wanted = Object.fromEntries(
    Object.entries(before.readings).filter(([key]) => !strange.includes(key as Key)),
  );
  const kept = strange.map((key): HostProblem => {
    const original = before.readings[key] ?? null;
    return {
      code: "changed-since",
      key,
      ours: after.readings[key] ?? "not there",
      found: live.get(key) ?? "not there",
      ...(original !== null && { before: original }),
    };
  });
  return { wanted, kept };
}

function fileBack(disk: Disk, { after }: Snapshot, path: string, before: string | null): Recovery {
  try {
    const text = disk.read(path) ?? null;
    if (text === before) return { left: [], kept: [] };
    if (text !== (after.files[path] ?? null))
      return { left: [], kept: [{ code: "file-edited", file: path }] };
    const staged = disk.stage(path, before ?? undefined);
    staged.commit();
    staged.finish();
    return { left: [], kept: [] };
  } catch (error) {
    return { left: [{ code: "file-not-restored", file: path, reason: errnoOf(error) }], kept: [] };
  }
}
