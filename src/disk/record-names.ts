import { lstatSync, readdirSync } from "node:fs";

/** The names of the records, none where there is no folder yet. Throws where it may not be read. */
export function recordNames(folder: string): readonly string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder).filter((name) => /^\d{6,}\.json$/.test(name));
}
