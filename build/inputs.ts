/** What `dist` is built from, as one digest: whether it is up to date does not depend on clocks. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

/** Says that nothing is built, until the build has ended. */
export const forgetBuilt = (): void => rmSync(record, { force: true });

/** @param digest of the inputs when the build began: what was edited since is not in it */
export const noteBuilt = (digest: string): void => writeFileSync(record, `${digest}\n`);

export const isBuilt = (): boolean =>
  existsSync("dist/tunectl.cjs") &&
  existsSync(record) &&
  readFileSync(record, "utf8").trim() === inputsDigest();
