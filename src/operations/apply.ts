/** Makes profiles a host's tuning: plan, lock, recover, plan again under the lock, carry out. */
import { carryOut } from "../apply/carry-out.js";
import type { Outcome } from "../apply/outcome.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Host } from "../host.js";
import { liveOnly } from "../plan/live-only.js";
import { isUpToDate, type Plan } from "../plan/plan.js";
import { transactionOf } from "../plan/transaction.js";
import { notTriable } from "../plan/triable.js";
import type { HostProblem, Problem, Warning } from "../problem.js";
import { noHistory } from "../record/transaction.js";
import {
  type FinishedRecovery,
  type LockedHost,
  provenanceOf,
  type Run,
  recordProblems,
  recoverInterrupted,
  unfinishedProblems,
  withLock,
} from "./locked-host.js";
import { openChange, trialProblems } from "./open-change.js";
import { type Planned, type PlanOptions, planProfiles } from "./plan.js";
import { type TrialRequest, trialOf } from "./trial.js";

export type ApplyOptions = PlanOptions & {
  /** Makes the values live for a time only. */
  readonly trial?: TrialRequest;
  /** Changes no file: the next boot knows nothing of it. */
  readonly liveOnly?: boolean;
  /** Whether other users could have changed the files that were read; asked when they have been read. */
  readonly untrustedFiles: () => readonly Problem[];
};

/** `recovery`: an interrupted change that was taken back first. */
export type ApplyResult = {
  readonly warnings: readonly Warning[];
  readonly recovery?: FinishedRecovery;
} & (
  | {
      /**
       * refused: nothing was changed, but for the recovery · not-recovered: the interrupted change could not
       * be taken back whole
       */
      readonly status: "refused" | "not-recovered";
      readonly problems: readonly Problem[];
    }
  | { readonly status: "up-to-date"; readonly plan: Plan }
  | { readonly status: "applied"; readonly plan: Plan; readonly outcome: Outcome }
);

export async function applyProfiles(host: Host, options: ApplyOptions, run: Run): Promise<ApplyResult> {
  const first = await planned(host, options);
  if (!first.ok) return { status: "refused", problems: first.problems, warnings: first.warnings };
  const { plan, gathered } = partOf(first.value, options);
  const { history = noHistory } = gathered;
  // What a killed run left may stand in the way of this plan: it is taken back before the plan is judged.
  if (!openChange(host, history.records)) {
    const refusals = [
      ...trialProblems(host, history.records),
      ...refusalsOf(plan, options),
      ...recordProblems(host, history),
    ];
    if (refusals.length > 0) return { status: "refused", problems: refusals, warnings: plan.warnings };
    // Without the lock: a run that has nothing to do touches nothing, not even a folder's times.
    if (isUpToDate(plan)) return { status: "up-to-date", plan, warnings: plan.warnings };
  }
  const locked = await withLock(host, run, (held) => applyLocked(held, options));
  return locked.ok ? locked.value : { status: "refused", problems: locked.problems, warnings: [] };
}

/** Live only, all values are for this boot: there is nothing to yield. */
const planned = (host: Host, options: ApplyOptions): ReturnType<typeof planProfiles> =>
  planProfiles(host, options.liveOnly ? { ...options, onOverride: "fail" } : options);

const partOf = (whole: Planned, options: ApplyOptions): Planned =>
  options.liveOnly ? { ...whole, plan: liveOnly(whole.plan) } : whole;

const refusalsOf = (plan: Plan, { untrustedFiles, trial }: ApplyOptions): readonly Problem[] => [
  ...untrustedFiles(),
  ...plan.problems,
  ...(trial ? notTriable(shippedCatalogue(), plan) : []),
];

async function applyLocked(locked: LockedHost, options: ApplyOptions): Promise<ApplyResult> {
  const { host, history } = locked;
  const refusals = [...trialProblems(host, history.records), ...recordProblems(host, history)];
  if (refusals.length > 0) return { status: "refused", problems: refusals, warnings: [] };
  const recovery = await recoverInterrupted(locked);
  const unfinished = recovery ? unfinishedProblems(recovery) : [];
  if (recovery && unfinished.length > 0)
    return { status: "not-recovered", problems: unfinished, recovery, warnings: [] };
  const result = await applyPlanned(locked, options);
  return recovery ? { ...result, recovery } : result;
}

/**
 * Planned anew under the lock, since another run may have ended meanwhile; and once more when modules have
 * brought their keys.
 */
async function applyPlanned(locked: LockedHost, options: ApplyOptions): Promise<ApplyResult> {
  const { host } = locked;
  const first = await planned(host, options);
  const loaded = loadModules(host, first.ok ? first.value.plan.modulesToLoad : []);
  if (loaded.problem) return { status: "refused", problems: [loaded.problem], warnings: first.warnings };
  const second = loaded.modules.length > 0 ? await planned(host, options) : first;
  const part = second.ok ? partOf(second.value, options) : undefined;
  const refusals = part ? refusalsOf(part.plan, options) : second.ok ? [] : second.problems;
  if (!part || refusals.length > 0) {
    unloadModules(host, loaded.modules);
    return { status: "refused", problems: refusals, warnings: second.warnings };
  }
  return carryOutPlanned(locked, part, loaded.modules, options.trial);
}

async function carryOutPlanned(
  locked: LockedHost,
  { plan }: Planned,
  modules: readonly string[],
  request: TrialRequest | undefined,
): Promise<ApplyResult> {
  const { warnings } = plan;
  if (isUpToDate(plan)) return { status: "up-to-date", plan, warnings };
  const trial = request && trialOf(locked.host, request, evidenceOf(plan));
  if (trial && !trial.ok) return { status: "refused", problems: trial.problems, warnings };
  const outcome = await carryOut(
    locked.context,
    transactionOf(locked.context.catalogue, plan, provenanceOf(locked), trial ? { trial: trial.value } : {}),
  );
  if (outcome.status !== "done") unloadModules(locked.host, modules);
  return { status: "applied", plan, outcome, warnings };
}

const evidenceOf = ({ keys }: Plan): readonly string[] => [
  ...new Set(keys.flatMap(({ setting }) => setting?.evidence ?? [])),
];

type Loaded = { readonly modules: readonly string[]; readonly problem?: HostProblem };

/** Loads the modules that keys are missing for; a first failure unloads again what it had loaded. */
function loadModules(host: Host, names: readonly string[]): Loaded {
  const modules: string[] = [];
  for (const module of names) {
    const detail = host.modules.load(module);
    if (detail !== undefined) {
      unloadModules(host, modules);
      return { modules: [], problem: { code: "module-not-loadable", module, detail } };
    }
    modules.push(module);
  }
  return { modules };
}

function unloadModules(host: Host, modules: readonly string[]): void {
  for (const module of modules.toReversed()) host.modules.unload(module);
}
