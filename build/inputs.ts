/** What `dist` is built from, as one digest: whether it is up to date does not depend on clocks. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const inputs = [
  "src",
  "schema",
  "profiles",
  "build",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.types.json",
];

/** Beside the generated code, which is neither committed nor published. */
const record = "src/generated/built-from.txt";

export function inputsDigest(): string {
  const hash = createHash("sha256");
  for (const path of inputs.flatMap(filesIn).sort()) hash.update(`${path}\0`).update(readFileSync(path));
  return hash.digest("hex");
}

function filesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith("src/generated"))
    .map((entry) => join(entry.parentPath, entry.name));
}

export const noteBuilt = (): void => writeFileSync(record, `${inputsDigest()}\n`);

export const isBuilt = (): boolean =>
  existsSync("dist/tunectl.cjs") &&
  existsSync(record) &&
  readFileSync(record, "utf8").trim() === inputsDigest();
