/** What can be said of profiles without a host. */
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Target } from "../catalogue/target.js";
import { type Sorted, unknownAllowances, withoutExcused } from "../plan/excuse.js";
import type { LoadProfile } from "../profile/resolve/load.js";
import { type Resolved, resolveProfiles } from "../profile/resolve/resolve.js";
import { hostAnswers } from "../relations/answers.js";
import { judgeValues } from "../relations/judge-values.js";

export type CheckRequest = {
  readonly names: readonly string[];
  readonly load: LoadProfile;
  readonly parameters: ReadonlyMap<string, string>;
  /** Ids that are excused. */
  readonly allow: readonly string[];
  /** `--kernel` */
  readonly kernel?: Target;
};

export type Judged = Sorted;

/** Values and conditions, and the relations that need no host. */
export async function checkProfiles({ allow, kernel, ...request }: CheckRequest): Promise<Judged> {
  const catalogue = shippedCatalogue();
  const resolved = await resolveProfiles({
    ...request,
    catalogue,
    allow,
    purpose: "check",
    ...(kernel && { kernel }),
  });
  if (!resolved.ok) return { problems: resolved.problems, warnings: resolved.warnings, excused: [] };
  const { settings } = resolved.value;
  const judged = judgeSettings(resolved.value);
  return withoutExcused(
    {
      problems: [...unknownAllowances(settings), ...resolved.value.refused, ...judged.problems],
      warnings: [...resolved.warnings, ...judged.warnings],
    },
    settings,
    allow,
  );
}

/** Only values are known without a host: what bounds become depends on it. */
const judgeSettings = ({ settings, target }: Resolved) =>
  judgeValues({
    catalogue: shippedCatalogue(),
    settings: settings.flatMap(({ key, wanted, place }) =>
      wanted.kind === "value" ? [{ key, value: wanted.value, place }] : [],
    ),
    now: () => undefined,
    have: () => undefined,
    interfaces: [],
    target,
    answers: hostAnswers({}),
  });
