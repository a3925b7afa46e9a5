/** The index of all tunables: by key, by likeness, by word. */
import { closest, distance } from "fastest-levenshtein";
import { entryName, interfaceOf, type Key } from "./key.js";
import { causesIn, type Tunable } from "./tunable.js";
import { isAtLeast } from "./version.js";

export type Catalogue = {
  readonly all: readonly Tunable[];
  readonly get: (key: string) => Tunable | undefined;
  /** The names of the entries whose values matter to this one: see `causesIn`. */
  readonly causes: (name: string) => readonly string[];
};

export function makeCatalogue(all: readonly Tunable[]): Catalogue {
  const byKey = new Map(all.map((tunable) => [tunable.key, tunable]));
  const causes = causesIn(all);
  return { all, get: (key) => byKey.get(key), causes: (name) => causes[name] ?? [] };
}

/** The entry for a key; one for `net.ipv4.conf.*.X` serves every interface, `all` and `default`. */
export function findTunable(catalogue: Catalogue, key: Key): Tunable | undefined {
  const exact = catalogue.get(key);
  if (exact || interfaceOf(key) === undefined) return exact;
  return catalogue.get(entryName(key));
}

/** The catalogue's nearest name for something mistyped, if there is one near enough to be meant. */
export function nearestKey(catalogue: Catalogue, text: string): string | undefined {
  const dotted = dottedInterface(catalogue, text);
  if (dotted !== undefined) return dotted;
  const bare = entryName(text as Key);
  const names = usefulNames(catalogue);
  const sameEnd = names.filter((name) => lastPart(name) === lastPart(bare));
  // Names share long beginnings, so how many letters may differ depends on the last part.
  return sameEnd.length === 1 ? sameEnd[0] : nearestWithin(bare, names, lastPart(bare).length / 3);
}

/** A profile may hold thousands of unknown names, and the catalogue is parsed as it is read. */
const knownNames = new WeakMap<Catalogue, readonly string[]>();

function usefulNames(catalogue: Catalogue): readonly string[] {
  const names =
    knownNames.get(catalogue) ??
    catalogue.all.filter(({ removed, never }) => !removed && !never).map(({ key }) => key);
  knownNames.set(catalogue, names);
  return names;
}

/** `net.ipv4.conf.eth0.100.rp_filter` with the interface `eth0.100` as sysctl.d(5) wants it: `eth0/100`. */
function dottedInterface(catalogue: Catalogue, text: string): string | undefined {
  const [, before, name, after] =
    /^(net\.\w+\.(?:conf|neigh))\.([^./]+(?:\.[^./]+)+)\.(\w+)$/.exec(text) ?? [];
  return name !== undefined && catalogue.get(`${before}.*.${after}`)
    ? `${before}.${name.replace(/\./g, "/")}.${after}`
    : undefined;
}

const lastPart = (key: string): string => key.slice(key.lastIndexOf(".") + 1);

/** The nearest of some names, where no more than a third of the letters differ. */
export const nearest = (text: string, names: readonly string[]): string | undefined =>
  nearestWithin(text, names, text.length / 3);

function nearestWithin(text: string, names: readonly string[], most: number): string | undefined {
  const wanted = text.toLowerCase();
  const limit = Math.max(2, most);
  // Of another length by more it is not near, and comparing letters takes a hundred times as long.
  const possible = names.filter((name) => Math.abs(name.length - wanted.length) <= limit);
  if (possible.length === 0) return undefined;
  const candidate = closest(wanted, possible);
  return distance(wanted, candidate) <= limit ? candidate : undefined;
}

/** Entries that hold every one of these words, those whose key or summary holds them first. */
export function searchTunables(catalogue: Catalogue, words: readonly string[]): readonly Tunable[] {
  const wanted = words.map((word) => word.toLowerCase());
  const holds = (text: string): boolean => wanted.every((word) => text.toLowerCase().includes(word));
  const close = catalogue.all.filter((tunable) =>
    holds(`${tunable.key} ${tunable.summary} ${(tunable.words ?? []).join(" ")}`),
  );
  const far = catalogue.all.filter(
    (tunable) => !close.includes(tunable) && holds(JSON.stringify(Object.values(tunable))),
  );
  return [...close, ...far];
}

/** What a kernel of this version starts with, where that is one number: `{ value: "4096", since: "5.4" }`. */
export function defaultOf(
  tunable: Tunable,
  kernel: string | undefined,
): { value: string; since?: string } | undefined {
  if (tunable.default_history) {
    const isOf = (era: { readonly since?: string }): boolean =>
      era.since === undefined || kernel === undefined || isAtLeast(kernel, era.since);
    const at = tunable.default_history.findIndex(isOf);
    const mayBeNewer = tunable.default_history.slice(0, Math.max(at, 0)).some(({ backported }) => backported);
    return mayBeNewer ? undefined : tunable.default_history[at];
  }
  return tunable.default === undefined ? undefined : { value: tunable.default };
}
