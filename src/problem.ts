/**
 * Everything that can be wrong, as data. The words are in `render/messages/`, the explanations in
 * `docs/problems.md`.
 */
import type { HostProblem } from "./problem/host-problem.js";
import type { TextProblem } from "./problem/text-problem.js";
import type { Warning } from "./problem/warning.js";

export type { HostProblem } from "./problem/host-problem.js";
export type {
  BadExpression,
  BadParameter,
  BadRecord,
  BadStructure,
  BadYaml,
  Combination,
  NamespaceObstacle,
  OverrideWay,
  Place,
  PrecedenceRule,
  TakeOverObstacle,
  ValueFault,
  Versions,
} from "./problem/parts.js";
export type { TextProblem } from "./problem/text-problem.js";
export type { Warning } from "./problem/warning.js";

export type Problem = TextProblem | HostProblem;

type Failed = {
  readonly ok: false;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
};

/** Something checked: the value with its warnings, or all that is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Warning[] }
  | Failed;

/**
 * The same, where what is wrong leaves a part that can be checked further, so that all problems are reported
 * at once.
 */
export type PartlyChecked<T> = Checked<T> | (Failed & { readonly partial: T });

export const ok = <T>(value: T, warnings: readonly Warning[] = []): Checked<T> => ({
  ok: true,
  value,
  warnings,
});

export const failed = (problems: readonly Problem[], warnings: readonly Warning[] = []): Checked<never> => ({
  ok: false,
  problems,
  warnings,
});

/** The value, or the part of it that is valid. */
export function partialValue<T>(checked: PartlyChecked<T>): T | undefined {
  if (checked.ok) return checked.value;
  return "partial" in checked ? checked.partial : undefined;
}

/** Each of these once, by what it says. */
export const distinct = <T>(all: readonly T[]): readonly T[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];

/** What a finding is called where it is excused, and in brackets behind its message: of a relation, its own id. */
export function findingId(finding: Problem | Warning): string {
  switch (finding.code) {
    case "broken-relation":
    case "relation":
      return finding.id;
    case "contradicting-values":
      return finding.relation;
    default:
      return finding.code;
  }
}
