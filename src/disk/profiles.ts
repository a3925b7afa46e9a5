/**
 * Finds and parses profiles: a path, or a name in `./profiles`, `/etc/tunectl/profiles` and among the shipped
 * ones.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { nearest } from "../catalogue/catalogue.js";
import { writtenProfiles } from "../generated/profiles.js";
import { type Checked, failed, ok, type PartlyChecked, type Place } from "../problem.js";
import type { WrittenProfile } from "../profile/profile.js";
import type { LoadProfile } from "../profile/resolve/load.js";
import type { PathTrace } from "./ownership.js";
import { readTracedFile } from "./text-file.js";

export type ProfileFolder = { readonly shown: string; readonly path: string };

const profileFolders = (cwd: string, root: string): readonly ProfileFolder[] => [
  { shown: "profiles", path: join(cwd, "profiles") },
  { shown: "/etc/tunectl/profiles", path: join(root, "/etc/tunectl/profiles") },
];

/** A command line's profile is a file where it has a `/` or ends in `.yaml`, else a name. */
const isFile = (argument: string): boolean => argument.includes("/") || /\.ya?ml$/.test(argument);

const nameGrammar = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export type ProfileLibrary = {
  readonly load: LoadProfile;
  /** The texts of all that was read from disk, for code frames. */
  readonly sources: Map<string, string>;
  /** How the files that were read from disk, as opposed to shipped, were come by. */
  readonly traces: PathTrace[];
};

export function profileLibrary(cwd: string, root = ""): ProfileLibrary {
  const sources = new Map<string, string>();
  const traces: PathTrace[] = [];
  const folders = profileFolders(cwd, root);
  const parseFile = async (shown: string, path: string): Promise<PartlyChecked<WrittenProfile>> => {
    const read = readTracedFile(path);
    if (!read.ok)
      return failed(
        read.problems.map((problem) => ("file" in problem ? { ...problem, file: shown } : problem)),
      );
    const { text, trace } = read.value;
    sources.set(shown, text);
    traces.push(trace);
    // Shipped profiles are parsed at build time, so a run on those alone never loads the YAML parser.
    const { parseProfile } = await import("../profile/read/parse.js");
    return parseProfile(shown, text);
  };
  const find: LoadProfile = async (name, place) => {
    if (!place && isFile(name)) return parseFile(name, name.startsWith("/") ? name : join(cwd, name));
    if (!nameGrammar.test(name)) return failed([{ code: "bad-profile-name", name, ...(place && { place }) }]);
    const found = findNamed(folders, name);
    if (found) return parseFile(found.shown, found.path);
    return shipped(name) ?? unknownProfile(name, folders, place);
  };
  const known = new Map<string, PartlyChecked<WrittenProfile>>();
  // A name is read once: apply plans again under the lock, and a base may be included by hundreds.
  const load: LoadProfile = async (name, place) => {
    const found = known.get(name) ?? (await find(name, place));
    if (found.ok) known.set(name, found);
    return found;
  };
  return { load, sources, traces };
}

function findNamed(folders: readonly ProfileFolder[], name: string): ProfileFolder | undefined {
  return folders
    .map(({ shown, path }) => ({ shown: `${shown}/${name}.yaml`, path: join(path, `${name}.yaml`) }))
    .find(({ path }) => statSync(path, { throwIfNoEntry: false }));
}

function shipped(name: string): Checked<WrittenProfile> | undefined {
  const written = Object.hasOwn(writtenProfiles, name) ? writtenProfiles[name] : undefined;
  return written === undefined ? undefined : ok(JSON.parse(written) as WrittenProfile);
}

function unknownProfile(
  name: string,
  folders: readonly ProfileFolder[],
  place: Place | undefined,
): Checked<never> {
  const names = [...Object.keys(writtenProfiles), ...folders.flatMap(({ path }) => namesIn(path))];
  const guess = nearest(name, names);
  const searched = folders.map(({ shown }) => `${shown}/`);
  return failed([
    { code: "unknown-profile", name, searched, ...(guess && { nearest: guess }), ...(place && { place }) },
  ]);
}

/** The names of the profiles in a folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.yaml$/.test(name))
      .map((name) => name.slice(0, -5))
      .sort();
  } catch {
    return [];
  }
}

export type FoundProfile = { readonly name: string; readonly where: string };

/** Every profile that a name can mean; of two with one name, the first found counts. */
export function listProfiles(cwd: string, root = ""): readonly FoundProfile[] {
  const found = profileFolders(cwd, root).flatMap(({ shown, path }) =>
    namesIn(path).map((name) => ({ name, where: shown })),
  );
  const all = [...found, ...Object.keys(writtenProfiles).map((name) => ({ name, where: "shipped" }))];
  return all
    .filter((profile, at) => all.findIndex((other) => other.name === profile.name) === at)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
