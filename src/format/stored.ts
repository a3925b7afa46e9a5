/** The parts that stored files share, as `schema/stored.schema.json` has them, and the types in memory. */

import { parseKey } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { BadRecord, Place } from "../problem.js";
import type { Setting, Wanted } from "../profile/profile.js";
import type { Applied } from "../record/applied.js";

type StoredWanted = { readonly value: string } | { readonly at_least?: string; readonly at_most?: string };

export type StoredSetting = {
  readonly key: string;
  readonly wanted: StoredWanted;
  readonly profile: string;
  readonly place: Place;
  readonly why: string;
  readonly evidence: readonly string[];
  readonly source: readonly string[];
};

export type StoredApplied = {
  readonly profiles: readonly string[];
  readonly arguments?: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly settings: readonly StoredSetting[];
  readonly originals: Readonly<Record<string, string | null>>;
};

export const settingToFile = ({ wanted, ...setting }: Setting): StoredSetting => ({
  key: setting.key,
  wanted: wantedToFile(wanted),
  profile: setting.profile,
  place: setting.place,
  why: setting.why,
  evidence: setting.evidence,
  source: setting.source,
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

/** Undefined for a key that no kernel could have: as a path it would lead elsewhere. */
export function settingFromFile(stored: StoredSetting): Setting | undefined {
  const key = parseKey(stored.key);
  if (key === undefined) return undefined;
  const { file, line, column, length } = stored.place;
  return {
    key,
    wanted: wantedFromFile(stored.wanted),
    profile: stored.profile,
    place: { file, line, column, length },
    why: stored.why,
    evidence: stored.evidence,
    source: stored.source,
  };
}

export const appliedToFile = (applied: Applied): StoredApplied => ({
  profiles: applied.profiles,
  ...(applied.arguments && { arguments: applied.arguments }),
  parameters: applied.parameters,
  settings: applied.settings.map(settingToFile),
  originals: applied.originals,
});

export const appliedFromFile = (stored: StoredApplied): Applied => ({
  profiles: stored.profiles,
  ...(stored.arguments && { arguments: stored.arguments }),
  parameters: stored.parameters,
  settings: stored.settings.flatMap((setting) => settingFromFile(setting) ?? []),
  originals: stored.originals as Applied["originals"],
});

export const orNull = <From, To>(value: From | null | undefined, map: (value: From) => To): To | null =>
  value === null || value === undefined ? null : map(value);

/** A decoded file, or why it cannot be used. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: BadRecord };

export const refused = (fault: BadRecord): Decoded<never> => ({ ok: false, fault });

export function parseJson(text: string): Decoded<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return refused({ kind: "not-json", detail: error instanceof Error ? error.message : String(error) });
  }
}

type Validator = {
  (data: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};

/** What a schema says against a parsed file; undefined where it fits. */
export function structureFault(validate: Validator, parsed: unknown): BadRecord | undefined {
  if (validate(parsed)) return undefined;
  const [error] = validate.errors ?? [];
  return { kind: "structure", path: error?.instancePath ?? "", detail: error?.message ?? "has another form" };
}

export const versionOf = (parsed: unknown): unknown =>
  typeof parsed === "object" && parsed !== null && "version" in parsed ? parsed.version : undefined;
