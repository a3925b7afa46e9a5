/** From profiles to a plan for one host. */
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Host } from "../host.js";
import { type Acceptance, unknownAcceptedKeys, withAccepted, withoutMissing } from "../plan/acceptance.js";
import type { Plan } from "../plan/plan.js";
import { planSettings } from "../plan/plan-settings.js";
import { type Checked, failed, ok } from "../problem.js";
import type { LoadProfile } from "../profile/resolve/load.js";
import { type Resolved, resolveProfiles } from "../profile/resolve/resolve.js";
import { type Gathered, gather } from "./gather.js";

export type ResolveOptions = {
  /** Profiles by name or file. */
  readonly names: readonly string[];
  readonly load: LoadProfile;
  /** `--set name=value`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** A captured host that stands for those an image will run on. */
  readonly reference?: Host;
};

export type PlanOptions = ResolveOptions & Acceptance & { readonly skipMissing?: boolean };

/** What profiles ask of a host, and what is known of the host. */
export type ResolvedFor = { readonly resolved: Resolved; readonly gathered: Gathered };

export async function resolveFor(host: Host, options: ResolveOptions): Promise<Checked<ResolvedFor>> {
  const catalogue = shippedCatalogue();
  const gathered = await gather(catalogue, host, options.reference);
  if (!gathered.ok) return gathered;
  const { view } = gathered.value;
  const resolved = await resolveProfiles({
    names: options.names,
    load: options.load,
    catalogue,
    parameters: options.parameters,
    purpose: "plan",
    ...(view && { host: view }),
  });
  if (!resolved.ok) return resolved;
  return ok({ resolved: resolved.value, gathered: gathered.value }, resolved.warnings);
}

export type Planned = { readonly plan: Plan; readonly gathered: Gathered };

/** What `apply` would do. Changes nothing, and needs no lock. */
export async function planProfiles(host: Host, options: PlanOptions): Promise<Checked<Planned>> {
  const catalogue = shippedCatalogue();
  const unknown = unknownAcceptedKeys(catalogue, options.accept ?? []);
  if (unknown.length > 0) return failed(unknown);
  const request = await resolveFor(host, options);
  if (!request.ok) return request;
  const { resolved, gathered } = request.value;
  const asked = {
    ...resolved,
    catalogue,
    parameters: Object.fromEntries(options.parameters),
    arguments: options.names,
    facts: gathered.facts,
  };
  const left = options.skipMissing ? withoutMissing(asked, planSettings(asked)) : asked;
  const plan = withAccepted(planSettings(left), options);
  const warnings = [...request.warnings, ...plan.warnings];
  return ok({ plan: { ...plan, warnings }, gathered }, warnings);
}
