/** A host that this run may change: the lock is held, and the records are read under it. */
import type { ApplyContext, Operator } from "../apply/outcome.js";
import { type Recovery, recover } from "../apply/recover.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Host, RecordWriter } from "../host.js";
import { planRecovery, type RecoveryPlan } from "../plan/plan-recovery.js";
import { type Checked, failed, type HostProblem, ok, type Problem } from "../problem.js";
import {
  type EndCause,
  type History,
  interruptedTransaction,
  isOtherNamespace,
  lastCommitted,
  nextId,
  type Provenance,
  type RecordedEnd,
  type RecordedKernel,
  type TransactionRecord,
  unreadableNow,
} from "../record/transaction.js";
import { trialIn } from "../record/trial.js";
import { factsWith } from "./gather.js";
import { liveProblems, type OpenChange, openChange, runningTrial } from "./open-change.js";

export type LockedHost = {
  readonly host: Host;
  readonly context: ApplyContext;
  readonly history: History;
  readonly release: () => void;
};

/** `wait`: seconds to wait for another run to end. */
export type Run = { readonly operator: Operator; readonly wait?: number };

/** Takes the lock alone. */
export const lockWriter = (host: Host, { wait = 0 }: Run): Promise<Checked<RecordWriter>> =>
  host.records.lock(wait);

/** Takes the lock and reads the records. `release` must be called, though the kernel would do it too. */
export async function lockHost(host: Host, run: Run): Promise<Checked<LockedHost>> {
  const writer = await lockWriter(host, run);
  if (!writer.ok) return writer;
  const { release, save, withdraw } = writer.value;
  const history = await host.records.read();
  if (!history?.ok) {
    release();
    return history ?? failed([{ code: "file-unreadable", file: host.records.folder, errno: "EACCES" }]);
  }
  const context: ApplyContext = {
    catalogue: shippedCatalogue(),
    kernel: host.kernel,
    files: host.files,
    records: { folder: host.records.folder, save, withdraw },
    operator: run.operator,
    guard: host.guard,
    stopRequest: host.stopRequest,
  };
  return ok({ host, context, history: history.value, release });
}

/** Runs an action under the lock, and gives the lock back however that ends. */
export async function withLock<Result>(
  host: Host,
  run: Run,
  action: (locked: LockedHost) => Promise<Result>,
): Promise<Checked<Result>> {
  const locked = await lockHost(host, run);
  if (!locked.ok) return locked;
  try {
    return ok(await action(locked.value));
  } finally {
    locked.value.release();
  }
}

/** The kernel that runs now, as records keep it; undefined for an image. */
export const runningKernel = ({ kind, facts }: Host): RecordedKernel | undefined =>
  kind === "live" && facts
    ? {
        bootId: facts.bootId,
        release: facts.kernel,
        ...(facts.networkNamespace !== undefined && { networkNamespace: facts.networkNamespace }),
      }
    : undefined;

/** Who makes the next change, when, and on which kernel. */
export function provenanceOf({ host, history, context: { operator } }: LockedHost): Provenance {
  const kernel = runningKernel(host);
  return {
    id: nextId(history),
    time: operator.now().toISOString(),
    by: operator.name,
    ...(kernel && { kernel }),
  };
}

/**
 * The values of a change that was made in another network namespace are not those of this one: neither
 * restoring nor replacing it here would be true.
 */
export function namespaceProblems(host: Host, records: readonly TransactionRecord[]): readonly HostProblem[] {
  const record = interruptedTransaction(records) ?? trialIn(records) ?? lastCommitted(records);
  if (!record || !holdsNetwork(record) || !isOtherNamespace(record.kernel, runningKernel(host))) return [];
  return [{ code: "other-namespace", id: String(record.id) }];
}

const holdsNetwork = ({ before, after }: TransactionRecord): boolean =>
  [
    ...Object.keys(before.readings),
    ...Object.keys(after.readings),
    ...(after.applied?.settings ?? []).map(({ key }) => key),
  ].some((key) => key.startsWith("net."));

/** A change that was cut short or on trial, and what became of it. */
export type FinishedRecovery = Recovery &
  Pick<TransactionRecord, "id" | "kind"> & { readonly cause: EndCause; readonly why?: string };

export type RecoveryOptions = {
  /** Keys and files that are left as they are. */
  readonly abandon?: readonly string[];
  /** Restores also what something else has set since. */
  readonly overwrite?: boolean;
  /** Ends a trial that is still running too, and says how that came. */
  readonly trial?: Pick<RecordedEnd, "cause" | "why">;
};

/** Takes back the change that a crash interrupted, or a trial that is over; undefined where there is none. */
export async function recoverInterrupted(
  { host, context, history }: LockedHost,
  { abandon = [], overwrite = false, trial }: RecoveryOptions = {},
): Promise<FinishedRecovery | undefined> {
  const open = openChange(host, history.records) ?? trialToEnd(host, history, trial);
  if (!open) return undefined;
  const { record, cause } = open;
  const why = record.trial && trial?.why;
  const end = { cause, ...(why !== undefined && { why }) };
  // From here on a signal waits: a recovery is over soon, and half of it would be one more thing to take
  // back.
  await host.stopRequest();
  const { catalogue } = context;
  const planned = (): RecoveryPlan => {
    const { facts } = factsWith(catalogue, host, history);
    return planRecovery({ catalogue, record, facts, kernel: runningKernel(host), abandon, overwrite });
  };
  const first = planned();
  // What cannot be loaded does not stop it: `verify` names each key that is not there.
  for (const module of first.modulesToLoad) host.modules.load(module);
  const plan = first.modulesToLoad.length > 0 ? planned() : first;
  return { id: record.id, kind: record.kind, ...end, ...recover(context, record, plan, end) };
}

function trialToEnd(
  host: Host,
  { records }: History,
  trial: RecoveryOptions["trial"],
): OpenChange | undefined {
  const record = trial && runningTrial(host, records);
  return record && { record, cause: trial.cause };
}

/**
 * Why a run cannot go on after a recovery that did not end.
 * @param abandon what it was told to leave, and must be told again
 */
export function unfinishedProblems(
  { id, notRestored, notMarked }: FinishedRecovery,
  abandon: readonly string[] = [],
): readonly HostProblem[] {
  if (notRestored.length === 0) return notMarked ? [notMarked] : [];
  const left = notRestored.flatMap((problem) =>
    "key" in problem ? [problem.key] : "file" in problem ? [problem.file] : [],
  );
  return [...notRestored, { code: "recovery-incomplete", id: String(id), left, abandoned: abandon }];
}

/** Why this host cannot be changed now: what its records do not tell, or that they are not this kernel's. */
export const recordProblems = (host: Host, history: History): readonly Problem[] => [
  ...unreadableNow(history),
  ...liveProblems(host, history.records),
  ...namespaceProblems(host, history.records),
];
