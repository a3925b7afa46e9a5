/** A plan turned into the change that carries it out, and into the record of it. */
import type { Change } from "../apply/change.js";
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { Snapshot } from "../history/snapshot.js";
import type { Setting } from "../profile/profile.js";
import { closure, type Write } from "./order.js";
import { type Applied, isDue, isFileChanged, type Plan, type PlanFacts } from "./plan.js";
import { valueIn } from "./reading.js";

/** Who makes a change, when and where: what a snapshot says besides values. */
export type Occasion = Pick<Snapshot, "id" | "time" | "by" | "boot_id" | "kernel">;

export type ChangeRequest = {
  readonly catalogue: Catalogue;
  readonly plan: Plan;
  readonly settings: readonly Setting[];
  readonly parameters: Readonly<Record<string, string>>;
  /** What the command line named. */
  readonly arguments?: readonly string[];
  readonly facts: PlanFacts;
  readonly occasion: Occasion;
};

export function changeOf({
  catalogue,
  plan,
  settings,
  parameters,
  facts,
  occasion,
  ...given
}: ChangeRequest): Change {
  const writes = writesOf(plan);
  const files = plan.files.filter(isFileChanged);
  const side = (which: "before" | "after") =>
    Object.fromEntries(files.map((file) => [file.path, file[which] ?? null]));
  const applied: Applied = {
    profiles: plan.profiles,
    ...given,
    parameters,
    settings,
    originals: originalsOf(catalogue, plan, facts),
  };
  const snapshot: Snapshot = {
    version: 1,
    ...occasion,
    kind: "apply",
    status: "prepared",
    before: { readings: {}, files: side("before"), applied: facts.applied ?? null },
    after: {
      readings: valuesOf(writes),
      files: side("after"),
      applied: plan.profiles.length === 0 ? null : applied,
    },
  };
  return {
    writes,
    holds: holdsOf(plan),
    closure: closure(
      catalogue,
      writes.map((write) => write.key),
      facts.interfaces,
    ),
    files,
    snapshot,
  };
}

/** What the writes are to bring about, as the record of a change has it until it is done. */
export const valuesOf = (writes: readonly Write[]): Readonly<Record<Key, Value>> =>
  Object.fromEntries(writes.map(({ key, value }) => [key, value]));

const writesOf = (plan: Plan): readonly Write[] =>
  plan.keys.filter(isDue).flatMap(({ key, after, now }) => {
    const before = valueIn(now);
    return after === undefined ? [] : [{ key, value: after, ...(before !== undefined && { before }) }];
  });

/** What is as wanted already must still be so when all is written, though a write may move it. */
const holdsOf = (plan: Plan): readonly Write[] =>
  plan.keys.flatMap(({ key, action, after, now }) =>
    action === "keep" && after !== undefined && valueIn(now) === after ? [{ key, value: after }] : [],
  );

/** What each key of the set was before tunectl, remembered from the first time on; and its twin, which alone can bring back a 0. */
function originalsOf(
  catalogue: Catalogue,
  plan: Plan,
  facts: PlanFacts,
): Readonly<Record<Key, Value | null>> {
  // A null stays one: what is live by now may be our own doing.
  const known = facts.applied?.originals ?? {};
  const held = plan.keys.filter((planned) => planned.setting).map(({ key }) => key);
  const twins = held.flatMap((key) => (findTunable(catalogue, key)?.exclusive_with as Key | undefined) ?? []);
  return Object.fromEntries(
    [...held, ...twins].map((key) => [
      key,
      known[key] === undefined ? (valueIn(facts.read(key)) ?? null) : known[key],
    ]),
  );
}
