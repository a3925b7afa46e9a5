/** The state of a host as a peer sees it: the values of the kernel, and the peer's own files. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type Seen = {
  readonly values: readonly string[];
  /** The peer's own files and what they hold, or what it says of its own state. */
  readonly own: string;
  /** Names that an undisturbed run does not leave. */
  readonly litter: readonly string[];
};

/** What a state is, held against the one before and the one that an undisturbed run makes. */
export type Side = "old" | "new" | "neither";

const valueFile = (key: string): string => `/proc/sys/${key.replaceAll(".", "/")}`;

export const readValues = (keys: readonly string[]): readonly string[] =>
  keys.map((key) => readFileSync(valueFile(key), "utf8").trim().replaceAll("\t", " "));

/** Some bound others, so that it takes two rounds. */
export function writeValues(keys: readonly string[], values: readonly string[]): void {
  for (const _ of [1, 2])
    for (const [at, key] of keys.entries()) writeFileSync(valueFile(key), values[at] ?? "");
}

export function place(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

export function empty(...folders: readonly string[]): void {
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
}

/** Every file below folders, by name. */
export function filesBelow(...folders: readonly string[]): ReadonlyMap<string, string> {
  const paths = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const files = paths.filter((path) => statSync(path).isFile()).sort();
  return new Map(files.map((path) => [path, readFileSync(path, "utf8")]));
}

const sideOf = (one: string, old: string, made: string): Side =>
  one === made ? "new" : one === old ? "old" : "neither";

export type Judged = { readonly kernel: Side; readonly own: Side; readonly whole: Side };

/** Where a peer keeps nothing, its own state is the same before and after, and the kernel alone is judged. */
export function judge(seen: Seen, old: Seen, made: Seen): Judged {
  const kernel = sideOf(seen.values.join("\n"), old.values.join("\n"), made.values.join("\n"));
  const own = old.own === made.own && seen.own === old.own ? kernel : sideOf(seen.own, old.own, made.own);
  return { kernel, own, whole: kernel === own ? kernel : "neither" };
}
