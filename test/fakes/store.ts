/** The state folder in memory. */
import type { Snapshot, Store } from "../../src/history/snapshot.js";
import { type Faults, makeFaults, osError } from "./faults.js";

export type FakeStore = Store & { readonly snapshots: () => readonly Snapshot[] };

export function fakeStore(faults: Faults = makeFaults()): FakeStore {
  const kept = new Map<number, Snapshot>();
  const effect = (action: () => void): void => {
    const mode = faults.next();
    if (mode === "after" || mode === undefined) action();
    if (mode !== undefined)
      throw osError(mode === "after" ? "EIO" : "ENOSPC", "/var/lib/tunectl/000001.json");
  };
  return {
    save: (snapshot) => effect(() => kept.set(snapshot.id, JSON.parse(JSON.stringify(snapshot)))),
    remove: (id) => effect(() => kept.delete(id)),
    snapshots: () => [...kept.values()].sort((a, b) => a.id - b.id),
  };
}
