/** What an operator accepts about a plan. */
import { type Catalogue, findTunable, nearestKey } from "../catalogue/catalogue.js";
import { parseKey } from "../catalogue/key.js";
import type { HostProblem, Problem } from "../problem.js";
import type { Plan, PlanRequest } from "./plan.js";

export type Acceptance = {
  /** Keys that may be set although they are irreversible or can stop the host. */
  readonly accept?: readonly string[];
  /** Whether the plan may be applied although another file, or program, has the last word at boot. */
  readonly allowOverride?: boolean;
  /** Ids of warnings and relations that are known and meant. */
  readonly allow?: readonly string[];
};

/** Moves the problems that are accepted aside. */
export function withAccepted(plan: Plan, { accept = [], allowOverride }: Acceptance): Plan {
  const isAccepted = (problem: Problem): boolean =>
    (problem.code === "needs-acceptance" && accept.includes(problem.key)) ||
    (["overridden-at-boot", "rewritten-after-boot"].includes(problem.code) && allowOverride === true);
  return {
    ...plan,
    problems: plan.problems.filter((problem) => !isAccepted(problem)),
    accepted: [...plan.accepted, ...plan.problems.filter(isAccepted)],
  };
}

/** A mistyped key would be refused in spite of `--accept`, and it would not be clear why. */
export const unknownAcceptedKeys = (
  catalogue: Catalogue,
  accept: readonly string[],
): readonly HostProblem[] =>
  accept.flatMap((text): HostProblem[] => {
    const key = parseKey(text);
    if (key !== undefined && findTunable(catalogue, key) !== undefined) return [];
    const nearest = nearestKey(catalogue, text);
    return [{ code: "unknown-accepted-key", key: text, ...(nearest !== undefined && { nearest }) }];
  });

/** Leaves out the keys that this kernel does not have, as a condition of the profile would. */
export function withoutMissing(request: PlanRequest, plan: Plan): PlanRequest {
  const missing = new Set<string>(
    plan.problems.flatMap((problem) => (problem.code === "key-not-found" ? [problem.key] : [])),
  );
  const left = request.settings.filter(({ key }) => missing.has(key));
  return {
    ...request,
    settings: request.settings.filter((setting) => !left.includes(setting)),
    leftOut: [
      ...request.leftOut,
      ...left.map(({ key, profile, place }) => ({
        key,
        profile,
        place,
        condition: `has_tunable('${key}')`,
      })),
    ],
  };
}
