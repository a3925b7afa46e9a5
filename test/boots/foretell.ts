/** What tunectl says of the boot of a tree: the rows of its diff, and its model of a boot for every key. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findTunable } from "../../src/catalogue/catalogue.js";
import { parseKey, pathKey } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { canonicalReading } from "../../src/catalogue/value.js";
import { imageHost } from "../../src/hosts/image.js";
import { gather } from "../../src/operations/gather.js";
import { bootValue, bootWith } from "../../src/plan/boot-value.js";
import type { BootValue } from "../../src/plan/plan.js";
import { profileText } from "../support/profile-text.js";
import { type Boot, grubFile, putFiles, settingsOf } from "./case.js";

/** `missing`: there will be no such key; no value: it is not known. */
export type Foretold = { readonly value?: string; readonly missing?: true; readonly by: string };

export type Forecast = ReadonlyMap<string, Foretold>;

/** What `diff --format json` prints, as far as it matters here. */
type Diff = {
  readonly keys: readonly {
    readonly key: string;
    readonly boot: { readonly after: BootValue };
    readonly module?: string;
  }[];
  readonly problems: readonly { readonly code: string; readonly module?: string }[];
};

export const profile = "root/boots.yaml";

const program = join(dirname(fileURLToPath(import.meta.url)), "../../dist/start.cjs");

function tunectl(...args: string[]): { readonly code: number; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  return { code: status ?? -1, out: stdout, err: stderr };
}

/** Applies what is ours to the tree, then puts what is foreign into it. */
export function prepareTree(tree: string, boot: Boot): void {
  const path = join(tree, profile);
  writeFileSync(path, profileText("boots", settingsOf(boot)));
  const { code, out, err } = tunectl("apply", "--root", tree, path);
  if (code !== 0) throw new Error(`apply ended with ${code}: ${out}${err}`);
  putFiles(tree, grubFile(boot));
  for (const { files = {} } of boot.cases) putFiles(tree, files);
}

export const foretellImage = (tree: string): Forecast =>
  forecastOf(tunectl("diff", "--format", "json", "--root", tree, join(tree, profile)).out);

/** @param text what `diff --format json` has printed */
export function forecastOf(text: string): Forecast {
  const { keys, problems } = JSON.parse(text) as Diff;
  const denied = problems.filter(({ code }) => code === "module-denied-at-boot").map(({ module }) => module);
  return new Map(
    keys.map(({ key, boot: { after } }) => {
      const isDenied = denied.includes(
        findTunable(shippedCatalogue(), parseKey(key) ?? pathKey(key))?.module,
      );
      return [key, isDenied ? { missing: true, by: "a module that is denied" } : foretold(after)];
    }),
  );
}

const foretold = (value: BootValue): Foretold => ({
  ...(value.value !== undefined && { value: value.value }),
  by: causeOf(value),
});

function causeOf(value: BootValue): string {
  if (value.from === "kernel") return "the kernel";
  const place =
    value.file === undefined ? "" : `${value.file}${value.line === undefined ? "" : `:${value.line}`}`;
  const who = value.from === "program" ? [value.program, place].filter(Boolean).join(", ") : place;
  return value.via === undefined ? who : `${who}, by way of ${value.via}`;
}

/** The model of a boot of the tree, asked for every key that a real boot has shown. */
export async function foretellAll(tree: string, paths: readonly string[]): Promise<Forecast> {
  const catalogue = shippedCatalogue();
  const stopRequest = async () => undefined;
  const gathered = await gather(catalogue, imageHost(tree, { uid: 0, stopRequest }));
  if (!gathered.ok) throw new Error(JSON.stringify(gathered.problems));
  const { facts } = gathered.value;
  const withLate = { ...facts, interfaces: [...facts.interfaces, "late0", "late0.5"] };
  const outcome = bootWith({ catalogue, facts: withLate }, [], paths);
  return new Map(paths.map((path) => [pathKey(path), foretold(bootValue(pathKey(path), outcome))]));
}

/** A reading as tunectl writes it, by key. */
export const canonical = (readings: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map(
    [...readings].map(([path, text]) => {
      const key = pathKey(path);
      return [key, canonicalReading(findTunable(shippedCatalogue(), key), text)];
    }),
  );
