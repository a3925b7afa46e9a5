/** The catalogue for a person. */

import { erasOf, rangeOn } from "../catalogue/accepted.js";
import { defaultOf } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import { everyKernel } from "../catalogue/target.js";
import {
  affectedNames,
  type FieldLimits,
  type Limit,
  type Limits,
  type Member,
  memberWords,
  type Rounding,
  type Tunable,
} from "../catalogue/tunable.js";
import { relationsAbout } from "../relations/shipped.js";
import type { Paint } from "./paint.js";
import { wrapped } from "./table.js";

const guards = {
  "one-way": "one-way: cannot be changed back before a reboot",
  "runs-code": "the kernel runs what it names, as root",
  "stops-host": "can stop or lock the host",
  "starves-host": "can leave programs without something they need to go on",
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
    ["accepted", acceptedWords(tunable)],
    ["sensible", tunable.sensible && limitsWords(tunable.sensible)],
    ["no limit", tunable.no_limit],
    ["fields", fieldsWords(tunable)],
    ["values", valuesOf(tunable)],
    ["empty", tunable.empty],
    ["default", defaultWords(tunable)],
    ["since", tunable.since && `Linux ${tunable.since}`],
    ["changed", tunable.changed?.map((change) => `${change.version}: ${change.what}`).join("; ")],
    ["never existed", tunable.never && "in no kernel"],
    ["vendor", tunable.vendor && `${tunable.vendor} only`],
    [
      "removed",
      tunable.removed &&
        `in Linux ${tunable.removed}${tunable.renamed_to ? `; use ${tunable.renamed_to}` : ""}`,
    ],
    ["instead", tunable.instead],
    ["no effect", tunable.no_effect_since && `since Linux ${tunable.no_effect_since}`],
    ["scope", scopes[tunable.scope]],
    ["module", tunable.module],
    ["access", tunable.access],
    [
      "guard",
      tunable.guard && `${guards[tunable.guard]}${tunable.guard_when ? `; where ${tunable.guard_when}` : ""}`,
    ],
    ["guards", protectionWords(tunable)],
    ["secret", tunable.secret && "its value is never printed or captured"],
    ["side effects", tunable.side_effects],
    ["takes effect", tunable.takes_effect && `for ${tunable.takes_effect}`],
    ["also changes", affectedNames(tunable).join(", ")],
    [
      "exclusive with",
      tunable.exclusive_with && `${tunable.exclusive_with}: setting one sets the other to 0`,
    ],
    ["same as", tunable.same_as],
    ["must not exceed", tunable.bounded_by && `the first field of ${tunable.bounded_by}`],
    ["combined", tunable.combines && combinations[tunable.combines]],
    ["written after", tunable.written_after?.join(", ")],
    ["rounded", tunable.rounded && roundingWords(tunable.rounded)],
    ["memory", tunable.memory_cost?.what],
    ["relations", relationWords(tunable.key as Key)],
    ["danger", tunable.danger],
    ["mistaken for", tunable.mistaken_for],
    ["also written by", tunable.writers?.join(", ")],
    ["evidence", tunable.evidence?.join(", ")],
    ["source", tunable.source.join(", ")],
  ];
}

const protectionWords = ({ protects }: Tunable): string | undefined =>
  protects &&
  `from least to most: ${protects.map((one) => (typeof one === "string" ? one : one.join(" or "))).join(", ")}`;

const relationWords = (key: Key): string | undefined => {
  const relations = relationsAbout([key]).map(({ id, summary }) => `${summary} [${id}]`);
  return relations.length === 0 ? undefined : relations.join("; ");
};

function typeWords({ type, unit, fields }: Tunable): string {
  const unitWords = unit === undefined || unit === "other" ? "" : ` (${unit})`;
  return fields ? `${fields.length} numbers${unitWords}: ${fields.join(", ")}` : `${type}${unitWords}`;
}

const combinations = {
  max: "the greater of the value for `all` and the interface's own counts",
  or: "on where the value for `all` or the interface's own is 1",
  and: "on only where the value for `all` and the interface's own are 1",
  "or-unless-forwarding":
    "on where the value for `all` or the interface's own is 1; on an interface that forwards, where both are",
  interface: "the interface's own value alone counts, not that of `all`",
};

const roundingWords = (rounded: Rounding): string =>
  typeof rounded === "string" ? rounded.replace(/-/g, " ") : `up to a multiple of ${rounded.up_to_multiple}`;

/** What the kernel takes, newest first: `0 to 200 since 5.8, 0 to 100 before`. */
function acceptedWords(tunable: Tunable): string | undefined {
  const words = erasOf(tunable).map(
    (era) => `${limitsWords(era)}${era.since ? ` since ${era.since}` : era.before ? " before" : ""}`,
  );
  return words.length === 0 ? undefined : words.join(", ");
}

const limitsWords = ({ fields, ...limits }: FieldLimits): string =>
  fields ? fields.map(rangeWords).join(" · ") : rangeWords(limits);

function rangeWords({ minimum, maximum }: Limits): string {
  if (minimum === undefined) return maximum === undefined ? "any number" : `at most ${limitWords(maximum)}`;
  return maximum === undefined
    ? `at least ${limitWords(minimum)}`
    : `${limitWords(minimum)} to ${limitWords(maximum)}`;
}

/** What a limit by the tick rate is at 1000 ticks a second, the most that a kernel is built with. */
function ruleWords(limit: string): string {
  const { maximum } = rangeOn({ maximum: limit }, { ...everyKernel, hz: 1000 });
  return limit.endsWith("HZ") ? `${limit} (${maximum} at 1000 Hz)` : limit;
}

const limitWords = (limit: Limit): string =>
  typeof limit === "string"
    ? ruleWords(limit)
    : `(${Object.entries(limit)
        .map(([name, number]) => `${name === "default" ? "else" : name} ${number}`)
        .join(", ")})`;

function fieldsWords({ ascending, fields_vary }: Tunable): string | undefined {
  const words = [ascending && "ascending", fields_vary && "as many as this kernel has"].filter(Boolean);
  return words.length === 0 ? undefined : words.join("; ");
}

const valuesOf = ({ values }: Tunable): string | undefined =>
  values &&
  Object.entries(values)
    .map(([value, member]) => `${value}: ${memberWords(member)}${memberVersions(member)}`)
    .join("; ");

function memberVersions(member: Member): string {
  if (typeof member === "string") return "";
  const words = [member.since && `since ${member.since}`, member.until && `before ${member.until}`].filter(
    Boolean,
  );
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}

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
