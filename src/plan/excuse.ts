/** Findings that a profile, or the operator, knows and means: excused by their id, and still shown. */
import { nearest } from "../catalogue/catalogue.js";
import { distinct, findingId, type Problem, type TextProblem, type Warning } from "../problem.js";
import type { Setting } from "../profile/profile.js";
import { relationIds } from "../relations/shipped.js";
import type { Excused } from "./plan.js";

type Finding = Problem | Warning;

/** Warnings that say something of the host, or of a file, and not of a setting: there is nothing to excuse. */
const warningIds: readonly Warning["code"][] = [
  "added-later",
  "below-default",
  "doubtful-condition",
  "lowers-value",
  "more-than-memory",
  "no-effect",
  "other-effective-value",
  "other-kernel",
  "refused-by-some-kernels",
  "removed-later",
  "unusual-value",
  "vendor-tunable",
  "weakens-protection",
];

const contradictions = ["bounded-value", "exclusive-values", "same-value"];

/** Every id that `allow` takes. */
export const allowableIds = (): readonly string[] => [
  ...warningIds,
  ...contradictions,
  "refused-by-kernel",
  ...relationIds(),
];

/** The id that excuses a finding; undefined where nothing does. */
function excusingId(finding: Finding): string | undefined {
  const id = findingId(finding);
  const isExcusable = id !== finding.code || [...warningIds, "refused-by-kernel"].includes(id);
  return isExcusable ? id : undefined;
}

function keysOf(finding: Finding): readonly string[] {
  if (finding.code === "broken-relation" || finding.code === "relation") return finding.keys;
  if (finding.code === "contradicting-values") return [finding.key, finding.other];
  if (finding.code === "more-than-memory") return finding.parts.map(({ key }) => key);
  return "key" in finding ? [finding.key] : [];
}

/** Once the lower value is there, it is no longer below what the host has, and still below the default. */
const impliedBy: Readonly<Record<string, readonly string[]>> = { "below-default": ["lowers-value"] };

export type Sorted = {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  readonly excused: readonly Excused[];
};

/** @param allowed the ids of `--allow` */
export function withoutExcused(
  found: { readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] },
  settings: readonly Setting[],
  allowed: readonly string[],
): Sorted {
  const reason = (finding: Finding): Excused | undefined => {
    const id = excusingId(finding);
    if (id === undefined) return undefined;
    const keys = keysOf(finding);
    const ids = [id, ...(impliedBy[id] ?? [])];
    const reasons = settings
      .filter(({ key }) => keys.includes(key))
      .flatMap(({ allow = {} }) => ids.flatMap((one) => allow[one] ?? []));
    if (reasons[0] !== undefined) return { finding, why: reasons[0] };
    return ids.some((one) => allowed.includes(one)) ? { finding } : undefined;
  };
  const isLeft = (finding: Finding): boolean => reason(finding) === undefined;
  return {
    problems: found.problems.filter(isLeft),
    warnings: found.warnings.filter(isLeft),
    excused: [...found.problems, ...found.warnings].flatMap((finding) => reason(finding) ?? []),
  };
}

/** Ids of `allow` in profiles that excuse nothing there is. */
export function unknownAllowances(settings: readonly Setting[]): readonly TextProblem[] {
  const known = allowableIds();
  const unknown = settings.flatMap(({ allow = {}, place }) =>
    Object.keys(allow)
      .filter((id) => !known.includes(id))
      .map((id): TextProblem => ({ code: "unknown-allowance", id, ...guess(id, known), place })),
  );
  return distinct(unknown);
}

/** The same of `--allow`. */
export function unknownAllowedIds(allowed: readonly string[]): readonly Problem[] {
  const known = allowableIds();
  return allowed
    .filter((id) => !known.includes(id))
    .map((id) => ({ code: "unknown-allowed-id", id, ...guess(id, known) }));
}

function guess(id: string, known: readonly string[]): { readonly nearest?: string } {
  const found = nearest(id, known);
  return found === undefined ? {} : { nearest: found };
}
