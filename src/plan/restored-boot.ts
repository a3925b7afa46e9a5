/** What the next boot gives keys whose drop-in is put back. */
import { dropInPath } from "../boot/drop-in.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { bootPaths, bootValue, bootWith } from "./boot-value.js";
import { type FileChange, fileOf, type PlanFacts, type PlannedKey } from "./plan.js";

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
  const dropIn = fileOf({ files }, dropInPath);
  const now = bootWith(request, facts.dropIn, paths);
  const after = bootWith(request, dropIn ? dropIn.after : facts.dropIn, paths);
  return keys.map((planned) => ({
    ...planned,
    boot: { now: bootValue(planned.key, now), after: bootValue(planned.key, after) },
  }));
}
