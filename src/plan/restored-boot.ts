/** What the next boot gives keys whose drop-in is put back. */
import { dropInFolder, dropInName, dropInPath } from "../boot/drop-in.js";
import { simulate } from "../boot/simulate.js";
import { withFile } from "../boot/stack.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import { keyPath } from "../catalogue/key.js";
import { bootValue } from "./boot-value.js";
import { type FileChange, fileOf, type PlanFacts, type PlannedKey } from "./plan.js";

type Request = { readonly catalogue: Catalogue; readonly facts: PlanFacts };

/** Fills in both sides of each key's boot value. */
export function withBoots(
  request: Request,
  keys: readonly PlannedKey[],
  files: readonly FileChange[],
): readonly PlannedKey[] {
  const { facts } = request;
  const paths = keys.filter(({ now }) => now.status !== "missing").map(({ key }) => keyPath(key));
  const simulated = (text: string | undefined) =>
    simulate(withFile(facts.boot, dropInFolder, dropInName, text), facts.loader, paths);
  const dropIn = fileOf({ files }, dropInPath);
  const now = simulated(facts.dropIn);
  const after = simulated(dropIn ? dropIn.after : facts.dropIn);
  return keys.map((planned) => ({
    ...planned,
    boot: { now: bootValue(request, planned.key, now), after: bootValue(request, planned.key, after) },
  }));
}
