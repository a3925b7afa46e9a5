/** What of a plan cannot be on trial: what nobody could take back when its time is up. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import type { HostProblem } from "../problem.js";
import { isIrrevocable } from "./order.js";
import { isLiveChange, type Plan, type PlannedKey } from "./plan.js";

export const notTriable = (catalogue: Catalogue, plan: Plan): readonly HostProblem[] => [
  ...plan.keys.filter(isLiveChange).flatMap((planned): HostProblem[] => {
    const why = reasonAgainst(catalogue, planned);
    return why === undefined ? [] : [{ code: "not-triable", what: planned.key, why }];
  }),
  ...plan.modulesToLoad.map((what): HostProblem => ({ code: "not-triable", what, why: "module" })),
];

function reasonAgainst(
  catalogue: Catalogue,
  { key, now, after }: PlannedKey,
): "one-way" | "write-only" | "original-unknown" | undefined {
  if (now.status === "write-only" || findTunable(catalogue, key)?.access === "write-only")
    return "write-only";
  // A secret is on no record.
  if (now.status !== "present" || findTunable(catalogue, key)?.secret) return "original-unknown";
  return after !== undefined && isIrrevocable(catalogue, { key, value: after }) ? "one-way" : undefined;
}
