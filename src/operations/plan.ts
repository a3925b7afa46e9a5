/** From profiles to a plan for one host. */
import { dropInPathOf } from "../boot/drop-in.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import { exactly } from "../catalogue/target.js";
import type { Host } from "../host.js";
import { type Acceptance, unknownAcceptedKeys, withAccepted, withoutMissing } from "../plan/acceptance.js";
import { unknownAllowances, unknownAllowedIds, withoutExcused } from "../plan/excuse.js";
import type { Plan } from "../plan/plan.js";
import { planSettings } from "../plan/plan-settings.js";
import { planApply } from "../plan/take-over.js";
import { type Checked, failed, ok, type Problem } from "../problem.js";
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
  /** Whether keys that the host lacks are left out. */
  readonly skipMissing?: boolean;
  /** Ids of warnings and relations that are known and meant. */
  readonly allow?: readonly string[];
};

export type PlanOptions = ResolveOptions &
  Acceptance & {
    /** The name of our drop-in; absent where it stays as it is. */
    readonly dropIn?: string;
  };

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
    skipMissing: options.skipMissing ?? false,
    allow: options.allow ?? [],
    ...(gathered.value.facts.installedKernel !== undefined && {
      kernel: exactly(gathered.value.facts.installedKernel),
    }),
    ...(view && { host: view }),
  });
  if (!resolved.ok) return resolved;
  return ok({ resolved: resolved.value, gathered: gathered.value }, resolved.warnings);
}

/** The profiles resolved, and what of their plan is no matter of the files or of rights. */
export async function judgeProfiles(host: Host, options: PlanOptions): Promise<Checked<Resolved>> {
  const planned = await planProfiles(host, options);
  if (!planned.ok) return planned;
  const { plan, resolved } = planned.value;
  const isOfValues = ({ code }: Problem): boolean =>
    ["broken-relation", "contradicting-values", "refused-by-kernel"].includes(code);
  const problems = plan.problems.filter(isOfValues);
  return problems.length > 0 ? failed(problems, plan.warnings) : ok(resolved, plan.warnings);
}

export type Planned = {
  readonly plan: Plan;
  readonly gathered: Gathered;
  readonly resolved: Resolved;
};

/** What `apply` would do. Changes nothing, and needs no lock. */
export async function planProfiles(host: Host, options: PlanOptions): Promise<Checked<Planned>> {
  const catalogue = shippedCatalogue();
  const { allow = [] } = options;
  const unknown = [...unknownAcceptedKeys(catalogue, options.accept ?? []), ...unknownAllowedIds(allow)];
  if (unknown.length > 0) return failed(unknown);
  const request = await resolveFor(host, options);
  if (!request.ok) return request;
  const { resolved, gathered } = request.value;
  const mistyped = unknownAllowances(resolved.settings);
  if (mistyped.length > 0) return failed(mistyped, request.warnings);
  const asked = {
    ...resolved,
    catalogue,
    parameters: Object.fromEntries(options.parameters),
    arguments: options.names,
    facts: gathered.facts,
    ...(options.dropIn !== undefined && { dropInPath: dropInPathOf(options.dropIn) }),
  };
  const left = options.skipMissing ? withoutMissing(asked, planSettings(asked)) : asked;
  const plan = withAccepted(planApply(left, options.onOverride ?? "fail"), options);
  const { problems, warnings, excused } = withoutExcused(
    {
      problems: [...resolved.refused, ...withoutRefused(plan.problems, resolved.refused)],
      warnings: [...request.warnings, ...plan.warnings],
    },
    resolved.settings,
    allow,
  );
  return ok({ plan: { ...plan, problems, warnings, excused }, gathered, resolved }, warnings);
}

/** That a kernel does not take a value is told, or excused, once: its boot takes it as little. */
function withoutRefused(problems: readonly Problem[], refused: Resolved["refused"]): readonly Problem[] {
  const keys = new Set(refused.flatMap((problem) => ("key" in problem ? [problem.key] : [])));
  const isTold = (problem: Problem): boolean =>
    problem.code === "overridden-at-boot" &&
    problem.cause === "refused" &&
    problem.other === undefined &&
    keys.has(problem.key);
  return problems.filter((problem) => !isTold(problem));
}
