/** What the next boot gives keys whose files are put back. */
import type { Catalogue } from "../catalogue/catalogue.js";
import { bootPaths, bootValue, bootWith } from "./boot-value.js";
import { currentPath } from "./own-files.js";
import type { FileChange, PlanFacts, PlannedKey } from "./plan.js";

type Request = { readonly catalogue: Catalogue; readonly facts: PlanFacts };

/** Fills in both sides of each key's boot value. */
export function withBoots(
  request: Request,
  keys: readonly PlannedKey[],
  files: readonly FileChange[],
): readonly PlannedKey[] {
  const { facts } = request;
  const paths = bootPaths(
    request,
    keys.map(({ key }) => key),
  );
  const ours = { path: currentPath(facts), ...(facts.dropIn !== undefined && { after: facts.dropIn }) };
  const now = bootWith(request, [ours], paths);
  const after = bootWith(request, [ours, ...files], paths);
  return keys.map((planned) => ({
    ...planned,
    boot: { now: bootValue(planned.key, now), after: bootValue(planned.key, after) },
  }));
}
