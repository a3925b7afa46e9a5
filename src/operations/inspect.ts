/** Whether what was applied is still in effect: what `verify` and `status` report. */
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Host } from "../host.js";
import { type Drift, driftOf } from "../plan/drift.js";
import type { Plan, PlanFacts } from "../plan/plan.js";
import { unreadableFiles } from "../plan/warnings.js";
import { type Checked, ok, type Problem, type Warning } from "../problem.js";
import type { Applied } from "../record/applied.js";
import { type History, interruptionProblems, noHistory, unreadableSince } from "../record/transaction.js";
import { gather } from "./gather.js";

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
  /** Records that cannot be used. */
  readonly unreadable: readonly Problem[];
  readonly warnings: readonly Warning[];
};

export async function inspect(host: Host): Promise<Checked<Inspection>> {
  const catalogue = shippedCatalogue();
  const gathered = await gather(catalogue, host);
  if (!gathered.ok) return gathered;
  const { facts, history = noHistory } = gathered.value;
  const { applied } = facts;
  const compared = applied && driftOf(catalogue, applied, facts);
  const blocked = (compared?.plan.problems ?? []).filter((problem) => problem.code === "boot-blocked");
  return ok({
    facts,
    ...(gathered.value.history && { history }),
    ...(applied && { applied }),
    ...(compared && { plan: compared.plan }),
    drifts: compared?.drifts ?? [],
    problems: [...interruptionProblems(history.records), ...blocked],
    unreadable: unreadableSince(history, 0),
    warnings: unreadableFiles(facts),
  });
}

/** Whether a change was cut short and is neither made nor taken back. */
export const isInterrupted = ({ problems }: Inspection): boolean =>
  problems.some(({ code }) => code === "interrupted-transaction");
