/** The whole job, once, in a room where nothing is at stake: diff, apply, read back, drift, roll back, and the proof that all is as before. */
import { carryOut } from "../apply/carry-out.js";
import type { Outcome, Surroundings } from "../apply/change.js";
import type { Key } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import { rollbackTarget } from "../history/rollback.js";
import type { Snapshot } from "../history/snapshot.js";
import type { Kernel } from "../host.js";
import { changeOf, type Occasion } from "../plan/change.js";
import { changeBack } from "../plan/change-back.js";
import { type Drift, driftOf } from "../plan/drift.js";
import { plan } from "../plan/make.js";
import { isDue, isEmpty, type Plan, type PlanFacts } from "../plan/plan.js";
import type { HostProblem } from "../problem.js";
import type { Setting } from "../profile/profile.js";

export type RehearsalRequest = {
  readonly around: Surroundings & { readonly kernel: Kernel };
  readonly profiles: readonly string[];
  readonly settings: readonly Setting[];
  readonly parameters: Readonly<Record<string, string>>;
  /** Read anew at each call. */
  readonly facts: () => PlanFacts;
  readonly snapshots: () => readonly Snapshot[];
  readonly occasion: (id: number) => Occasion;
  /** Every reading of the namespace and every file of the room, for the proof. */
  readonly everything: () => Evidence;
};

export type Evidence = {
  readonly readings: ReadonlyMap<Key, string>;
  readonly files: ReadonlyMap<string, string>;
};

export type Rehearsal = {
  readonly plan: Plan;
  /** What the kernel refused or changed; left out of the rest. */
  readonly refused: readonly { readonly key: Key; readonly problem: HostProblem }[];
  readonly applied?: Extract<Outcome, { status: "done" }>;
  readonly verified?: readonly Drift[];
  readonly drift?: { readonly key: Key; readonly value: Value; readonly found: readonly Drift[] };
  readonly again?: Plan;
  readonly rolledBack?: Extract<Outcome, { status: "done" }>;
  /** What a step could not do; empty where all went well. */
  readonly problems: readonly HostProblem[];
  readonly proof: {
    readonly readings: number;
    readonly files: number;
    readonly differences: readonly string[];
  };
};

/** Whether every step did what it says: also that nothing drifted by itself, and that a second apply has nothing to do. */
export const wentWell = ({ problems, refused, proof, verified = [], again }: Rehearsal): boolean =>
  problems.length + refused.length + proof.differences.length + verified.length === 0 &&
  (again === undefined || isEmpty(again));

export async function rehearseAll(request: RehearsalRequest): Promise<Rehearsal> {
  const before = request.everything();
  const performed = await perform(request, request.settings, []);
  return { ...performed, proof: compare(before, request.everything()) };
}

type Performed = Omit<Rehearsal, "proof">;

/** Applies; where the kernel says no to a key, once more without it, so that all it says no to is found. */
async function perform(
  request: RehearsalRequest,
  settings: readonly Setting[],
  refused: Rehearsal["refused"],
): Promise<Performed> {
  const facts = request.facts();
  const made = planOf(request, settings, facts);
  const outcome = await carryOut(
    request.around,
    changeOf({
      catalogue: request.around.catalogue,
      plan: made,
      settings,
      parameters: request.parameters,
      facts,
      occasion: request.occasion(1),
    }),
  );
  if (outcome.status === "done")
    return takeBack(request, settings, { plan: made, refused, applied: outcome, problems: [] });
  const culprit =
    outcome.status === "undone" ? outcome.problems.find((problem) => "key" in problem) : undefined;
  const without = culprit && "key" in culprit ? withoutKey(settings, culprit.key as Key, made) : settings;
  if (!culprit || !("key" in culprit) || without.length === settings.length)
    return { plan: made, refused, problems: outcome.problems };
  return perform(request, without, [...refused, { key: culprit.key as Key, problem: culprit }]);
}

const planOf = (
  { around, profiles, parameters }: RehearsalRequest,
  settings: readonly Setting[],
  facts: PlanFacts,
): Plan => plan({ catalogue: around.catalogue, profiles, settings, leftOut: [], parameters, facts });

function withoutKey(settings: readonly Setting[], key: Key, made: Plan): readonly Setting[] {
  const culprit = made.keys.find((planned) => planned.key === key)?.setting;
  return settings.filter((setting) => setting.key !== (culprit?.key ?? key));
}

/** Verify, a second apply's plan, a drift made on purpose and found, and the way back. */
async function takeBack(
  request: RehearsalRequest,
  settings: readonly Setting[],
  done: Performed & { readonly applied: Extract<Outcome, { status: "done" }> },
): Promise<Performed> {
  const { around } = request;
  const drifts = (): readonly Drift[] => {
    const facts = request.facts();
    return facts.applied ? driftOf(around.catalogue, facts.applied, facts).drifts : [];
  };
  const verified = drifts();
  const again = planOf(request, settings, request.facts());
  const drift = driftOnce(request, done, drifts);
  const target = rollbackTarget(request.snapshots(), done.applied.snapshot.id);
  if (!target) return { ...done, verified, again, ...drift };
  const facts = request.facts();
  const back = changeBack({ ...around, interfaces: facts.interfaces }, target, {
    id: done.applied.snapshot.id,
    kept: [],
    applied: facts.applied ?? null,
    occasion: request.occasion(2),
  });
  const outcome = await carryOut(around, back);
  if (outcome.status !== "done") return { ...done, verified, again, ...drift, problems: outcome.problems };
  return { ...done, verified, again, ...drift, rolledBack: outcome };
}

/** Plays the other writer: one key back to what it was, behind the record's back; then as applied again. */
function driftOnce(
  { around }: RehearsalRequest,
  { plan: made }: Performed,
  drifts: () => readonly Drift[],
): Pick<Rehearsal, "drift"> {
  const chosen = made.keys.find(
    (planned) => isDue(planned) && planned.now.status === "present" && planned.now.value !== "",
  );
  if (chosen?.now.status !== "present" || chosen.after === undefined) return {};
  around.kernel.write(chosen.key, chosen.now.value);
  const found = drifts();
  around.kernel.write(chosen.key, chosen.after);
  return { drift: { key: chosen.key, value: chosen.now.value, found } };
}

function compare(before: Evidence, after: Evidence): Rehearsal["proof"] {
  const differences = [
    ...differing(before.readings, after.readings),
    ...differing(before.files, after.files),
  ];
  return { readings: before.readings.size, files: before.files.size, differences };
}

function differing(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
}
