/** The part of a plan that concerns the running kernel alone. */
import { bootFindings } from "./boot-warnings.js";
import type { Plan } from "./plan.js";

/** Neither file nor next boot has a part in it; what stands in their way does not stop it. */
export function liveOnly(plan: Plan): Plan {
  const { before, after } = plan.applied;
  return {
    ...plan,
    keys: plan.keys.map((planned) => ({
      ...planned,
      boot: { now: planned.boot.now, after: planned.boot.now },
    })),
    files: [],
    applied: { before, after: after && { ...after, liveOnly: true } },
    problems: plan.problems.filter(({ code }) => !ofTheBoot.includes(code)),
    warnings: plan.warnings.filter(({ code }) => !ofTheBoot.includes(code)),
  };
}

const ofTheBoot: readonly string[] = [
  "overridden-at-boot",
  "not-taken-over",
  "drop-in-hides",
  "boot-blocked",
  "boot-unit-off",
  "module-denied-at-boot",
  "rewritten-after-boot",
  "foreign-file",
  "other-loader-differs",
  ...bootFindings,
];
