/** All that the proof of a rehearsal compares: every `net.*` reading, and every file but the records. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../host.js";
import type { Evidence } from "../operations/rehearse.js";

/** @param root the private root, below which all files are */
export function evidenceOf({ kernel, records }: Host, root: string): Evidence {
  const readings = [...(kernel?.readAll() ?? [])]
    .filter(([key]) => key.startsWith("net."))
    .map(([key, reading]) => [key, JSON.stringify(reading)] as const);
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(`${records.folder}/`))
    .map((path) => [path.slice(root.length), readFileSync(path, "utf8")] as const);
  return { readings: new Map(readings), files: new Map(files) };
}
