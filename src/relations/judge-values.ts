/** Every judgement over several values at once, with or without a host. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { Target } from "../catalogue/target.js";
import type { Value } from "../catalogue/value.js";
import type { HostProblem, Place, Warning } from "../problem.js";
import { derivedRelations } from "./derived.js";
import { effectiveWarnings } from "./effective.js";
import { type BrokenRelation, judgeRelations } from "./judge.js";
import type { HostAnswers } from "./relation.js";
import { relationsAbout } from "./shipped.js";

/** A key, or a pattern without a host, and what it is set to. */
export type SetValue = { readonly key: Key; readonly value: Value; readonly place: Place };

export type ValuesRequest = {
  readonly catalogue: Catalogue;
  readonly settings: readonly SetValue[];
  /** What the host has now. */
  readonly now: (key: Key) => Value | null | undefined;
  /** What any other key is then: null where it lacks it, undefined where that is not known. */
  readonly have: (key: Key) => Value | null | undefined;
  /** Without `all` and `default`. */
  readonly interfaces: readonly string[];
  readonly target: Target;
  readonly answers: HostAnswers;
};

export type ValueFindings = {
  readonly problems: readonly HostProblem[];
  readonly warnings: readonly Warning[];
  /** The ids of relations that could not be judged. */
  readonly unknown: readonly string[];
};

export function judgeValues(request: ValuesRequest): ValueFindings {
  const { catalogue, settings, now, have, interfaces, target, answers } = request;
  const wanted = new Map(settings.map(({ key, value }) => [key, value]));
  const places = new Map<string, Place>(settings.map(({ key, place }) => [key, place]));
  const value = (key: Key): Value | null | undefined =>
    wanted.get(key) ?? byOtherName(catalogue, wanted, key) ?? have(key);
  const { broken, unknown } = judgeRelations({
    relations: relationsAbout([...wanted.keys()]),
    isSet: (key) => wanted.has(key),
    isChanged: (key) => wanted.has(key) && wanted.get(key) !== now(key),
    value,
    interfaces,
    target,
    host: answers,
  });
  const derived = derivedRelations({ catalogue, wanted, target, value }).map(
    ({ id, key, value: own, other, otherValue }): HostProblem => ({
      code: "contradicting-values",
      relation: id,
      key,
      value: own,
      other,
      other_value: otherValue,
      ...placeAmong(places, [key, other]),
    }),
  );
  return {
    problems: [
      ...derived,
      ...ofSeverity(broken, "error").map((one) => ({
        code: "broken-relation" as const,
        ...finding(one, places),
      })),
    ],
    warnings: [
      ...effectiveWarnings({ catalogue, settings, value, interfaces }),
      ...ofSeverity(broken, "warning").map((one) => ({ code: "relation" as const, ...finding(one, places) })),
    ],
    unknown: unknown.map(({ id }) => id),
  };
}

/** What a setting of its other name, or of its exclusive counterpart, makes of a key. */
function byOtherName(catalogue: Catalogue, wanted: ReadonlyMap<Key, Value>, key: Key): Value | undefined {
  const tunable = findTunable(catalogue, key);
  const counterpart = wanted.get(tunable?.exclusive_with as Key);
  if (counterpart !== undefined && counterpart !== "0") return "0" as Value;
  return wanted.get(tunable?.same_as as Key);
}

const ofSeverity = (
  broken: readonly BrokenRelation[],
  severity: "error" | "warning",
): readonly BrokenRelation[] => broken.filter(({ relation }) => relation.severity === severity);

const finding = ({ relation, keys, message }: BrokenRelation, places: ReadonlyMap<string, Place>) => ({
  id: relation.id,
  keys,
  message,
  way_out: relation.way_out,
  ...placeAmong(places, keys),
});

function placeAmong(places: ReadonlyMap<string, Place>, keys: readonly string[]): { readonly place?: Place } {
  const place = keys.map((key) => places.get(key)).find((one) => one !== undefined);
  return place ? { place } : {};
}
