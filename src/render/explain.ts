/** The catalogue for a person. */

import { defaultOf } from "../catalogue/catalogue.js";
import type { Tunable } from "../catalogue/tunable.js";
import type { Paint } from "./paint.js";
import { wrapped } from "./table.js";

const guards = {
  "one-way": "one-way: cannot be changed back before a reboot",
  "runs-code": "the kernel runs what it names, as root",
  "stops-host": "can stop or lock the host",
};

const scopes = {
  host: "the whole host",
  "network-namespace": "each network namespace by itself",
  "network-namespace-read-only": "the whole host; other network namespaces see it read-only",
  "ipc-namespace": "each IPC namespace by itself",
  "uts-namespace": "each UTS namespace by itself",
  "user-namespace": "each user namespace by itself",
};

/** One entry, whole. `live` is what this host reads, where it can be read. */
export function explainText(tunable: Tunable, paint: Paint, live?: string): string {
  const lines = [
    paint.bold(tunable.key),
    ...wrapped(tunable.summary, "  "),
    ...(tunable.meaning ? ["", ...wrapped(tunable.meaning, "  ")] : []),
    "",
  ];
  for (const [name, text] of factRows(tunable, live)) if (text) lines.push(...labelled(name, text, paint));
  return `${lines.join("\n")}\n`;
}

function labelled(name: string, text: string, paint: Paint): readonly string[] {
  const [first = "", ...rest] = wrapped(text, " ".repeat(18));
  return [`  ${paint.cyan(name.padEnd(15))} ${first.trimStart()}`, ...rest];
}

function factRows(
  tunable: Tunable,
  live: string | undefined,
): readonly (readonly [string, string | undefined])[] {
  return [
    ["current value", live],
    ["type", typeWords(tunable)],
    ["range", rangeOf(tunable)],
    ["values", valuesOf(tunable)],
    ["default", defaultWords(tunable)],
    ["since", tunable.since && `Linux ${tunable.since}`],
    ["changed", tunable.changed?.map((change) => `${change.version}: ${change.what}`).join("; ")],
    [
      "removed",
      tunable.removed &&
        `in Linux ${tunable.removed}${tunable.renamed_to ? `; use ${tunable.renamed_to}` : ""}`,
    ],
    ["no effect", tunable.no_effect_since && `since Linux ${tunable.no_effect_since}`],
    ["scope", scopes[tunable.scope]],
    ["module", tunable.module],
    ["access", tunable.access],
    ["guard", tunable.guard && guards[tunable.guard]],
    ["secret", tunable.secret && "its value is never printed or captured"],
    ["side effects", tunable.side_effects],
    ["also changes", tunable.affects?.join(", ")],
    [
      "exclusive with",
      tunable.exclusive_with && `${tunable.exclusive_with}: setting one sets the other to 0`,
    ],
    ["same as", tunable.same_as],
    ["must not exceed", tunable.bounded_by && `the first field of ${tunable.bounded_by}`],
    ["rounded", tunable.rounded?.replace(/-/g, " ")],
    ["memory", tunable.memory_cost],
    ["danger", tunable.danger],
    ["mistaken for", tunable.mistaken_for],
    ["also written by", tunable.writers?.join(", ")],
    ["evidence", tunable.evidence?.join(", ")],
    ["source", tunable.source.join(", ")],
  ];
}

function typeWords({ type, unit, fields }: Tunable): string {
  const unitWords = unit === undefined || unit === "other" ? "" : ` (${unit})`;
  return fields ? `${fields.length} numbers${unitWords}: ${fields.join(", ")}` : `${type}${unitWords}`;
}

function rangeOf({ minimum, maximum, ascending }: Tunable): string | undefined {
  if (minimum === undefined && maximum === undefined) return undefined;
  return `${minimum ?? "…"} to ${maximum ?? "…"}${ascending ? "; fields ascending" : ""}`;
}

const valuesOf = ({ values }: Tunable): string | undefined =>
  values &&
  Object.entries(values)
    .map(([value, meaning]) => `${value}: ${meaning}`)
    .join("; ");

function defaultWords(tunable: Tunable): string | undefined {
  const value = defaultOf(tunable, undefined)?.value;
  const history = tunable.default_history
    ?.map((era) => `${era.value}${era.since ? ` since ${era.since}` : " before"}`)
    .join(", ");
  return (
    history ??
    [value === "" ? '""' : value, tunable.default_rule].filter((part) => part !== undefined).join("; ")
  );
}

/** Several entries, a line each. */
export const explainList = (tunables: readonly Tunable[], paint: Paint): string =>
  tunables.map((tunable) => listEntry(tunable, paint)).join("");

function listEntry({ key, removed, summary }: Tunable, paint: Paint): string {
  const mark = removed ? paint.yellow(` (removed in ${removed})`) : "";
  return `${paint.bold(key)}${mark}\n    ${summary}\n`;
}
