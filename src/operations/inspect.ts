/** Whether what was applied is still in effect: what `verify` and `status` report. */
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Host } from "../host.js";
import { bootDoubts, bootFindings } from "../plan/boot-warnings.js";
import { type Drift, driftOf } from "../plan/drift.js";
import type { Plan, PlanFacts } from "../plan/plan.js";
import { unreadableFiles } from "../plan/warnings.js";
import { type Checked, ok, type Problem, type Warning } from "../problem.js";
import type { Applied } from "../record/applied.js";
import { type BootStanding, bootStanding, changeInEffect } from "../record/boot-check.js";
import { type History, noHistory, unreadableSince } from "../record/transaction.js";
import type { TrialRecord } from "../record/trial.js";
import { gather } from "./gather.js";
import { bootTime, isUnguarded, openChange, runningTrial, trialSeconds } from "./open-change.js";

export type Inspection = {
  readonly facts: PlanFacts;
  /** Absent where this user may not read the state folder. */
  readonly history?: History;
  /** Absent where no profile is applied. */
  readonly applied?: Applied;
  /** The plan that would bring the applied settings back. */
  readonly plan?: Plan;
  readonly drifts: readonly Drift[];
  /** An interrupted change; a boot that cannot end. */
  readonly problems: readonly Problem[];
  /** A change on trial: `applied` and `drifts` are of its live values then. */
  readonly trial?: { readonly record: TrialRecord; readonly seconds: number };
  /** What checks of boots say of what is applied; absent on trial, and where a boot has no part in it. */
  readonly standing?: BootStanding;
  /** Records and results that cannot be used. */
  readonly unreadable: readonly Problem[];
  readonly warnings: readonly Warning[];
};

export async function inspect(host: Host): Promise<Checked<Inspection>> {
  const catalogue = shippedCatalogue();
  const gathered = await gather(catalogue, host);
  if (!gathered.ok) return gathered;
  const { facts, history = noHistory } = gathered.value;
  const trial = runningTrial(host, history.records);
  const applied = trial ? (trial.after.applied ?? undefined) : facts.applied;
  const compared = applied && driftOf(catalogue, applied, facts);
  const drifts = compared?.drifts ?? [];
  const boots = trial || !gathered.value.history ? undefined : await knownBoots(host, history, applied);
  // What is set live only has no part in a boot, nor has a trial.
  const ofBoot = trial || applied?.liveOnly ? [] : (compared?.plan.problems ?? []);
  const blocked = ofBoot.filter(({ code }) => ofWholeBoot.includes(code));
  return ok({
    facts,
    ...(gathered.value.history && { history }),
    ...(applied && { applied }),
    ...(compared && { plan: compared.plan }),
    // Its files wait for the confirmation: that the boot knows nothing of it is no drift.
    drifts: trial ? drifts.filter(({ kind }) => kind === "live" || kind === "moved") : drifts,
    ...(trial && { trial: { record: trial, seconds: trialSeconds(host, trial) } }),
    ...(boots?.standing && { standing: boots.standing }),
    problems: [...openProblems(host, history.records), ...blocked],
    unreadable: [...unreadableSince(history, 0), ...(boots?.unusable ? [boots.unusable] : [])],
    warnings: compared
      ? compared.plan.warnings.filter(({ code }) => bootFindings.includes(code))
      : unreadableFiles(facts),
  });
}

type KnownBoots = { readonly standing?: BootStanding; readonly unusable?: Problem };

async function knownBoots(
  host: Host,
  history: History,
  applied: Applied | undefined,
): Promise<KnownBoots | undefined> {
  const change = changeInEffect(history);
  if (!host.bootChecks || !applied || applied.liveOnly || !change) return undefined;
  const known = await host.bootChecks.read();
  if (!known) return undefined;
  const { bootId } = bootTime(host);
  const isInstalled = host.bootUnit?.isInstalled() === true;
  return {
    standing: bootStanding({ checks: known.checks, change, bootId, isInstalled }),
    ...(known.unusable && { unusable: known.unusable }),
  };
}

const ofWholeBoot: readonly string[] = ["boot-blocked", "boot-unit-off", "module-denied-at-boot"];

/** A change that was cut short, or a trial that nothing will end in time. */
function openProblems(host: Host, records: History["records"]): readonly Problem[] {
  const open = openChange(host, records);
  // What a reboot has taken back only wants to be written down.
  if (open?.cause === "rebooted") return [];
  if (open) return [{ code: "interrupted-transaction", id: String(open.record.id) }];
  const trial = runningTrial(host, records);
  return trial && isUnguarded(host, trial)
    ? [{ code: "trial-unguarded", id: String(trial.id), seconds: trialSeconds(host, trial) }]
    : [];
}

/** What is known of the next boot; `without` where it has no part in what is applied. */
export function knowledgeOfBoot({ trial, applied, warnings }: Inspection): "known" | "unknown" | "without" {
  if (trial || applied?.liveOnly) return "without";
  return warnings.some(({ code }) => bootDoubts.includes(code)) ? "unknown" : "known";
}

/** Whether a change was cut short and is neither made nor taken back. */
export const isInterrupted = ({ problems }: Inspection): boolean =>
  problems.some(({ code }) => code === "interrupted-transaction");
