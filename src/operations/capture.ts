/** All facts of a running host, for a plan elsewhere. */
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { CapturedFacts } from "../format/facts-file.js";
import type { Host } from "../host.js";
import { type Checked, failed, ok } from "../problem.js";
import { noHistory, unreadableNow } from "../record/transaction.js";
import { gather } from "./gather.js";

/** A host whose own record cannot be used is refused: a plan against half of its facts would be a guess. */
export async function captureFacts(host: Host, now: Date): Promise<Checked<CapturedFacts>> {
  const { kernel, facts: hostFacts } = host;
  if (!kernel || !hostFacts) return failed([{ code: "no-kernel", path: "/proc/sys" }]);
  const gathered = await gather(shippedCatalogue(), host);
  if (!gathered.ok) return gathered;
  const unreadable = unreadableNow(gathered.value.history ?? noHistory);
  if (unreadable.length > 0) return failed(unreadable);
  const use = host.use?.();
  const bootSources = host.bootSources?.();
  const { boot, applied, dropIn, modulesFile } = gathered.value.facts;
  return ok({
    taken: now.toISOString(),
    host: hostFacts,
    readings: kernel.readAll(),
    boot,
    ...(bootSources && { bootSources }),
    ...(use && { use }),
    ...(dropIn !== undefined && { dropIn }),
    ...(modulesFile !== undefined && { modulesFile }),
    ...(applied && { applied }),
  });
}
