/** Profiles → settings for one host: includes merged, parameters and conditions worked out, values checked, disagreements found. */
import { type Catalogue, findTunable, nearestKey } from "../catalogue/catalogue.js";
import { type Key, parseKey } from "../catalogue/key.js";
import type { Tunable } from "../catalogue/tunable.js";
import { checkValue, isOrdered, type Value } from "../catalogue/value.js";
import { bad, type Checked, good, type Place, type Problem, type Warning } from "../problem.js";
import { type Expressions, expressionsFor, type HostView, templateParts } from "./expression.js";
import { type Family, type LoadProfile, loadFamilies } from "./load.js";
import { agree } from "./merge.js";
import { parametersOf, parameterValues, unknownParameters } from "./parameters.js";
import type { LeftOut, Setting, Wanted, Written, WrittenSetting } from "./profile.js";
import { wantedText } from "./wanted.js";
import { settingWarnings } from "./warnings.js";

export type Resolved = { readonly profiles: readonly string[]; readonly settings: readonly Setting[]; readonly leftOut: readonly LeftOut[] };

export type ResolveRequest = {
  readonly names: readonly string[];
  readonly load: LoadProfile;
  readonly catalogue: Catalogue;
  /** `--set name=value` */
  readonly parameters: ReadonlyMap<string, string>;
  /** Absent for a check without a host, or for an image: conditions are then taken as met, and what only a host can tell stays unchecked. */
  readonly host?: HostView;
  /** For a plan every value must be known; a check lets pass what only a host can tell. */
  readonly purpose: "check" | "plan";
};

type Pass = {
  readonly catalogue: Catalogue;
  readonly host: HostView | undefined;
  readonly purpose: "check" | "plan";
  readonly problems: Problem[];
  readonly warnings: Warning[];
  readonly leftOut: LeftOut[];
  expressions: Expressions;
};

/** Resolves the profiles for a host. All problems of all of them are told at once. */
export function resolveProfiles(request: ResolveRequest): Checked<Resolved> {
  const families = loadFamilies(request.names, request.load);
  if (!families.ok) return families;
  const pass: Pass = { ...request, host: request.host, problems: [], warnings: [], leftOut: [], expressions: { evaluate: () => ({ kind: "unknown" }) } };
  pass.problems.push(...unknownParameters(families.value, request.parameters));
  const perRoot = families.value.map((family) => {
    const values = parameterValues(parametersOf(family), request.parameters, pass.problems);
    pass.expressions = expressionsFor(values, request.host);
    return settingsOf(family, pass);
  });
  const settings = mergeEquals(perRoot, pass);
  pass.warnings.push(...settings.flatMap((setting) => settingWarnings(setting, request.catalogue, request.host)));
  if (pass.problems.length > 0) return bad(uniqueProblems(pass.problems), pass.warnings);
  const profiles = families.value.map((family) => family.profile.name);
  return good({ profiles, settings, leftOut: pass.leftOut.filter(isStillOut(settings)) }, pass.warnings);
}

/** A family that two profiles include is read twice; its problems are told once. */
const uniqueProblems = (problems: readonly Problem[]): readonly Problem[] => [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];

const isStillOut = (settings: readonly Setting[]) => (out: LeftOut, at: number, all: readonly LeftOut[]): boolean =>
  !settings.some((setting) => setting.key === out.key) && all.findIndex((other) => other.key === out.key) === at;

/** Parents first, as equals; then the profile's own settings, which override theirs. */
function settingsOf(family: Family, pass: Pass): readonly Setting[] {
  const merged = new Map(mergeEquals(family.parents.map((parent) => settingsOf(parent, pass)), pass).map((setting) => [setting.key, setting]));
  const seen = new Map<Key, Place>();
  for (const written of family.profile.settings) {
    const key = parseKey(written.key.text);
    if (key === undefined) {
      pass.problems.push({ code: "bad-key", text: written.key.text, place: written.key.place });
      continue;
    }
    const earlier = seen.get(key);
    if (earlier) pass.problems.push({ code: "same-key-twice", key, other: earlier, place: written.key.place });
    seen.set(key, written.key.place);
    if (written.unset) merged.delete(key);
    else override(merged, settingOf(key, written, family.profile.name, pass));
  }
  return [...merged.values()];
}

/** A child's value replaces the parent's; two lower bounds keep the larger, two upper ones the smaller. */
function override(merged: Map<Key, Setting>, setting: Setting | undefined): void {
  if (!setting) return;
  const parent = merged.get(setting.key);
  const together = parent?.wanted.kind === "bounds" && setting.wanted.kind === "bounds" ? agree(parent, setting) : undefined;
  merged.set(setting.key, together ?? setting);
}

/** Settings of equal rank: those of two profiles on the command line, or of two includes. */
function mergeEquals(lists: readonly (readonly Setting[])[], pass: Pass): readonly Setting[] {
  const merged = new Map<Key, Setting>();
  for (const setting of lists.flat()) {
    const other = merged.get(setting.key);
    const together = other ? agree(other, setting) : setting;
    if (together) merged.set(setting.key, together);
    else if (other) pass.problems.push(disagreement(setting, other));
  }
  return [...merged.values()];
}

const disagreement = (setting: Setting, other: Setting): Problem => ({
  code: "profiles-disagree",
  key: setting.key,
  wanted: wantedText(setting.wanted),
  place: setting.place,
  other: other.place,
  otherWanted: wantedText(other.wanted),
});

function settingOf(key: Key, written: WrittenSetting, profile: string, pass: Pass): Setting | undefined {
  const tunable = usableTunable(key, written.key.place, pass);
  if (!tunable || !conditionHolds(key, written, profile, pass)) return undefined;
  const wanted = wantedOf(key, tunable, written, pass);
  if (!wanted) return undefined;
  return { key, wanted, profile, place: written.key.place, why: written.why, evidence: written.evidence, source: written.source };
}

function usableTunable(key: Key, place: Place, pass: Pass): Tunable | undefined {
  const tunable = findTunable(pass.catalogue, key);
  const problem = tunable ? tunableProblem(key, tunable, place) : unknownTunable(key, place, pass.catalogue);
  if (problem) pass.problems.push(problem);
  return problem ? undefined : tunable;
}

function unknownTunable(key: Key, place: Place, catalogue: Catalogue): Problem {
  const guess = nearestKey(catalogue, key);
  return { code: "unknown-tunable", key, place, ...(guess && { nearest: guess }) };
}

function tunableProblem(key: Key, tunable: Tunable, place: Place): Problem | undefined {
  if (tunable.removed && tunable.renamed_to) return { code: "renamed-tunable", key, place, version: tunable.removed, successor: tunable.renamed_to };
  if (tunable.removed) return { code: "removed-tunable", key, place, version: tunable.removed, because: tunable.mistaken_for ?? tunable.meaning ?? tunable.summary };
  if (tunable.access === "read-only") return { code: "read-only-tunable", key, place };
  if (tunable.access === "write-only") return { code: "write-only-tunable", key, place };
  // A profile is read by many and the drop-in by all: no place for a key that protects something.
  if (tunable.secret) return { code: "secret-tunable", key, place };
  return undefined;
}

function conditionHolds(key: Key, written: WrittenSetting, profile: string, pass: Pass): boolean {
  if (!written.when) return true;
  const { text, place } = written.when;
  const parts = templateParts(text.trim());
  const only = parts?.length === 1 ? parts[0] : undefined;
  if (!only || !("expression" in only)) {
    pass.problems.push({ code: "bad-expression", expression: text, message: "`when` takes one expression: ${…}", place });
    return true;
  }
  const result = pass.expressions.evaluate(only.expression);
  if (result.kind === "unknown") return true;
  if (result.kind === "boolean") {
    if (!result.truth) pass.leftOut.push({ key, profile, place: written.key.place, condition: only.expression.trim() });
    return result.truth;
  }
  pass.problems.push(
    result.kind === "wrong"
      ? { code: "bad-expression", expression: only.expression, message: result.message, place }
      : { code: "expression-kind", expression: only.expression, wanted: "true or false", found: `\`${result.text}\``, place },
  );
  return true;
}

function wantedOf(key: Key, tunable: Tunable, written: WrittenSetting, pass: Pass): Wanted | undefined {
  const value = valueOf(key, tunable, written.value, pass);
  if (value === "unknown") return undefined;
  if (value !== undefined) return { kind: "value", value };
  if (written.value) return undefined;
  const [least, most] = [valueOf(key, tunable, written.atLeast, pass), valueOf(key, tunable, written.atMost, pass)];
  if (least === "unknown" || most === "unknown") return undefined;
  const bound = written.atLeast ?? written.atMost;
  if (bound && !isOrdered(tunable)) {
    pass.problems.push({ code: "bound-on-words", key, bound: written.atLeast ? "at_least" : "at_most", place: bound.place });
    return undefined;
  }
  if (least === undefined && most === undefined) return undefined;
  if (least !== undefined && most !== undefined && crossed(least, most)) {
    pass.problems.push({ code: "bounds-crossed", key, least, most, place: written.key.place });
    return undefined;
  }
  return { kind: "bounds", ...(least !== undefined && { least }), ...(most !== undefined && { most }) };
}

const crossed = (least: Value, most: Value): boolean => {
  const ceilings = most.split(" ");
  return least.split(" ").some((floor, at) => BigInt(floor) > BigInt(ceilings[at] ?? floor));
};

/** The checked value; undefined where there is none or it is wrong (and told), `unknown` where only a host can tell. */
function valueOf(key: Key, tunable: Tunable, written: Written | undefined, pass: Pass): Value | "unknown" | undefined {
  if (!written) return undefined;
  const text = filledIn(written, pass);
  if (text === undefined || text === "unknown") return "unknown";
  const checked = checkValue(tunable, text);
  if (checked.ok) return checked.value;
  pass.problems.push({ code: "bad-value", key, fault: checked.fault, place: written.place });
  return undefined;
}

function filledIn(written: Written, pass: Pass): string | "unknown" | undefined {
  if (!written.text.includes("${")) return written.text;
  const parts = templateParts(written.text);
  if (!parts) {
    pass.problems.push({ code: "bad-expression", expression: written.text, message: "a `${` is not closed", place: written.place });
    return undefined;
  }
  const texts = parts.map((part) => ("literal" in part ? part.literal : expressionText(part.expression, written, pass)));
  if (texts.some((text) => text === undefined)) return undefined;
  return texts.includes("unknown") ? "unknown" : texts.join("");
}

function expressionText(source: string, written: Written, pass: Pass): string | undefined {
  const result = pass.expressions.evaluate(source);
  if (result.kind === "text") return result.text;
  if (result.kind === "unknown" && pass.purpose === "check") return "unknown";
  if (result.kind === "unknown") {
    pass.problems.push({ code: "bad-expression", expression: source, message: "asks about the host, and an image tells nothing of it: add --against FACTS of the machine it is for", place: written.place });
    return undefined;
  }
  pass.problems.push(
    result.kind === "wrong"
      ? { code: "bad-expression", expression: source, message: result.message, place: written.place }
      : { code: "expression-kind", expression: source, wanted: "a whole number or text", found: "a truth value", place: written.place },
  );
  return undefined;
}

