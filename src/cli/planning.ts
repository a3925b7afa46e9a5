/** From a command line to a plan: the steps that diff, apply and rehearse share. */
import { marker } from "../boot/print.js";
import { findTunable, nearestKey } from "../catalogue/catalogue.js";
import { parseKey } from "../catalogue/key.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import { ownFiles } from "../disk/own-files.js";
import { type ProfileLibrary, profileLibrary } from "../disk/profiles.js";
import { plan } from "../plan/make.js";
import { isFileChanged, type Plan } from "../plan/plan.js";
import { bad, type Checked, good, type Problem } from "../problem.js";
import { type Resolved, resolveProfiles } from "../profile/resolve.js";
import { type Gathered, gather, type Where } from "./gather.js";
import type { World } from "./world.js";

export type PlanOptions = Where & {
  readonly set?: readonly string[];
  readonly accept?: readonly string[];
  readonly allowOverride?: boolean;
  readonly skipMissing?: boolean;
};

export type Planned = {
  readonly plan: Plan;
  readonly settings: Resolved["settings"];
  readonly gathered: Gathered;
  readonly parameters: ReadonlyMap<string, string>;
};
/** With the texts for code frames, whatever came of it. */
export type Attempt<T> = { readonly library: ProfileLibrary; readonly result: Checked<T> };

/** A library of profiles already read may be handed over. */
export async function planFor(
  world: World,
  names: readonly string[],
  options: PlanOptions,
  library = profileLibrary(world.cwd, options.root ?? ""),
): Promise<Attempt<Planned>> {
  return { library, result: await planWith(world, library, names, options) };
}

async function planWith(
  world: World,
  library: ProfileLibrary,
  names: readonly string[],
  options: PlanOptions,
): Promise<Checked<Planned>> {
  const strange = unknownKey(options.accept ?? []);
  if (strange) return bad([strange]);
  const request = await resolveFor(world, library, names, options);
  if (!request.ok) return request;
  const { resolved, gathered, parameters } = request.value;
  const asked = {
    ...resolved,
    catalogue: shippedCatalogue(),
    parameters: Object.fromEntries(parameters),
    facts: gathered.facts,
  };
  const { settings, leftOut } = options.skipMissing ? withoutMissing(resolved, plan(asked)) : resolved;
  const made = plan({ ...asked, settings, leftOut });
  const warnings = [...request.warnings, ...made.warnings];
  const told = { ...withFileProblems(excused(made, options), options), warnings };
  return good({ plan: told, settings, gathered, parameters }, warnings);
}

/** A key that is accepted by a mistyped name would be refused all the same, and nobody would see why. */
function unknownKey(accepted: readonly string[]): Problem | undefined {
  const catalogue = shippedCatalogue();
  const isKnown = (text: string): boolean => {
    const key = parseKey(text);
    return key !== undefined && findTunable(catalogue, key) !== undefined;
  };
  const strange = accepted.find((text) => !isKnown(text));
  if (strange === undefined) return undefined;
  const guess = nearestKey(catalogue, strange);
  return {
    code: "usage",
    message: `--accept ${strange}: there is no such key${guess === undefined ? "" : `; did you mean ${guess}?`}`,
  };
}

/** What profiles ask of a host, together with what is known of it. */
export type Request = {
  readonly resolved: Resolved;
  readonly gathered: Gathered;
  readonly parameters: ReadonlyMap<string, string>;
};

export async function resolveFor(
  world: World,
  library: ProfileLibrary,
  names: readonly string[],
  options: Where & { readonly set?: readonly string[] },
): Promise<Checked<Request>> {
  const catalogue = shippedCatalogue();
  const parameters = parametersFrom(options.set ?? []);
  if (!parameters.ok) return parameters;
  const gathered = await gather(catalogue, world.cwd, options);
  if (!gathered.ok) return gathered;
  const { view } = gathered.value;
  const resolved = await resolveProfiles({
    names,
    load: library.load,
    catalogue,
    parameters: parameters.value,
    purpose: "plan",
    ...(view && { host: view }),
  });
  if (!resolved.ok) return resolved;
  return good(
    { resolved: resolved.value, gathered: gathered.value, parameters: parameters.value },
    resolved.warnings,
  );
}

/** Leaves out what this kernel does not have, as a condition of the profile would. */
function withoutMissing({ settings, leftOut }: Resolved, made: Plan): Pick<Resolved, "settings" | "leftOut"> {
  const missing = new Set(
    made.problems.flatMap((problem) => (problem.code === "kernel-lacks-key" ? [problem.key as string] : [])),
  );
  const gone = settings.filter(({ key }) => missing.has(key));
  return {
    settings: settings.filter((setting) => !gone.includes(setting)),
    leftOut: [
      ...leftOut,
      ...gone.map(({ key, profile, place }) => ({ key, profile, place, condition: `has_tunable('${key}')` })),
    ],
  };
}

/** `--set name=value`; the last of one name counts. */
export function parametersFrom(set: readonly string[]): Checked<ReadonlyMap<string, string>> {
  const wrong = set.find((pair) => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(pair));
  if (wrong !== undefined)
    return bad([
      {
        code: "usage",
        message: `--set ${wrong}: write name=value, such as --set connections_per_second=5000.`,
      },
    ]);
  return good(
    new Map(set.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])),
  );
}

/** Sets apart the problems that the operator has said to accept. */
function excused(made: Plan, options: PlanOptions): Plan {
  const isExcused = (problem: Problem): boolean =>
    (problem.code === "needs-acceptance" && (options.accept ?? []).includes(problem.key)) ||
    (problem.code === "loses-at-boot" && options.allowOverride === true);
  return {
    ...made,
    problems: made.problems.filter((problem) => !isExcused(problem)),
    accepted: made.problems.filter(isExcused),
  };
}

/** A file in our place that is not ours stops a plan too; a host that is not here has none to look at. */
function withFileProblems(made: Plan, { root = "", against }: PlanOptions): Plan {
  if (against !== undefined && root === "") return made;
  const disk = ownFiles(root);
  const foreign = made.files.filter(isFileChanged).flatMap((file): Problem[] => {
    const why =
      disk.obstacle(file.path) ??
      (file.before !== undefined && !file.before.startsWith(marker) ? "not-ours" : undefined);
    return why === undefined ? [] : [{ code: "foreign-file", file: file.path, why }];
  });
  return { ...made, problems: [...made.problems, ...foreign] };
}
