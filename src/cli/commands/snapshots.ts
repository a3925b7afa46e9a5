/** `tunectl snapshots [ID]`: lists them, shows one, prunes old ones. */

import { inside } from "../../disk/inside.js";
import { readSnapshots } from "../../disk/state.js";
import { stateFolder } from "../../disk/state-folder.js";
import { inForce, latest, type Snapshot } from "../../history/snapshot.js";
import { errnoOf } from "../../host.js";
import { jsonText } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { snapshotList, snapshotText } from "../../render/snapshots.js";
import { counted } from "../../render/table.js";
import { openWorkshop } from "../changing.js";
import { type Exit, exit } from "../exit.js";
import { fail } from "../report.js";
import { rightsProblem } from "../rights.js";
import type { World } from "../world.js";

export type SnapshotsOptions = {
  readonly format: "text" | "json";
  readonly root?: string;
  readonly keep?: string;
};

export async function snapshots(
  world: World,
  id: string | undefined,
  options: SnapshotsOptions,
): Promise<Exit> {
  if (options.keep !== undefined && id !== undefined)
    return fail(
      world,
      [{ code: "usage", message: "Give an ID to look at one, or --keep to remove old ones, not both." }],
      [],
      options,
    );
  if (options.keep !== undefined) return prune(world, options.keep, options);
  const folder = inside(options.root ?? "", stateFolder);
  try {
    const all = readSnapshots(folder);
    if (!all.ok) return fail(world, all.problems, [], options);
    if (id !== undefined) return showOne(world, id, all.value, options);
    if (options.format === "json")
      world.out(jsonText({ ok: true, snapshots: all.value, in_force: inForce(all.value) }));
    else world.out(snapshotList(all.value, inForce(all.value), paint(world.colour.out)));
    return exit.done;
  } catch (error) {
    return fail(world, [{ code: "file-unreadable", file: folder, errno: errnoOf(error) }], [], options);
  }
}

function showOne(world: World, id: string, all: readonly Snapshot[], options: SnapshotsOptions): Exit {
  const found = all.find((snapshot) => String(snapshot.id) === id);
  if (!found)
    return fail(
      world,
      [{ code: "unknown-snapshot", id, known: all.map((snapshot) => String(snapshot.id)) }],
      [],
      options,
    );
  world.out(
    options.format === "json"
      ? jsonText({ ok: true, snapshots: [found], in_force: inForce(all) })
      : snapshotText(found, paint(world.colour.out)),
  );
  return exit.done;
}

/** Keeps the newest N; the newest committed one is the record of what is applied, and always stays, as does an interrupted one. */
function prune(world: World, keep: string, options: SnapshotsOptions): Exit {
  const rights = rightsProblem(world, "snapshots --keep", options.root);
  if (rights.length > 0) return fail(world, rights, [], options);
  if (!/^[1-9][0-9]{0,8}$/.test(keep))
    return fail(
      world,
      [{ code: "usage", message: `--keep ${keep}: takes a whole number from 1 on.` }],
      [],
      options,
    );
  const workshop = openWorkshop(world, options.root);
  if (!workshop.ok) return fail(world, workshop.problems, [], options);
  const all = workshop.value.snapshots;
  const old = all
    .slice(0, Math.max(0, all.length - Number(keep)))
    .filter((snapshot) => snapshot !== latest(all) && snapshot.status !== "prepared");
  try {
    for (const snapshot of old) workshop.value.store.remove(snapshot.id);
  } catch (error) {
    const file = inside(options.root ?? "", stateFolder);
    return fail(world, [{ code: "file-not-written", file, errno: errnoOf(error) }], [], options);
  } finally {
    workshop.value.release();
  }
  const removed = old.map((snapshot) => snapshot.id);
  world.out(
    options.format === "json"
      ? jsonText({ ok: true, removed })
      : `${counted(removed.length, "snapshot")} removed, ${all.length - removed.length} kept.\n`,
  );
  return exit.done;
}
