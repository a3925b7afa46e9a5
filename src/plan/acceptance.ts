/** What an operator accepts about a plan. */
import { type Catalogue, findTunable, nearestKey } from "../catalogue/catalogue.js";
import { parseKey } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { HostProblem, Problem } from "../problem.js";
import type { Applied, Yielded } from "../record/applied.js";
import type { Plan, PlanRequest } from "./plan.js";
import type { Override } from "./ways-out.js";

type Rewritten = Extract<Problem, { code: "rewritten-after-boot" }>;

export type Acceptance = {
  /** Keys that may be set although they are irreversible or can stop the host. */
  readonly accept?: readonly string[];
  /** What becomes of a setting over which something else has the last word at boot. */
  readonly onOverride?: OnOverride;
  /** Ids of warnings and relations that are known and meant. */
  readonly allow?: readonly string[];
};

/**
 * - fail: the plan is refused
 * - yield: the value is for this boot only, on record
 * - take-over: the line of the administrator is commented out
 */
export type OnOverride = "fail" | "yield" | "take-over";

/** Moves the problems that are accepted aside; what the boot gives instead is kept with what is applied. */
export function withAccepted(plan: Plan, { accept = [], onOverride = "fail" }: Acceptance): Plan {
  const isAccepted = (problem: Problem): boolean =>
    (problem.code === "needs-acceptance" && accept.includes(problem.key)) ||
    (onOverride === "yield" && ofOverrides.includes(problem.code));
  const { before, after } = plan.applied;
  const yielded = yieldedBy(plan.problems.filter(isAccepted));
  const isOther = JSON.stringify(yielded) !== JSON.stringify(before?.yielded);
  return {
    ...plan,
    applied: { before, after: after && { ...after, ...(yielded && { yielded }) } },
    recordChanges: plan.recordChanges || isOther,
    problems: plan.problems.filter((problem) => !isAccepted(problem)),
    accepted: [...plan.accepted, ...plan.problems.filter(isAccepted)],
  };
}

const ofOverrides: readonly Problem["code"][] = ["overridden-at-boot", "rewritten-after-boot"];

function yieldedBy(accepted: readonly Problem[]): Applied["yielded"] {
  const found = accepted.flatMap((problem) =>
    problem.code === "overridden-at-boot" || problem.code === "rewritten-after-boot"
      ? [[problem.key, yieldedTo(problem)] as const]
      : [],
  );
  return found.length === 0 ? undefined : Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function yieldedTo(problem: Override | Rewritten): Yielded {
  const { boot, file, line } = problem;
  const place = file === undefined ? undefined : line === undefined ? file : `${file}:${line}`;
  const program = "program" in problem ? problem.program : undefined;
  const by = [program, place && program ? `(${place})` : place].filter(Boolean).join(" ");
  return { ...(boot !== undefined && { value: boot as Value }), ...(by !== "" && { by }) };
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
