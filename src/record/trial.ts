/** A change on trial: its values are live, its files are not in place, and a guard takes it back in time. */
import type { Value } from "../catalogue/value.js";
import type { TransactionRecord } from "./transaction.js";

/** Seconds are those since the boot, as CLOCK_BOOTTIME counts them: no clock that is set changes them. */
export type Trial = {
  readonly started: number;
  readonly deadline: number;
  readonly watch: readonly Watch[];
  /** What the keys that it may have moved were when all was written; absent until then. */
  readonly moved?: Readonly<Record<string, Value | null>>;
};

/** A counter that must not get worse than before. */
export type Watch = {
  readonly counter: string;
  /** How much more than before it may rise in the whole trial. */
  readonly margin: number;
  /** Its count when the trial began. */
  readonly start: number;
  /** How much it had risen in a second until then, since the boot. */
  readonly rate: number;
};

/** The time of this boot. */
export type BootTime = { readonly bootId: string; readonly uptime: number };

export type TrialRecord = TransactionRecord & { readonly status: "pending"; readonly trial: Trial };

export const isOnTrial = (record: TransactionRecord): record is TrialRecord =>
  record.status === "pending" && record.trial !== undefined;

/** The change that is on trial, or was when the host went down. */
export const trialIn = (records: readonly TransactionRecord[]): TrialRecord | undefined =>
  records.findLast(isOnTrial);

/**
 * - running: it waits to be confirmed
 * - over: its time is up, and it is not taken back yet
 * - rebooted: the reboot has taken its values back
 */
export type TrialState = "running" | "over" | "rebooted";

export function trialState({ kernel, trial }: TrialRecord, now: BootTime): TrialState {
  if (kernel?.bootId !== now.bootId) return "rebooted";
  return now.uptime < trial.deadline ? "running" : "over";
}

/** Whole seconds, at least 0. */
export const secondsLeft = ({ trial }: TrialRecord, { uptime }: Pick<BootTime, "uptime">): number =>
  Math.max(0, Math.ceil(trial.deadline - uptime));

/**
 * What is told of the first counter that has got worse than its margin allows; undefined where none has.
 * @param counters the counts now
 */
export function worsened(
  { started, watch }: Trial,
  uptime: number,
  counters: ReadonlyMap<string, number>,
): string | undefined {
  for (const { counter, margin, start, rate } of watch) {
    const rise = (counters.get(counter) ?? start) - start;
    const seconds = Math.max(0, uptime - started);
    if (rise - rate * seconds > margin)
      return `${counter} rose by ${rise} in ${Math.round(seconds)} s, where ${Math.round(rate * seconds)} were usual`;
  }
  return undefined;
}

/** What its guard does next. */
export type GuardDecision =
  | { readonly kind: "wait" }
  /** The trial is confirmed, or taken back by somebody else. */
  | { readonly kind: "end" }
  | { readonly kind: "take-back"; readonly cause: "timed-out" | "watched"; readonly why?: string };

/**
 * A change that is still prepared when its time is up was cut short: it is taken back like one on trial.
 * @param record as it is on disk now
 */
export function guardDecision(
  record: TransactionRecord | undefined,
  now: BootTime,
  counters: () => ReadonlyMap<string, number>,
): GuardDecision {
  const isOpen = record?.status === "pending" || record?.status === "prepared";
  if (!isOpen || !record.trial || record.kernel?.bootId !== now.bootId) return { kind: "end" };
  if (now.uptime >= record.trial.deadline) return { kind: "take-back", cause: "timed-out" };
  if (record.status === "prepared" || record.trial.watch.length === 0) return { kind: "wait" };
  const why = worsened(record.trial, now.uptime, counters());
  return why === undefined ? { kind: "wait" } : { kind: "take-back", cause: "watched", why };
}
