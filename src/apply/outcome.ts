/** What a transaction is carried out with, and what comes of it. */
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { Host, RecordWriter, StagedFile } from "../host.js";
import type { Write } from "../plan/order.js";
import type { HostProblem } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";

/** Who runs an operation, and the clock. */
export type Operator = {
  /** `root`, `root (sudo by anna)`. */
  readonly name: string;
  readonly now: () => Date;
};

export type ApplyContext = {
  readonly catalogue: Catalogue;
  readonly kernel: Host["kernel"];
  readonly files: Host["files"];
  /** `folder` is where they are, for messages. */
  readonly records: Pick<RecordWriter, "save" | "withdraw"> & { readonly folder: string };
  readonly operator: Operator;
  readonly guard: Host["guard"];
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
      /** What a rollback could not restore; the rest is done. */
      readonly left: readonly HostProblem[];
      /** False where the disk took no record of a rollback. */
      readonly recorded: boolean;
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
  /** What failed where a failure stops only itself. */
  readonly left: HostProblem[];
  /** False where the disk took no record. */
  readonly recorded: boolean;
};
