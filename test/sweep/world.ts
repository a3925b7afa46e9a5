/** All that a run of tunectl may change, read and put back: the values below /proc/sys/net, and files. */
import {
  chmodSync,
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { endGuards, livingGuards, startStandIn } from "./guards.js";

export type Entry = {
  readonly mode: number;
  readonly owner: string;
  /** Of a file its bytes, of a link where it leads; a folder has none. */
  readonly text?: string;
  readonly kind: "file" | "folder" | "link";
};

export type World = {
  readonly values: ReadonlyMap<string, string>;
  /** Below /etc, without the names that a run leaves beside files. */
  readonly files: ReadonlyMap<string, Entry>;
  /** The state folder, as it is. */
  readonly records: ReadonlyMap<string, Entry>;
  /** The changes whose guards are there. */
  readonly guards: readonly string[];
  /** What was left beside files. */
  readonly litter: readonly string[];
};

const folders = ["/etc/sysctl.d", "/etc/modules-load.d"];
const stateFolder = "/var/lib/tunectl";
const isLitter = (path: string): boolean => path.includes(".tunectl-") || path.endsWith(".guard.new");

/** The files of values that can be read and written, but for those that change by themselves. */
export function steadyValues(): readonly string[] {
  const paths = readdirSync("/proc/sys/net", { recursive: true, encoding: "utf8" })
    .map((name) => join("/proc/sys/net", name))
    .filter((path) => (lstatSync(path).mode & 0o170666) === 0o100644)
    .sort();
  const [first, second] = [readValues(paths), readValues(paths)];
  return paths.filter((path) => first.has(path) && first.get(path) === second.get(path));
}

function readValues(paths: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    paths.flatMap((path) => {
      const text = valueIn(path);
      return text === undefined ? [] : [[path, text]];
    }),
  );
}

/** One read: a value that is as long as a page and more must not be read in parts. */
function valueIn(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

export function readWorld(paths: readonly string[]): World {
  const found = folders.flatMap((folder) => entriesBelow(folder));
  const records = entriesBelow(stateFolder);
  const litter = [...found, ...records].map(([path]) => path).filter(isLitter);
  const guards = livingGuards(records.map(([path]) => path));
  const files = new Map(found.filter(([path]) => !isLitter(path)));
  return { values: readValues(paths), files, records: new Map(records), guards, litter };
}

function entriesBelow(folder: string): readonly (readonly [string, Entry])[] {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (!stats) return [];
  const shared = { mode: stats.mode & 0o7777, owner: `${stats.uid}:${stats.gid}` };
  if (stats.isSymbolicLink()) return [[folder, { ...shared, kind: "link", text: readlinkSync(folder) }]];
  if (stats.isFile()) return [[folder, { ...shared, kind: "file", text: readFileSync(folder, "latin1") }]];
  const inside = readdirSync(folder)
    .sort()
    .flatMap((name) => entriesBelow(join(folder, name)));
  return [[folder, { ...shared, kind: "folder" }], ...inside];
}

/** Where two worlds differ, by path. The state folder is judged by what `status` says, not by its bytes. */
export function differences(one: World, other: World): readonly string[] {
  return [...differing(one.values, other.values), ...differing(one.files, other.files)];
}

function differing(
  one: ReadonlyMap<string, unknown>,
  other: ReadonlyMap<string, unknown>,
): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter(
    (path) => JSON.stringify(one.get(path)) !== JSON.stringify(other.get(path)),
  );
}

/** Puts the host back without tunectl's help. */
export function restoreWorld(world: World): void {
  endGuards();
  for (const folder of [...folders, stateFolder]) rmSync(folder, { recursive: true, force: true });
  for (const [path, entry] of [...world.files, ...world.records]) putBack(path, entry);
  restoreValues(world.values);
  for (const id of world.guards) startStandIn("", [id]);
}

function putBack(path: string, { kind, mode, owner, text = "" }: Entry): void {
  mkdirSync(dirname(path), { recursive: true });
  if (kind === "folder") mkdirSync(path, { recursive: true });
  else if (kind === "file") writeFileSync(path, text, { encoding: "latin1" });
  else symlinkSync(text, path);
  if (kind === "link") return;
  const [uid = 0, gid = 0] = owner.split(":").map(Number);
  chmodSync(path, mode);
  chownSync(path, uid, gid);
}

/** One value moves another, so it takes some rounds until all are as wanted. */
function restoreValues(wanted: ReadonlyMap<string, string>): void {
  for (let round = 0; round < 6; round++) {
    const wrong = [...wanted].filter(([path, text]) => valueIn(path) !== text);
    if (wrong.length === 0) return;
    for (const [path, text] of wrong) writeValue(path, text);
  }
  throw new Error("The values of this namespace cannot be put back");
}

/** The kernel takes a list of ports a page at a time, and says how much of it. */
function writeValue(path: string, text: string): void {
  const bytes = Buffer.from(text === "" ? "\n" : text, "latin1");
  const fd = openSync(path, "w");
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
  } finally {
    closeSync(fd);
  }
}
