/** The whole of `/proc/sys`: what there is, and for `capture` all values of it. */
import { readdirSync } from "node:fs";
import { type Key, pathKey } from "../catalogue/key.js";
import type { RawReading } from "../catalogue/reading.js";
import { readProcFile } from "./read-file.js";

/**
 * Reading these does work, waits for a lock, or gives another answer each time; none of them is a setting.
 */
const notRead = new Set([
  "vm/stat_refresh",
  "kernel/random/uuid",
  "kernel/random/boot_id",
  "fs/binfmt_misc/register",
]);

export function readAll(base = "/proc/sys"): ReadonlyMap<Key, RawReading> {
  const readings = new Map<Key, RawReading>();
  visit(base, "", (path) => {
    if (!notRead.has(path)) readings.set(pathKey(path), readProcFile(`${base}/${path}`));
  });
  return readings;
}

/** The names alone, which takes a tenth of the time. */
export function listKeys(base = "/proc/sys"): readonly Key[] {
  const keys: Key[] = [];
  visit(base, "", (path) => keys.push(pathKey(path)));
  return keys;
}

function visit(base: string, folder: string, found: (path: string) => void): void {
  for (const entry of entriesOf(`${base}/${folder}`)) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) visit(base, path, found);
    else found(path);
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
