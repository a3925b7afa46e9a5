/** The flags of every command that makes a plan. */
import { isDropInName } from "../boot/drop-in.js";
import { type ProfileLibrary, profileLibrary } from "../disk/profiles.js";
import type { PlanOptions } from "../operations/plan.js";
import type { OnOverride } from "../plan/acceptance.js";
import { type Checked, failed, ok } from "../problem.js";
import type { HostOptions, OpenHost } from "./open-host.js";
import type { ProcessContext } from "./process-context.js";

export type PlanFlags = HostOptions & {
  readonly set?: readonly string[];
  readonly accept?: readonly string[];
  readonly allow?: readonly string[];
  readonly onOverride?: OnOverride;
  /** The same as `--on-override yield`. */
  readonly allowOverride?: boolean;
  readonly dropIn?: string;
  readonly skipMissing?: boolean;
};

export const libraryFor = ({ cwd }: ProcessContext, { root }: HostOptions): ProfileLibrary =>
  profileLibrary(cwd, root ?? "");

/** What `planProfiles` is asked for. */
export function planOptions(
  names: readonly string[],
  library: ProfileLibrary,
  { reference }: OpenHost,
  { set = [], accept = [], allow = [], onOverride, allowOverride, dropIn, skipMissing = false }: PlanFlags,
): Checked<PlanOptions> {
  const parameters = parametersFrom(set);
  if (!parameters.ok) return parameters;
  if (onOverride !== undefined && allowOverride)
    return failed([{ code: "conflicting-options", options: ["--on-override", "--allow-override"] }]);
  if (dropIn !== undefined && !isDropInName(dropIn))
    return failed([
      { code: "bad-option-value", option: "--drop-in", value: dropIn, expected: "drop-in-name" },
    ]);
  return ok({
    names,
    load: library.load,
    parameters: parameters.value,
    ...(reference && { reference }),
    accept,
    allow,
    onOverride: onOverride ?? (allowOverride ? "yield" : "fail"),
    ...(dropIn !== undefined && { dropIn }),
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
