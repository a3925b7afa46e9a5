/** What is reported about a setting though nothing stops for it. */
import { type Catalogue, defaultOf, findTunable } from "../../catalogue/catalogue.js";
import type { Tunable } from "../../catalogue/tunable.js";
import { fieldwiseMin, type Value } from "../../catalogue/value.js";
import { isAtLeast } from "../../catalogue/version.js";
import type { HostView } from "../../expression/host-view.js";
import type { Warning } from "../../problem.js";
import type { Setting } from "../profile.js";

/** Units of capacity: less of it than the kernel's own default is seldom what was meant. */
const capacities = new Set([
  "bytes",
  "pages",
  "connections",
  "sockets",
  "entries",
  "buckets",
  "files",
  "watches",
  "instances",
  "processes",
  "packets",
]);

export function settingWarnings(
  setting: Setting,
  catalogue: Catalogue,
  host: HostView | undefined,
): readonly Warning[] {
  const tunable = findTunable(catalogue, setting.key);
  if (!tunable) return [];
  return [
    belowDefault(setting, tunable, host),
    noEffect(setting, tunable, host),
    moreThanMemory(setting, tunable, host),
  ].filter((warning) => warning !== undefined);
}

const greatestWanted = ({ wanted }: Setting): Value | undefined =>
  wanted.kind === "value" ? wanted.value : wanted.least;

function belowDefault(setting: Setting, tunable: Tunable, host: HostView | undefined): Warning | undefined {
  const wanted = greatestWanted(setting);
  const standard = defaultOf(tunable, host?.kernel);
  if (wanted === undefined || !standard || !capacities.has(tunable.unit ?? "")) return undefined;
  // A default of all ones means "no limit", and any number is less than that.
  if (/^(4294967295|18446744073709551615|2147483647|9223372036854775807)$/.test(standard.value))
    return undefined;
  const floor = standard.value as Value;
  if (wanted === floor || fieldwiseMin(floor, wanted) !== wanted) return undefined;
  return {
    code: "below-default",
    key: setting.key,
    wanted,
    default: floor,
    ...(standard.since && { since: standard.since }),
    place: setting.place,
  };
}

function noEffect(setting: Setting, tunable: Tunable, host: HostView | undefined): Warning | undefined {
  const since = tunable.no_effect_since;
  if (since === undefined || (host && !isAtLeast(host.kernel, since))) return undefined;
  return { code: "no-effect", key: setting.key, since, place: setting.place };
}

/** The sure sign of bytes written where the kernel counts pages: more than the host has. */
function moreThanMemory(setting: Setting, tunable: Tunable, host: HostView | undefined): Warning | undefined {
  const size = tunable.unit === "pages" ? host?.pageSize : tunable.unit === "kibibytes" ? 1024n : undefined;
  const wanted = greatestWanted(setting)?.split(" ").at(-1);
  if (!host || size === undefined || wanted === undefined || !/^\d+$/.test(wanted)) return undefined;
  const bytes = BigInt(wanted) * size;
  if (bytes <= host.memoryBytes) return undefined;
  return {
    code: "more-than-memory",
    key: setting.key,
    wanted,
    unit: tunable.unit ?? "",
    bytes: String(bytes),
    memory: String(host.memoryBytes),
    place: setting.place,
  };
}
