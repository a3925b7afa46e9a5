/** Trials: how one begins, how it is confirmed, and what its guard does. */
import { confirm } from "../apply/confirm.js";
import { fileProblem } from "../apply/live-values.js";
import type { Host } from "../host.js";
import type { Drift } from "../plan/drift.js";
import { type Checked, failed, type HostProblem, ok, type Problem } from "../problem.js";
import type { TransactionRecord } from "../record/transaction.js";
import { guardDecision, type Trial, type TrialRecord, type Watch } from "../record/trial.js";
import { inspect } from "./inspect.js";
import {
  type FinishedRecovery,
  type LockedHost,
  type Run,
  recordProblems,
  recoverInterrupted,
  withLock,
} from "./locked-host.js";
import { bootTime, isUnguarded, openChange, runningTrial } from "./open-change.js";

export type TrialRequest = {
  readonly seconds: number;
  /** `margin`: how much more than before a counter may rise. */
  readonly watch: readonly { readonly counter: string; readonly margin: number }[];
  /** Also the counters that the settings name as their evidence, with this margin. */
  readonly watchEvidence?: number;
};

/**
 * A trial that begins now. A counter that this kernel does not have is refused; of the evidence, which names
 * other things as well, those that it has are taken.
 */
export function trialOf(host: Host, request: TrialRequest, evidence: readonly string[]): Checked<Trial> {
  const { seconds, watchEvidence: margin } = request;
  const { uptime } = bootTime(host);
  const known = margin === undefined ? [] : evidence.filter((name) => host.counters?.().has(name));
  const watch = [...request.watch, ...known.map((counter) => ({ counter, margin: margin ?? 0 }))];
  const counters: ReadonlyMap<string, number> =
    watch.length === 0 ? new Map() : (host.counters?.() ?? new Map());
  const unknown = watch.filter(({ counter }) => !counters.has(counter));
  if (unknown.length > 0) return failed(unknown.map(({ counter }) => ({ code: "unknown-counter", counter })));
  return ok({
    started: uptime,
    deadline: uptime + seconds,
    watch: watch.map(({ counter, margin }): Watch => {
      const start = counters.get(counter) ?? 0;
      return { counter, margin, start, rate: start / Math.max(uptime, 1) };
    }),
  });
}

export type ConfirmOptions = {
  /** Only this change; without it, whichever is on trial. */
  readonly id?: string;
  /** Seconds that the trial is given from now on, in place of its confirmation. */
  readonly extend?: number;
};

export type ConfirmResult =
  | { readonly status: "refused"; readonly problems: readonly Problem[] }
  /** It is taken back now: its time was up before the confirmation came, or an operator ended it. */
  | { readonly status: "ended"; readonly problems: readonly Problem[] }
  | { readonly status: "extended"; readonly record: TrialRecord; readonly seconds: number }
  | {
      readonly status: "confirmed";
      readonly record: TransactionRecord;
      readonly drifts: readonly Drift[];
    };

export async function confirmTrial(host: Host, options: ConfirmOptions, run: Run): Promise<ConfirmResult> {
  const history = await host.records.read();
  if (history && !history.ok) return { status: "refused", problems: history.problems };
  // A run that has nothing to do takes no lock, and makes no folder.
  const records = history?.value.records ?? [];
  if (history && !runningTrial(host, records) && !openChange(host, records)?.record.trial)
    return { status: "refused", problems: [noTrial(records)] };
  const locked = await withLock(host, run, (held) => confirmLocked(held, options));
  return locked.ok ? locked.value : { status: "refused", problems: locked.problems };
}

async function confirmLocked(locked: LockedHost, { id, extend }: ConfirmOptions): Promise<ConfirmResult> {
  const { host, history, context } = locked;
  const refusals = recordProblems(host, history);
  if (refusals.length > 0) return { status: "refused", problems: refusals };
  const late = openChange(host, history.records)?.record.trial ? await recoverInterrupted(locked) : undefined;
  if (late) return ended(late);
  const record = runningTrial(host, history.records);
  if (!record || (id !== undefined && id !== String(record.id)))
    return { status: "refused", problems: [noTrial(history.records)] };
  if (extend !== undefined) return extended(locked, record, extend);
  const confirmed = await confirm(context, record);
  if (!confirmed.ok) return { status: "refused", problems: confirmed.problems };
  const inspected = await inspect(host);
  return {
    status: "confirmed",
    record: confirmed.record,
    drifts: inspected.ok ? inspected.value.drifts : [],
  };
}

/** Takes one trial back now, if it is still on; how it ended else. */
export async function endTrial(host: Host, id: number, run: Run): Promise<ConfirmResult> {
  const locked = await withLock(host, run, async (held): Promise<ConfirmResult> => {
    if (runningTrial(host, held.history.records)?.id !== id)
      return { status: "refused", problems: [noTrial(held.history.records)] };
    const recovery = await recoverInterrupted(held, { trial: { cause: "rolled-back" } });
    return recovery ? ended(recovery) : { status: "refused", problems: [noTrial(held.history.records)] };
  });
  return locked.ok ? locked.value : { status: "refused", problems: locked.problems };
}

/** With all that could not be taken back, or told to the record. */
function ended({ id, cause, notRestored, notMarked }: FinishedRecovery): ConfirmResult {
  const end = cause === "failed" ? "recovered" : cause;
  return {
    status: "ended",
    problems: [...notRestored, ...(notMarked ? [notMarked] : []), { code: "no-trial", id: String(id), end }],
  };
}

function extended({ host, context }: LockedHost, record: TrialRecord, seconds: number): ConfirmResult {
  const deadline = bootTime(host).uptime + seconds;
  const longer: TrialRecord = { ...record, trial: { ...record.trial, deadline } };
  try {
    context.records.save(longer);
  } catch (error) {
    return { status: "refused", problems: [fileProblem(error, context.records.folder)] };
  }
  const detail = isUnguarded(host, longer) ? host.guard?.start(longer.id) : undefined;
  if (detail !== undefined) return { status: "refused", problems: [{ code: "no-guard", detail }] };
  return { status: "extended", record: longer, seconds };
}

/** With how the newest trial ended, if it was the newest change. */
function noTrial(records: readonly TransactionRecord[]): HostProblem {
  const last = records.at(-1);
  const { cause, why } = last?.trial && last.end ? last.end : {};
  if (cause === undefined || cause === "failed" || !last) return { code: "no-trial" };
  return { code: "no-trial", id: String(last.id), end: cause, ...(why !== undefined && { why }) };
}

/** How often a guard looks: a host that slept through the deadline is taken back within this time. */
const lookEvery = 1000;
const longestWait = 3600;

/**
 * Waits until a trial is confirmed or taken back, and takes it back itself when its time is up or a counter
 * has got worse. What it cannot take back it tries again.
 * @param pause waits for so many milliseconds
 */
export async function guardTrial(
  host: Host,
  id: number,
  run: Run,
  pause: (milliseconds: number) => Promise<void>,
): Promise<void> {
  let known: TransactionRecord | undefined;
  for (;;) {
    // A record that is damaged or gone is no reason to leave its values in force.
    known = (await recordOf(host, id)) ?? known;
    const decision = decide(host, known);
    if (decision.kind === "end") return;
    if (decision.kind === "take-back")
      await withLock(host, { ...run, wait: longestWait }, (locked) => takeBack(locked, known));
    await pause(lookEvery);
  }
}

/** It may have been confirmed, or given more time, while this waited for the lock. */
async function takeBack(locked: LockedHost, known: TransactionRecord | undefined): Promise<void> {
  const { records } = locked.history;
  const others = records.filter(({ id }) => id !== known?.id);
  const found = records.find(({ id }) => id === known?.id) ?? known;
  const decision = decide(locked.host, found);
  const history = { ...locked.history, records: found ? [...others, found] : records };
  if (decision.kind === "take-back") await recoverInterrupted({ ...locked, history }, { trial: decision });
}

const decide = (host: Host, record: TransactionRecord | undefined) =>
  guardDecision(record, bootTime(host), () => host.counters?.() ?? new Map());

async function recordOf(host: Host, id: number): Promise<TransactionRecord | undefined> {
  const history = await host.records.read();
  return history?.ok ? history.value.records.find((record) => record.id === id) : undefined;
}
