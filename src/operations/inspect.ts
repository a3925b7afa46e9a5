/** Whether what was applied is still in effect: what `verify` and `status` report. */
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Host } from "../host.js";
import { type Drift, driftOf } from "../plan/drift.js";
import type { Plan, PlanFacts } from "../plan/plan.js";
import { unreadableFiles } from "../plan/warnings.js";
import { type Checked, type HostProblem, ok, type Warning } from "../problem.js";
import type { Applied } from "../record/applied.js";
import { interruptionProblems, type TransactionRecord } from "../record/transaction.js";
import { gather } from "./gather.js";

export type Inspection = {
  readonly facts: PlanFacts;
  /** Absent where this user may not read the state folder. */
  readonly records?: readonly TransactionRecord[];
  /** Absent where no profile is applied. */
  readonly applied?: Applied;
  /** The plan that would bring the applied settings back. */
  readonly plan?: Plan;
  readonly drifts: readonly Drift[];
  /** An interrupted change; a boot that cannot end. */
  readonly problems: readonly HostProblem[];
  readonly warnings: readonly Warning[];
};

export async function inspect(host: Host): Promise<Checked<Inspection>> {
  const catalogue = shippedCatalogue();
  const gathered = await gather(catalogue, host);
  if (!gathered.ok) return gathered;
  const { facts, records } = gathered.value;
  const { applied } = facts;
  const compared = applied && driftOf(catalogue, applied, facts);
  const blocked = (compared?.plan.problems ?? []).filter((problem) => problem.code === "boot-blocked");
  return ok({
    facts,
    ...(records && { records }),
    ...(applied && { applied }),
    ...(compared && { plan: compared.plan }),
    drifts: compared?.drifts ?? [],
    problems: [...interruptionProblems(records ?? []), ...blocked],
    warnings: unreadableFiles(facts),
  });
}

/** Whether a change was cut short and is neither made nor taken back. */
export const isInterrupted = ({ problems }: Inspection): boolean =>
  problems.some(({ code }) => code === "interrupted-transaction");
