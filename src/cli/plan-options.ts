/** The flags of every command that makes a plan. */
import { type ProfileLibrary, profileLibrary } from "../disk/profiles.js";
import type { PlanOptions } from "../operations/plan.js";
import { type Checked, failed, ok } from "../problem.js";
import type { HostOptions, OpenHost } from "./open-host.js";
import type { ProcessContext } from "./process-context.js";

export type PlanFlags = HostOptions & {
  readonly set?: readonly string[];
  readonly accept?: readonly string[];
  readonly allow?: readonly string[];
  readonly allowOverride?: boolean;
  readonly skipMissing?: boolean;
};

export const libraryFor = ({ cwd }: ProcessContext, { root }: HostOptions): ProfileLibrary =>
  profileLibrary(cwd, root ?? "");

/** What `planProfiles` is asked for. */
export function planOptions(
  names: readonly string[],
  library: ProfileLibrary,
  { reference }: OpenHost,
  { set = [], accept = [], allow = [], allowOverride = false, skipMissing = false }: PlanFlags,
): Checked<PlanOptions> {
  const parameters = parametersFrom(set);
  if (!parameters.ok) return parameters;
  return ok({
    names,
    load: library.load,
    parameters: parameters.value,
    ...(reference && { reference }),
    accept,
    allow,
    allowOverride,
    skipMissing,
  });
}

/** `--set name=value`; the last of one name counts. */
export function parametersFrom(set: readonly string[]): Checked<ReadonlyMap<string, string>> {
  const wrong = set.find((pair) => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(pair));
  if (wrong !== undefined)
    return failed([{ code: "bad-option-value", option: "--set", value: wrong, expected: "name=value" }]);
  return ok(
    new Map(set.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])),
  );
}
