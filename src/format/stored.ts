/** The parts that stored files share, as `schema/stored.schema.json` has them, and the types in memory. */

import { type Key, parseKey, recordedKey } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { BadRecord, Place } from "../problem.js";
import type { Setting, Wanted } from "../profile/profile.js";
import type { Applied } from "../record/applied.js";
import { jsonTextFault } from "./json-text.js";

type StoredWanted = { readonly value: string } | { readonly at_least?: string; readonly at_most?: string };

export type StoredSetting = {
  readonly key: string;
  readonly wanted: StoredWanted;
  readonly profile: string;
  readonly place: Place;
  readonly why: string;
  readonly evidence: readonly string[];
  readonly source: readonly string[];
  readonly allow?: Readonly<Record<string, string>>;
};

export type StoredApplied = {
  readonly profiles: readonly string[];
  readonly arguments?: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly settings: readonly StoredSetting[];
  readonly originals: Readonly<Record<string, string | null>>;
  readonly live_only?: true;
  readonly moved?: Readonly<Record<string, { readonly value: string; readonly cause: string }>>;
  readonly drop_in?: string;
  readonly yielded?: Readonly<Record<string, { readonly value?: string; readonly by?: string }>>;
};

export const settingToFile = ({ wanted, ...setting }: Setting): StoredSetting => ({
  key: setting.key,
  wanted: wantedToFile(wanted),
  profile: setting.profile,
  place: setting.place,
  why: setting.why,
  evidence: setting.evidence,
  source: setting.source,
  ...(setting.allow && { allow: setting.allow }),
});

const wantedToFile = (wanted: Wanted): StoredWanted =>
  wanted.kind === "value"
    ? { value: wanted.value }
    : {
        ...(wanted.least !== undefined && { at_least: wanted.least }),
        ...(wanted.most !== undefined && { at_most: wanted.most }),
      };

function wantedFromFile(wanted: StoredWanted): Wanted {
  if ("value" in wanted) return { kind: "value", value: wanted.value as Value };
  const { at_least: least, at_most: most } = wanted;
  return {
    kind: "bounds",
    ...(least !== undefined && { least: least as Value }),
    ...(most !== undefined && { most: most as Value }),
  };
}

export function settingFromFile(stored: StoredSetting): Setting {
  const { file, line, column, length } = stored.place;
  return {
    key: stored.key as Key,
    wanted: wantedFromFile(stored.wanted),
    profile: stored.profile,
    place: { file, line, column, length },
    why: stored.why,
    evidence: stored.evidence,
    source: stored.source,
    ...(stored.allow && { allow: stored.allow }),
  };
}

export const appliedToFile = (applied: Applied): StoredApplied => ({
  profiles: applied.profiles,
  ...(applied.arguments && { arguments: applied.arguments }),
  parameters: applied.parameters,
  settings: applied.settings.map(settingToFile),
  originals: applied.originals,
  ...(applied.liveOnly && { live_only: true as const }),
  ...(applied.moved && { moved: applied.moved }),
  ...(applied.dropIn !== undefined && { drop_in: applied.dropIn }),
  ...(applied.yielded && { yielded: applied.yielded }),
});

export const appliedFromFile = (stored: StoredApplied): Applied => ({
  profiles: stored.profiles,
  ...(stored.arguments && { arguments: stored.arguments }),
  parameters: stored.parameters,
  settings: stored.settings.map(settingFromFile),
  originals: stored.originals as Applied["originals"],
  ...(stored.live_only && { liveOnly: true as const }),
  ...(stored.moved && { moved: stored.moved as NonNullable<Applied["moved"]> }),
  ...(stored.drop_in !== undefined && { dropIn: stored.drop_in }),
  ...(stored.yielded && { yielded: stored.yielded as NonNullable<Applied["yielded"]> }),
});

export const orNull = <From, To>(value: From | null | undefined, map: (value: From) => To): To | null =>
  value === null || value === undefined ? null : map(value);

/** A decoded file, or why it cannot be used. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: BadRecord };

export const refused = (fault: BadRecord): Decoded<never> => ({ ok: false, fault });

/** The object that a stored file is. */
export function parseJson(text: string): Decoded<object> {
  const fault = jsonTextFault(text);
  if (fault) return refused(fault);
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value)
      ? { ok: true, value }
      : refused({ kind: "structure", path: "", detail: "must be object" });
  } catch (error) {
    return refused({ kind: "not-json", detail: error instanceof Error ? error.message : String(error) });
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Validator = {
  (data: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};

/** What a schema says against a parsed file; undefined where it fits. */
function structureFault(validate: Validator, parsed: unknown): BadRecord | undefined {
  if (validate(parsed)) return undefined;
  const [error] = validate.errors ?? [];
  return { kind: "structure", path: error?.instancePath ?? "", detail: error?.message ?? "has another form" };
}

/** Wherever a file may hold keys. */
export type StoredKeys = {
  /** Of readings: each is one key of a host. */
  readonly read: readonly string[];
  /** Of settings: patterns too. */
  readonly written: readonly string[];
  readonly applied: readonly (StoredApplied | null)[];
};

type Format<File, T> = {
  readonly validate: Validator;
  readonly keys: (file: File) => StoredKeys;
  readonly decoded: (file: File) => T;
};

/**
 * A parsed file by its schema. Every key in it goes through the grammar of keys, as any input does: as a
 * path, another text could lead elsewhere.
 */
export function decode<File, T>(format: Format<File, T>, parsed: unknown): Decoded<T> {
  const fault = structureFault(format.validate, parsed);
  if (fault) return refused(fault);
  const file = parsed as File;
  const key = badKey(format.keys(file));
  return key === undefined ? { ok: true, value: format.decoded(file) } : refused({ kind: "bad-key", key });
}

function badKey({ read, written, applied }: StoredKeys): string | undefined {
  const sets = applied.filter((set) => set !== null);
  const ofSets = sets.flatMap(({ settings, originals, moved = {}, yielded = {} }) => [
    ...Object.keys(yielded),
    ...settings.map(({ key }) => key),
    ...Object.keys(originals),
    ...Object.entries(moved).flatMap(([key, { cause }]) => [key, cause]),
  ]);
  return (
    read.find((key) => recordedKey(key) === undefined) ??
    [...written, ...ofSets].find((key) => parseKey(key) !== key && recordedKey(key) === undefined)
  );
}

/** A version that this program does not know yet. */
export function newerVersion(parsed: unknown, current: number): BadRecord | undefined {
  const version = versionOf(parsed);
  return typeof version === "number" && version > current
    ? { kind: "version", found: String(version), known: String(current) }
    : undefined;
}

/** A number, or the JSON of what stands there in its place: a text that can be told. */
export function versionOf(parsed: unknown): number | string | undefined {
  if (typeof parsed !== "object" || parsed === null || !("version" in parsed)) return undefined;
  return typeof parsed.version === "number" ? parsed.version : JSON.stringify(parsed.version);
}
