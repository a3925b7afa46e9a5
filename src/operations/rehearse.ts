/**
 * The whole job, once, on a host where nothing is at stake: apply, verify, apply again, a drift made on
 * purpose, roll back, and the proof that all is as before.
 */
import { carryOut } from "../apply/carry-out.js";
import type { Outcome } from "../apply/outcome.js";
import type { Key } from "../catalogue/key.js";
import { interpretReading } from "../catalogue/reading.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Value } from "../catalogue/value.js";
import type { Host } from "../host.js";
import { type Drift, driftOf } from "../plan/drift.js";
import { hasNoChanges, isLiveChange, type Plan, type PlanFacts } from "../plan/plan.js";
import { planRollback } from "../plan/plan-rollback.js";
import { planSettings } from "../plan/plan-settings.js";
import { transactionOf } from "../plan/transaction.js";
import { type Checked, failed, type HostProblem, type Problem } from "../problem.js";
import type { LeftOut, Setting } from "../profile/profile.js";
import type { Resolved } from "../profile/resolve/resolve.js";
import { noHistory } from "../record/transaction.js";
import { factsWith } from "./gather.js";
import { type LockedHost, provenanceOf, type Run, withLock } from "./locked-host.js";
import { type NotRehearsed, notRehearsableReason } from "./rehearsable.js";

/** Every reading of the namespace and every file of the private root, for the proof. */
export type Evidence = {
  readonly readings: ReadonlyMap<Key, string>;
  readonly files: ReadonlyMap<string, string>;
};

export type RehearsalRequest = {
  readonly resolved: Resolved;
  readonly evidence: () => Evidence;
};

type Done = Extract<Outcome, { status: "done" }>;

export type Rehearsal = {
  readonly profiles: readonly string[];
  readonly kernel: string;
  readonly plan: Plan;
  /** What the kernel refused or changed; left out of the rest. */
  readonly refused: readonly { readonly key: Key; readonly problem: HostProblem }[];
  readonly applied?: Done;
  readonly verified?: readonly Drift[];
  readonly drift?: { readonly key: Key; readonly value: Value; readonly found: readonly Drift[] };
  readonly again?: Plan;
  readonly rolledBack?: Done;
  /** What a step could not do; empty where all went well. */
  readonly problems: readonly Problem[];
  readonly proof: {
    readonly readings: number;
    readonly files: number;
    readonly differences: readonly string[];
  };
  readonly notRehearsed: readonly NotRehearsed[];
  readonly leftOut: readonly LeftOut[];
};

/**
 * Whether every step did what it says: also that nothing drifted by itself, and that a second apply has
 * nothing to do.
 */
export const succeeded = ({ problems, refused, proof, verified = [], again }: Rehearsal): boolean =>
  problems.length + refused.length + proof.differences.length + verified.length === 0 &&
  (again === undefined || hasNoChanges(again));

/** @param host its kernel's `net.*` and all its files are thrown away afterwards */
export async function rehearse(
  host: Host,
  { resolved, evidence }: RehearsalRequest,
  run: Run,
): Promise<Checked<Rehearsal>> {
  if (!host.kernel || !host.facts) return failed([{ code: "no-kernel", path: "/proc/sys" }]);
  const { rehearsable, notRehearsed } = sorted(host, resolved.settings);
  // Making the state folder is not a part of what is compared.
  const rehearsed = await withLock(host, run, async (locked) => {
    const before = evidence();
    const steps = await applyAccepted({ locked, resolved }, rehearsable, []);
    return { ...steps, proof: compare(before, evidence()) };
  });
  if (!rehearsed.ok) return rehearsed;
  const value: Rehearsal = {
    profiles: resolved.profiles,
    kernel: host.facts.kernel,
    ...rehearsed.value,
    notRehearsed,
    leftOut: resolved.leftOut,
  };
  return { ok: true, value, warnings: [] };
}

function sorted(host: Host, settings: readonly Setting[]) {
  const catalogue = shippedCatalogue();
  const judged = settings.map((setting) => ({
    setting,
    reason: notRehearsableReason(catalogue, setting, (key) =>
      interpretReading(catalogue, key, host.kernel?.read(key) ?? { status: "missing" }),
    ),
  }));
  return {
    rehearsable: judged.filter(({ reason }) => reason === undefined).map(({ setting }) => setting),
    notRehearsed: judged.flatMap(({ setting, reason }) =>
      reason === undefined ? [] : [{ key: setting.key, reason }],
    ),
  };
}

type Steps = Omit<Rehearsal, "proof" | "profiles" | "kernel" | "notRehearsed" | "leftOut">;
type Context = { readonly locked: LockedHost; readonly resolved: Resolved };

/** The facts as they are now, with the records of this rehearsal. */
async function factsNow({ locked }: Context): Promise<PlanFacts> {
  const { host, context } = locked;
  const history = await host.records.read();
  const { facts } = factsWith(context.catalogue, host, history?.ok ? history.value : noHistory);
  return { ...facts, hostName: "a throw-away namespace" };
}

const planOf = ({ locked, resolved }: Context, settings: readonly Setting[], facts: PlanFacts): Plan =>
  planSettings({
    catalogue: locked.context.catalogue,
    profiles: resolved.profiles,
    settings,
    leftOut: [],
    parameters: {},
    facts,
  });

/** Applies; where the kernel refuses a key, once more without it, so that every refusal is found. */
async function applyAccepted(
  rehearsal: Context,
  settings: readonly Setting[],
  refused: Rehearsal["refused"],
): Promise<Steps> {
  const { locked } = rehearsal;
  const plan = planOf(rehearsal, settings, await factsNow(rehearsal));
  const outcome = await carryOut(
    locked.context,
    transactionOf(locked.context.catalogue, plan, provenanceOf(locked)),
  );
  if (outcome.status === "done")
    return checkAndRollBack(rehearsal, settings, { plan, refused, applied: outcome, problems: [] });
  const problem = outcome.status === "reverted" ? outcome.problems.find(isRefusal) : undefined;
  const key = problem && ("key" in problem ? (problem.key as Key) : undefined);
  const rest = key === undefined ? settings : settings.filter(({ key: own }) => own !== ownerOf(plan, key));
  if (!problem || key === undefined || rest.length === settings.length)
    return { plan, refused, problems: outcome.problems };
  return applyAccepted(rehearsal, rest, [...refused, { key, problem }]);
}

const isRefusal = ({ code }: HostProblem): boolean =>
  code === "write-refused" || code === "unexpected-value" || code === "not-writable-here";

/** The key of the setting, or of the pattern, that a planned key came from. */
const ownerOf = (plan: Plan, key: Key): Key =>
  plan.keys.find((planned) => planned.key === key)?.setting?.key ?? key;

/** Verify, a second apply's plan, a drift made on purpose and found, and the rollback. */
async function checkAndRollBack(
  rehearsal: Context,
  settings: readonly Setting[],
  done: Steps & { readonly applied: Done },
): Promise<Steps> {
  const { locked } = rehearsal;
  const { catalogue } = locked.context;
  const verified = await driftsNow(rehearsal);
  const again = planOf(rehearsal, settings, await factsNow(rehearsal));
  const drift = await simulateDrift(rehearsal, done);
  const records = [done.applied.record];
  const facts = await factsNow(rehearsal);
  const plan = planRollback({ catalogue, records, id: done.applied.record.id, facts, conflicts: "keep" });
  const checked = { ...done, verified, again, ...drift };
  if (!plan) return checked;
  if (plan.problems.length > 0) return { ...checked, problems: plan.problems };
  const provenance = provenanceOf({ ...locked, history: { records, unreadable: [] } });
  const outcome = await carryOut(locked.context, transactionOf(locked.context.catalogue, plan, provenance));
  return outcome.status === "done"
    ? { ...checked, rolledBack: outcome }
    : { ...checked, problems: outcome.problems };
}

async function driftsNow(rehearsal: Context): Promise<readonly Drift[]> {
  const facts = await factsNow(rehearsal);
  return facts.applied ? driftOf(rehearsal.locked.context.catalogue, facts.applied, facts).drifts : [];
}

/**
 * Stands for another writer: sets one key back to what it was, asks for the drift, and sets it as applied
 * again.
 */
async function simulateDrift(rehearsal: Context, { plan }: Steps): Promise<Pick<Rehearsal, "drift">> {
  const { kernel } = rehearsal.locked.host;
  const chosen = plan.keys.find(
    (planned) => isLiveChange(planned) && planned.now.status === "present" && planned.now.value !== "",
  );
  if (!kernel || chosen?.now.status !== "present" || chosen.after === undefined) return {};
  kernel.write(chosen.key, chosen.now.value);
  const found = await driftsNow(rehearsal);
  kernel.write(chosen.key, chosen.after);
  return { drift: { key: chosen.key, value: chosen.now.value, found } };
}

function compare(before: Evidence, after: Evidence): Rehearsal["proof"] {
  const differences = [
    ...differing(before.readings, after.readings),
    ...differing(before.files, after.files),
  ];
  return { readings: before.readings.size, files: before.files.size, differences };
}

const differing = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
