/** A plan turned into the transaction that carries it out: its steps, in order, and the record of it. */
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import { presentValue } from "../catalogue/reading.js";
import type { Value } from "../catalogue/value.js";
import type { Provenance, TransactionRecord } from "../record/transaction.js";
import type { Trial } from "../record/trial.js";
import { isIrrevocable, type Write } from "./order.js";
import { type FileChange, isFileChanged, isLiveChange, type Plan } from "./plan.js";

/**
 * - start-guard: the process that takes a trial back in time
 * - write: one key of the kernel
 * - verify: all keys written so far are read back; what a later write has moved is put right
 * - replace-file: one file of ours is put in place, or removed
 */
export type Step =
  | { readonly kind: "start-guard" }
  | { readonly kind: "write"; readonly write: Write }
  | { readonly kind: "verify" }
  | { readonly kind: "replace-file"; readonly file: FileChange };

export type Transaction = {
  readonly steps: readonly Step[];
  /** Values that must stay, whatever the writes do to them: written only where they have moved. */
  readonly mustStay: readonly Write[];
  /** The keys whose readings it may change, its own among them. */
  readonly mayMove: readonly Key[];
  /** Whether what fails stops only itself: a rollback does as much as it can. */
  readonly inParts: boolean;
  /**
   * Of a rollback that can do without a record of its own: the changes that it undoes, oldest first. It marks
   * their records then.
   */
  readonly undone?: readonly number[];
  /** As `prepared`: its `before.readings` are filled in when it is carried out, under the lock. */
  readonly record: TransactionRecord;
};

export type TransactionOptions = {
  readonly undone?: Transaction["undone"];
  /** Makes the change live only, and for a time. */
  readonly trial?: Trial;
};

export function transactionOf(
  catalogue: Catalogue,
  plan: Plan,
  provenance: Provenance,
  { undone, trial }: TransactionOptions = {},
): Transaction {
  const writes = writesOf(plan);
  const isLast = (write: Write): boolean => isIrrevocable(catalogue, write);
  const last = writes.filter(isLast);
  const files = plan.files.filter(isFileChanged);
  const texts = (side: "before" | "after") =>
    Object.fromEntries(files.map((file) => [file.path, file[side] ?? null]));
  const attributes = files.flatMap((file) =>
    file.attributes ? [[file.path, file.attributes] as const] : [],
  );
  return {
    steps: [
      ...(trial ? [{ kind: "start-guard" as const }] : []),
      ...writes.filter((write) => !isLast(write)).map(writeStep),
      { kind: "verify" },
      // Of a trial they wait for its confirmation.
      ...(trial ? [] : files.map((file): Step => ({ kind: "replace-file", file }))),
      // What cannot be taken back comes when nothing else can fail any more.
      ...last.map(writeStep),
      ...(last.length > 0 ? [{ kind: "verify" as const }] : []),
    ],
    mustStay: mustStayOf(plan),
    mayMove: plan.mayMove,
    inParts: plan.kind === "rollback",
    ...(undone && !plan.only && { undone }),
    record: {
      ...provenance,
      kind: plan.kind === "apply" ? "apply" : "rollback",
      status: "prepared",
      ...(trial && { trial }),
      ...(plan.backTo !== undefined && { backTo: plan.backTo }),
      ...(plan.only && { only: plan.only }),
      before: { readings: {}, files: texts("before"), applied: plan.applied.before },
      after: {
        readings: valuesOf(writes),
        files: texts("after"),
        // A trial's files are put in place later, from the record alone.
        ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
        applied: plan.applied.after,
      },
    },
  };
}

const writeStep = (write: Write): Step => ({ kind: "write", write });

export const writesIn = ({ steps }: Pick<Transaction, "steps">): readonly Write[] =>
  steps.flatMap((step) => (step.kind === "write" ? [step.write] : []));

export const filesIn = ({ steps }: Pick<Transaction, "steps">): readonly FileChange[] =>
  steps.flatMap((step) => (step.kind === "replace-file" ? [step.file] : []));

/** What the writes are to bring about, as the record of a change has it until it is done. */
const valuesOf = (writes: readonly Write[]): Readonly<Record<Key, Value>> =>
  Object.fromEntries(writes.map(({ key, value }) => [key, value]));

const writesOf = (plan: Plan): readonly Write[] =>
  plan.keys.filter(isLiveChange).flatMap(({ key, after, now }) => {
    const before = presentValue(now);
    return after === undefined ? [] : [{ key, value: after, ...(before !== undefined && { before }) }];
  });

/** What is as wanted already must still be so when all is written, though a write may move it. */
const mustStayOf = (plan: Plan): readonly Write[] =>
  plan.keys.flatMap(({ key, action, after, now }) =>
    action === "unchanged" && after !== undefined && presentValue(now) === after
      ? [{ key, value: after }]
      : [],
  );
