/** Which change a rollback means, and its plan. Pure: the host is read by its caller. */
import type { Catalogue } from "../catalogue/catalogue.js";
import { currentPath } from "../plan/own-files.js";
import { hasNoChanges, isUpToDate, type Plan, type PlanFacts } from "../plan/plan.js";
import { planDefaults } from "../plan/plan-defaults.js";
import { planPart } from "../plan/plan-part.js";
import { planRollback, type RollbackRequest } from "../plan/plan-rollback.js";
import type { HostProblem, Problem } from "../problem.js";
import { appliedFromDropIn } from "../record/applied.js";
import {
  activeIds,
  committedOf,
  type History,
  type TransactionRecord,
  unreadableSince,
} from "../record/transaction.js";

/**
 * - newest: to before the newest change that is in effect
 * - before: to before this change
 * - after: to how this change left the host
 * - only: of the newest change in effect, or of this one, these settings alone
 * - defaults: to what the next boot gives without our drop-in
 */
export type RollbackTarget =
  | { readonly kind: "newest" }
  | { readonly kind: "before" | "after"; readonly id: string }
  | { readonly kind: "only"; readonly only: readonly string[]; readonly id?: string }
  | { readonly kind: "defaults" };

export type RollbackOptions = {
  readonly target: RollbackTarget;
  readonly conflicts: RollbackRequest["conflicts"];
};

export type FoundRollback =
  | { readonly plan: Plan }
  | { readonly status: "refused"; readonly problems: readonly Problem[] }
  | { readonly status: "up-to-date"; readonly backTo?: number; readonly isUndone?: boolean };

type Search = {
  readonly catalogue: Catalogue;
  readonly facts: PlanFacts;
  readonly history: History;
  readonly committed: readonly TransactionRecord[];
  readonly conflicts: RollbackRequest["conflicts"];
};

export function findRollback(
  catalogue: Catalogue,
  facts: PlanFacts,
  history: History,
  { target, conflicts }: RollbackOptions,
): FoundRollback {
  const committed = committedOf(history.records);
  const search = { catalogue, facts, history, committed, conflicts };
  const applied = facts.applied ?? appliedFromDropIn(facts.dropIn, currentPath(facts));
  switch (target.kind) {
    case "newest":
      return unfinished(search) ?? findNewest(search, activeIds(committed).toReversed().map(String));
    case "before":
      return isTakenBack(search, target.id)
        ? { status: "up-to-date", backTo: idOf(target.id), isUndone: true }
        : findNewest(search, [target.id]);
    case "after":
      return findAfter(search, target.id);
    case "only":
      return findPart(search, target.only, target.id);
    case "defaults":
      return applied
        ? { plan: planDefaults({ catalogue, facts, conflicts, applied }) }
        : { status: "up-to-date" };
  }
}

/**
 * The plan of the newest of these changes that leaves something to do. The newest may leave nothing, where
 * somebody has taken it back by hand: then it is the one before.
 */
function findNewest(search: Search, ids: readonly string[]): FoundRollback {
  const { committed } = search;
  if (ids.length === 0) return nothingActive(search);
  for (const text of ids) {
    const id = idOf(text);
    const missing = unreadableSince(search.history, id);
    if (id > 0 && missing.length > 0) return { status: "refused", problems: missing };
    const plan = planRollback({ ...search, records: committed, id });
    if (!plan) return refused(unknownSnapshot(text, committed));
    if (!isUpToDate(plan) || plan.accepted.length > 0 || plan.problems.length > 0) return { plan };
  }
  const backTo = Number(ids.at(-1));
  return { status: "up-to-date", backTo, isUndone: activeIds(committed).every((id) => id < backTo) };
}

/**
 * What the last rollback left: a file of ours that could not be replaced then, or, by force, what something
 * else had changed. It comes before any change that is still in effect.
 */
function unfinished(search: Search): FoundRollback | undefined {
  const { committed, conflicts } = search;
  const { kind, only, backTo } = committed.at(-1) ?? {};
  if (kind !== "rollback" || only || backTo === undefined) return undefined;
  const plan = planRollback({ ...search, records: committed, id: backTo });
  if (!plan || plan.problems.length > 0) return undefined;
  const isLeft = plan.files.length > 0 || (conflicts === "overwrite" && !hasNoChanges(plan));
  return isLeft ? { plan } : undefined;
}

/** To how a change left the host: that is to before the one that came next. */
function findAfter(search: Search, text: string): FoundRollback {
  const { committed } = search;
  const at = committed.findIndex(({ id }) => id === idOf(text));
  if (at < 0) return refused(unknownSnapshot(text, committed));
  const next = committed[at + 1];
  return next ? findNewest(search, [String(next.id)]) : { status: "up-to-date", backTo: idOf(text) + 1 };
}

function findPart(search: Search, only: readonly string[], given: string | undefined): FoundRollback {
  const { facts, committed } = search;
  const id = given === undefined ? activeIds(committed).at(-1) : idOf(given);
  if (id === undefined || !facts.applied) return nothingActive(search);
  const missing = unreadableSince(search.history, id);
  if (missing.length > 0) return { status: "refused", problems: missing };
  const found = planPart({ ...search, records: committed, id, only, applied: facts.applied });
  if (!found) return refused(unknownSnapshot(given ?? "", committed));
  return "plan" in found ? found : refused({ code: "not-in-set", text: found.unmatched });
}

/** A change that was never made, or on trial and not confirmed: whoever takes it back once more is right. */
const isTakenBack = ({ history: { records } }: Search, text: string): boolean =>
  records.some(({ id, status }) => id === idOf(text) && (status === "taken-back" || status === "abandoned"));

const idOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) : 0);

const refused = (problem: HostProblem): FoundRollback => ({ status: "refused", problems: [problem] });

const unknownSnapshot = (id: string, committed: readonly TransactionRecord[]): HostProblem => ({
  code: "unknown-snapshot",
  id,
  known: committed.map((record) => String(record.id)),
});

/** No change is in effect by the record; by our drop-in, where the record is lost, there may be one. */
function nothingActive({ facts }: Search): FoundRollback {
  const applied = facts.applied ?? appliedFromDropIn(facts.dropIn, currentPath(facts));
  if (!applied) return { status: "up-to-date" };
  return refused({ code: "no-record", file: currentPath(facts), profiles: applied.profiles });
}
