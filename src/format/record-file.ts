/** A record of a change as a file, in `schema/snapshot.schema.json`, and in memory. */
import { validateSnapshot } from "../generated/validate-snapshot.js";
import type { RecordedEnd, RecordedState, TransactionRecord } from "../record/transaction.js";
import {
  appliedFromFile,
  appliedToFile,
  type Decoded,
  decode,
  orNull,
  refused,
  type StoredApplied,
  type StoredKeys,
  versionOf,
} from "./stored.js";

type StoredState = {
  readonly readings: Readonly<Record<string, string | null>>;
  readonly files: Readonly<Record<string, string | null>>;
  readonly attributes?: RecordedState["attributes"];
  readonly applied: StoredApplied | null;
};

export type RecordFile = {
  readonly version: 2;
  readonly id: number;
  readonly kind: TransactionRecord["kind"];
  readonly status: TransactionRecord["status"];
  readonly time: string;
  readonly by: string;
  readonly kernel: {
    readonly boot_id: string;
    readonly release: string;
    readonly network_namespace?: string;
  } | null;
  readonly back_to?: number;
  readonly only?: readonly string[];
  readonly end?: RecordedEnd;
  readonly recovering?: true;
  readonly trial?: TransactionRecord["trial"];
  readonly before: StoredState;
  readonly after: StoredState;
};

const currentVersion = 2;

export function recordToFile(record: TransactionRecord): RecordFile {
  const { kernel, backTo, unknownFields } = record;
  return {
    ...unknownFields,
    version: currentVersion,
    id: record.id,
    kind: record.kind,
    status: record.status,
    time: record.time,
    by: record.by,
    kernel: orNull(kernel, ({ bootId, release, networkNamespace }) => ({
      boot_id: bootId,
      release,
      ...(networkNamespace !== undefined && { network_namespace: networkNamespace }),
    })),
    ...(backTo !== undefined && { back_to: backTo }),
    ...(record.only && { only: record.only }),
    ...(record.trial && { trial: record.trial }),
    ...(record.recovering && { recovering: true }),
    ...(record.end && { end: record.end }),
    before: stateToFile(record.before),
    after: stateToFile(record.after),
  };
}

const stateToFile = ({ readings, files, attributes, applied }: RecordedState): StoredState => ({
  readings,
  files,
  ...(attributes && { attributes }),
  applied: orNull(applied, appliedToFile),
});

/** Of any version that this program knows. */
export function recordFromFile(parsed: unknown): Decoded<TransactionRecord> {
  const version = versionOf(parsed);
  const current = version === 1 ? fromVersion1(parsed as VersionOne) : parsed;
  if (version !== 1 && version !== currentVersion)
    return refused({ kind: "version", found: String(version), known: `1 to ${currentVersion}` });
  return decode({ validate: validateSnapshot, keys: keysIn, decoded }, current);
}

const keysIn = ({ before, after }: RecordFile): StoredKeys => ({
  read: [...Object.keys(before.readings), ...Object.keys(after.readings)],
  written: [],
  applied: [before.applied, after.applied],
});

/** Whether a record could be read back: what cannot be read back restores nothing. */
export const isReadable = (record: TransactionRecord): boolean => recordFromFile(recordToFile(record)).ok;

function decoded(file: RecordFile): TransactionRecord {
  const {
    version,
    id,
    kind,
    status,
    time,
    by,
    kernel,
    back_to: backTo,
    only,
    end,
    recovering,
    trial,
    before,
    after,
    ...unknownFields
  } = file;
  return {
    id,
    kind,
    status,
    time,
    by,
    ...(kernel && {
      kernel: {
        bootId: kernel.boot_id,
        release: kernel.release,
        ...(kernel.network_namespace !== undefined && { networkNamespace: kernel.network_namespace }),
      },
    }),
    ...(backTo !== undefined && { backTo }),
    ...(only && { only }),
    ...(end && { end }),
    ...(recovering && { recovering }),
    ...(trial && { trial }),
    before: stateFromFile(before),
    after: stateFromFile(after),
    ...(Object.keys(unknownFields).length > 0 && { unknownFields }),
  };
}

const stateFromFile = ({ readings, files, attributes, applied }: StoredState): RecordedState => ({
  readings: readings as RecordedState["readings"],
  files,
  ...(attributes && { attributes }),
  applied: applied && appliedFromFile(applied),
});

/**
 * Development builds before 0.1.0 wrote the kernel as two texts, empty for an image, and bounds as `least`
 * and `most`.
 */
type VersionOne = Omit<RecordFile, "version" | "kernel"> & {
  readonly version: 1;
  readonly boot_id?: string;
  readonly kernel?: string;
};

function fromVersion1({ version: _, boot_id: bootId, kernel, ...rest }: VersionOne): unknown {
  return {
    ...rest,
    version: currentVersion,
    kernel: bootId ? { boot_id: bootId, release: kernel ?? "" } : null,
    before: stateFromVersion1(rest.before),
    after: stateFromVersion1(rest.after),
  };
}

function stateFromVersion1(state: StoredState): unknown {
  const { applied } = state ?? {};
  // Not yet held against the schema: anything may be there.
  if (!Array.isArray(applied?.settings)) return state;
  const settings = applied.settings.map((setting) => ({
    ...setting,
    wanted: wantedFromVersion1(setting?.wanted as WantedOne),
  }));
  return { ...state, applied: { ...applied, settings } };
}

type WantedOne = { readonly value?: string; readonly least?: string; readonly most?: string };

function wantedFromVersion1(wanted: WantedOne): unknown {
  if (wanted?.value !== undefined) return { value: wanted.value };
  return {
    ...(wanted?.least !== undefined && { at_least: wanted.least }),
    ...(wanted?.most !== undefined && { at_most: wanted.most }),
  };
}
