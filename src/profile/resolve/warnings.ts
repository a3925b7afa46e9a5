/** What is reported about a setting, without a host, though nothing stops for it. */

import { belowDefault } from "../../catalogue/capacity.js";
import { findTunable } from "../../catalogue/catalogue.js";
import { overlaps } from "../../catalogue/target.js";
import type { Tunable } from "../../catalogue/tunable.js";
import type { Warning } from "../../problem.js";
import type { Setting } from "../profile.js";
import type { ResolveContext } from "./context.js";

type Kernels = Pick<ResolveContext, "catalogue" | "host" | "target">;

/** The plan for a host knows its value and its default: it reports there what is below them. */
export function settingWarnings(setting: Setting, context: Kernels): readonly Warning[] {
  const tunable = findTunable(context.catalogue, setting.key);
  if (!tunable) return [];
  return [
    context.host ? undefined : lowered(setting, tunable, context),
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

function noEffect({ key, place }: Setting, tunable: Tunable, { target }: Kernels): Warning | undefined {
  const since = tunable.no_effect_since;
  return since === undefined || !overlaps(target, { since })
    ? undefined
    : { code: "no-effect", key, since, place };
}
