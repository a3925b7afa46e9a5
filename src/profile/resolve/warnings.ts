/** What is reported about a setting, without a host, though nothing stops for it. */

import { belowDefault } from "../../catalogue/capacity.js";
import { defaultOf, findTunable } from "../../catalogue/catalogue.js";
import { isWeaker } from "../../catalogue/protection.js";
import { overlaps } from "../../catalogue/target.js";
import type { Tunable } from "../../catalogue/tunable.js";
import type { Value } from "../../catalogue/value.js";
import type { Warning } from "../../problem.js";
import type { Setting } from "../profile.js";
import type { ResolveContext } from "./context.js";

type Kernels = Pick<ResolveContext, "catalogue" | "host" | "target">;

/** The plan for a host knows its value and its default: it reports there what is below them. */
export function settingWarnings(setting: Setting, context: Kernels): readonly Warning[] {
  const tunable = findTunable(context.catalogue, setting.key);
  if (!tunable) return [];
  return [
    ...(context.host ? [] : [lowered(setting, tunable, context), weakened(setting, tunable)]),
    noEffect(setting, tunable, context),
  ].filter((warning) => warning !== undefined);
}

function lowered(setting: Setting, tunable: Tunable, { target }: Kernels): Warning | undefined {
  const { key, place, wanted } = setting;
  if (wanted.kind !== "value") return undefined;
  const standard = belowDefault(tunable, wanted.value, target);
  return (
    standard && {
      code: "below-default",
      key,
      wanted: wanted.value,
      default: standard.value,
      ...(standard.since && { since: standard.since }),
      place,
    }
  );
}

function weakened({ key, place, wanted }: Setting, tunable: Tunable): Warning | undefined {
  const than = defaultOf(tunable, undefined)?.value;
  if (wanted.kind !== "value" || than === undefined) return undefined;
  return isWeaker(tunable, wanted.value, than as Value)
    ? { code: "weakens-protection", key, wanted: wanted.value, than, of: "default", place }
    : undefined;
}

function noEffect({ key, place }: Setting, tunable: Tunable, { target }: Kernels): Warning | undefined {
  const since = tunable.no_effect_since;
  return since === undefined || !overlaps(target, { since })
    ? undefined
    : { code: "no-effect", key, since, place };
}
