/**
 * Profiles → settings for one host: includes merged, parameters and conditions worked out, values checked,
 * disagreements found.
 */
import type { Catalogue } from "../../catalogue/catalogue.js";
import { type Key, parseKey } from "../../catalogue/key.js";
import { everyKernel, type Target } from "../../catalogue/target.js";
import type { Expressions, HostView } from "../../expression/host-view.js";
import {
  type Checked,
  distinct,
  failed,
  ok,
  type Place,
  type Problem,
  partialValue,
  type Warning,
} from "../../problem.js";
import type { LeftOut, Setting } from "../profile.js";
import { combine, wantedText } from "../wanted.js";
import type { ResolveContext } from "./context.js";
import { setTarget } from "./kernels.js";
import { type IncludeTree, type LoadProfile, loadIncludeTrees, oncePerTree } from "./load.js";
import { parametersOf, parameterValues, unknownParameters } from "./parameters.js";
import { settingOf } from "./setting.js";
import { settingWarnings } from "./warnings.js";

export type Resolved = {
  readonly profiles: readonly string[];
  readonly settings: readonly Setting[];
  readonly leftOut: readonly LeftOut[];
  /** The kernels that the values were judged for. */
  readonly target: Target;
  /** Values that the kernel refuses and another version takes: problems, unless they are excused. */
  readonly refused: readonly Problem[];
};

export type ResolveRequest = {
  readonly names: readonly string[];
  readonly load: LoadProfile;
  readonly catalogue: Catalogue;
  /** `--set name=value` */
  readonly parameters: ReadonlyMap<string, string>;
  /**
   * Absent for a check without a host, or for an image: conditions are then taken as met, and what only a
   * host can tell stays unchecked.
   */
  readonly host?: HostView;
  /** `--kernel`, or the newest kernel of an image. */
  readonly kernel?: Target;
  /** `--skip-missing` */
  readonly skipMissing?: boolean;
  /** `--allow` */
  readonly allow?: readonly string[];
  /** For a plan every value must be known; a check lets context what only a host can tell. */
  readonly purpose: "check" | "plan";
};

/** Resolves the profiles for a host. All problems of all of them are reported at once. */
export async function resolveProfiles(request: ResolveRequest): Promise<Checked<Resolved>> {
  const loaded = await loadIncludeTrees(request.names, request.load);
  const trees = partialValue(loaded) ?? [];
  const context: ResolveContext = {
    ...request,
    host: request.host,
    skipMissing: request.skipMissing ?? false,
    target: everyKernel,
    isTargetNamed: false,
    problems: loaded.ok ? [] : [...loaded.problems],
    warnings: [],
    leftOut: [],
    refused: [],
    expressions: noExpressions,
  };
  context.problems.push(...unknownParameters(trees, request.parameters));
  const expressionsFor = trees.some(usesExpressions)
    ? (await import("../../expression/language.js")).expressionsFor
    : () => noExpressions;
  const perProfile = trees.map((tree) => {
    const values = parameterValues(parametersOf(tree), request.parameters, context.problems);
    context.expressions = expressionsFor(values, request.host);
    setTarget(tree.profile, request, context);
    const settingsIn: SettingsIn = oncePerTree((one) => settingsOf(one, context, settingsIn));
    return settingsIn(tree);
  });
  const settings = mergePeers(perProfile, context);
  context.warnings.push(...settings.flatMap((setting) => settingWarnings(setting, context)));
  if (context.problems.length > 0)
    return failed(
      distinct([...context.problems, ...context.refused]),
      context.warnings.filter((warning) => !isAllowed(warning, settings, request.allow ?? [])),
    );
  const profiles = trees.map((tree) => tree.profile.name);
  const { target, refused } = context;
  return ok(
    { profiles, settings, leftOut: context.leftOut.filter(isStillOut(settings)), target, refused },
    context.warnings,
  );
}

/** What is excused is not told beside the problems of other settings. */
const isAllowed = (warning: Warning, settings: readonly Setting[], allowed: readonly string[]): boolean =>
  allowed.includes(warning.code) ||
  ("key" in warning &&
    settings.some(({ key, allow }) => key === warning.key && allow?.[warning.code] !== undefined));

const noExpressions: Expressions = {
  evaluate: () => ({ kind: "unknown" }),
  asked: () => ({ architectures: [], keys: [], kernels: {} }),
};

/** The expression language is loaded only for profiles that use it. */
const usesExpressions: (tree: IncludeTree) => boolean = oncePerTree(
  ({ profile, parents }) =>
    profile.settings.some(
      ({ value, atLeast, atMost, when }) =>
        when !== undefined || [value, atLeast, atMost].some((written) => written?.text.includes("${")),
    ) || parents.some(usesExpressions),
);

const isStillOut =
  (settings: readonly Setting[]) =>
  (out: LeftOut, at: number, all: readonly LeftOut[]): boolean =>
    !settings.some((setting) => setting.key === out.key) &&
    all.findIndex((other) => other.key === out.key) === at;

type SettingsIn = (tree: IncludeTree) => readonly Setting[];

/** Parents first, as equals; then the profile's own settings, which override theirs. */
function settingsOf(tree: IncludeTree, context: ResolveContext, settingsIn: SettingsIn): readonly Setting[] {
  const own = new Set(tree.profile.settings.map((written) => parseKey(written.key.text)));
  const inherited = tree.parents.map(settingsIn);
  const merged = new Map(mergePeers(inherited, context, own).map((setting) => [setting.key, setting]));
  const seen = new Map<Key, Place>();
  for (const written of tree.profile.settings) {
    const key = parseKey(written.key.text);
    if (key === undefined) {
      context.problems.push({ code: "bad-key", text: written.key.text, place: written.key.place });
      continue;
    }
    const earlier = seen.get(key);
    if (earlier)
      context.problems.push({ code: "duplicate-key", key, other: earlier, place: written.key.place });
    seen.set(key, written.key.place);
    if (written.unset) merged.delete(key);
    else override(merged, settingOf(key, written, tree.profile.name, context));
  }
  return [...merged.values()];
}

/** A child's value replaces the parent's; two lower bounds keep the larger, two upper ones the smaller. */
function override(merged: Map<Key, Setting>, setting: Setting | undefined): void {
  if (!setting) return;
  const parent = merged.get(setting.key);
  const together =
    parent?.wanted.kind === "bounds" && setting.wanted.kind === "bounds"
      ? combine(parent, setting)
      : undefined;
  merged.set(setting.key, together ?? setting);
}

/**
 * Settings of equal rank: those of two profiles on the command line, or of two includes. What the including
 * profile sets itself is settled.
 */
function mergePeers(
  lists: readonly (readonly Setting[])[],
  context: ResolveContext,
  settled: ReadonlySet<Key | undefined> = new Set(),
): readonly Setting[] {
  const merged = new Map<Key, Setting>();
  for (const setting of lists.flat()) {
    const other = merged.get(setting.key);
    const together = other ? combine(other, setting) : setting;
    if (together) merged.set(setting.key, together);
    else if (other && !settled.has(setting.key)) context.problems.push(conflictOf(setting, other));
  }
  return [...merged.values()];
}

const conflictOf = (setting: Setting, other: Setting): Problem => ({
  code: "profiles-disagree",
  key: setting.key,
  wanted: wantedText(setting.wanted),
  place: setting.place,
  other: other.place,
  otherWanted: wantedText(other.wanted),
});
