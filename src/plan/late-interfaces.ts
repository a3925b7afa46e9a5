/** What a setting for interfaces means to those that are not there yet. */
import { traitsOf } from "../boot/loader.js";
import type { BootLine } from "../boot/parse.js";
import { readStack } from "../boot/read.js";
import { withTexts } from "../boot/with-texts.js";
import { expand, interfaceOf, isPattern, keyPath, withInterface } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import { nameMatcher } from "../catalogue/wildcard.js";
import type { Warning } from "../problem.js";
import type { Setting } from "../profile/profile.js";
import { meets, wantedText } from "../profile/wanted.js";
import { type BootOutcome, bootPaths, bootValue, bootWith } from "./boot-value.js";
import { isOurPath } from "./own-files.js";
import type { FileChange, PlanRequest } from "./plan.js";

type Request = Pick<PlanRequest, "catalogue" | "facts" | "settings" | "dropInPath">;

/** @param files the files that the plan changes */
export const lateInterfaceWarnings = (request: Request, files: readonly FileChange[]): readonly Warning[] => [
  ...unlike(request),
  ...spelledOut(request),
  ...differing(request, files),
];

/** To this loader a pattern is a name: keys that are here get a line each, later ones what `default` has. */
const spelledOut = ({ facts, settings }: Request): readonly Warning[] =>
  traitsOf(facts.loader).globs
    ? []
    : settings.flatMap(({ key, place }): Warning[] =>
        isPattern(key) && !nameMatcher(interfaceOf(key) ?? "")("default")
          ? [{ code: "pattern-spelled-out", key, loader: facts.loader.name, place }]
          : [],
      );

/** Begins like no interface that is here: it may be a typo, or the name of another machine's. */
function unlike({ facts, settings }: Request): readonly Warning[] {
  const here = facts.interfaces.filter((name) => !["all", "default", "lo"].includes(name));
  if (here.length === 0) return [];
  const kinds = new Set(here.map(kindOf));
  return settings.flatMap(({ key, place }): Warning[] => {
    const name = interfaceOf(key);
    const isAsked =
      name !== undefined &&
      !facts.interfaces.includes(name) &&
      (isPattern(key) ? expand(key, facts.interfaces).length === 0 : !kinds.has(kindOf(name)));
    return isAsked ? [{ code: "interface-unlike", key, name, here, place }] : [];
  });
}

/** `enp3s0` and `eno1` are of one kind, as `eth0` and `eth1` are. */
const kindOf = (name: string): string => (/^(en|wl|ww)/.exec(name) ?? /^[A-Za-z]*/.exec(name) ?? [""])[0];

/** A line of another file is about interfaces that are not here, and gives them another value. */
function differing(request: Request, files: readonly FileChange[]): readonly Warning[] {
  const patterns = request.settings.filter(({ key, wanted }) => isPattern(key) && wanted.kind === "value");
  if (patterns.length === 0) return [];
  const { facts } = request;
  const stack = withTexts(facts.boot, files);
  const lines = readStack(stack, facts.loader).lines.filter(({ file }) => !isOurPath(request, file));
  const rivals = patterns.flatMap((setting) =>
    lines.flatMap((line) => rivalOf(request, setting, line) ?? []),
  );
  if (rivals.length === 0) return [];
  const names = [...new Set(rivals.map(({ name }) => name))];
  const late = { ...request, facts: { ...facts, interfaces: [...facts.interfaces, ...names] } };
  const keys = rivals.map(({ setting, name }) => withInterface(setting.key, name));
  // An interface starts with what `default` has: the keys that move its own are here already.
  const paths = new Set([...bootPaths(late, keys), ...keys.map(keyPath)]);
  const outcome = bootWith(late, files, [...paths]);
  const found = rivals.flatMap((rival) => differenceOf(request, rival, outcome) ?? []);
  return found.filter(
    (one, at) => found.findIndex(({ key, name }) => key === one.key && name === one.name) === at,
  );
}

/** `asWritten`: the name or pattern of the line; `name`: one that it stands for. */
type Rival = { readonly setting: Setting; readonly asWritten: string; readonly name: string };

function rivalOf({ facts }: Request, setting: Setting, { key: path, kind }: BootLine): Rival | undefined {
  const [net, family = "", section, asWritten = "", leaf = "", ...more] = path.split("/");
  const own = setting.key.split(".");
  const isAlike =
    net === "net" &&
    more.length === 0 &&
    nameMatcher(family)(own[1] ?? "") &&
    section === own[2] &&
    nameMatcher(leaf)(own[4] ?? "");
  if (!isAlike || facts.interfaces.includes(asWritten) || (kind === "exclude" && /[*?[]/.test(asWritten)))
    return undefined;
  const name = sampleOf(asWritten);
  const isNew = !facts.interfaces.includes(name) && nameMatcher(asWritten)(name);
  return isNew && nameMatcher(interfaceOf(setting.key) ?? "")(name)
    ? { setting, asWritten, name }
    : undefined;
}

/** A name that a pattern matches. */
const sampleOf = (pattern: string): string =>
  pattern
    .replace(/\[!.*?\]/g, "0")
    .replace(/\[(.).*?\]/g, "$1")
    .replace(/[*?]/g, "0");

function differenceOf(
  request: Request,
  { setting, asWritten, name }: Rival,
  outcome: BootOutcome,
): Extract<Warning, { code: "late-interface-differs" }> | undefined {
  const key = withInterface(setting.key, name);
  const boot = bootValue(key, outcome);
  const exclusion = outcome.exclusions.get(keyPath(key));
  if (boot.value !== undefined && meets(setting.wanted, boot.value as Value)) return undefined;
  const cause = boot.from === "kernel" ? exclusion : boot;
  if (cause?.file === undefined || isOurPath(request, cause.file)) return undefined;
  return {
    code: "late-interface-differs",
    key: setting.key,
    name: asWritten,
    wanted: wantedText(setting.wanted),
    ...(boot.value !== undefined && { boot: boot.value }),
    file: cause.file,
    line: cause.line ?? 1,
    place: setting.place,
  };
}
