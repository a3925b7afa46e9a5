/** What a transaction is carried out with, and what comes of it. */
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { Host, RecordWriter, StagedFile } from "../host.js";
import type { Write } from "../plan/order.js";
import type { HostProblem } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";

export type ApplyContext = {
  readonly catalogue: Catalogue;
  readonly kernel: Host["kernel"];
  readonly files: Host["files"];
  /** `folder` is where they are, for messages. */
  readonly records: Pick<RecordWriter, "save" | "remove"> & { readonly folder: string };
  readonly stopRequest: Host["stopRequest"];
};

/** A key that moved though no step wrote it. */
export type SideEffect = {
  readonly key: Key;
  readonly before: Value | null;
  readonly after: Value | null;
};

export type Outcome =
  | {
      readonly status: "done";
      readonly record: TransactionRecord;
      readonly written: readonly Write[];
      readonly sideEffects: readonly SideEffect[];
    }
  /** The host is as it was. */
  | { readonly status: "reverted"; readonly problems: readonly HostProblem[] }
  /** The host is not as it was: what could not be restored is among the problems. */
  | { readonly status: "incomplete"; readonly problems: readonly HostProblem[] };

/** What has been done so far: what an undo needs. */
export type Progress = {
  readonly written: Write[];
  /** Of every file, in place or not. */
  readonly staged: readonly StagedFile[];
};
