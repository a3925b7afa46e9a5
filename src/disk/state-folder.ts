/** Where snapshots lie; apart from reading them, so that a host without any pays for nothing. */
import { lstatSync, readdirSync } from "node:fs";

export const stateFolder = "/var/lib/tunectl";

/** The names of the snapshots, none where there is no folder yet. Throws where it may not be read. */
export function snapshotNames(folder: string): readonly string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder).filter((name) => /^\d{6,}\.json$/.test(name));
}
