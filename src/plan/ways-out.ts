/** What ends an override: it depends on whose line it is, and on the rule by which it has the last word. */
import { compareBytes } from "../boot/bytes.js";
import { dropInPathOf, rivalPath } from "../boot/drop-in.js";
import { bootFolders } from "../boot/stack.js";
import { isGlobLine } from "../boot/targets.js";
import { sysctlConfPath } from "../boot/with-texts.js";
import { isPattern, type Key, keyPath } from "../catalogue/key.js";
import type { HostProblem, OverrideWay } from "../problem.js";
import { meets } from "../profile/wanted.js";
import { type BootOutcome, type Boots, bootWith } from "./boot-value.js";
import { isOurPath, isReadAfterOurs, targetPath } from "./own-files.js";
import type { FileChange, PlanFacts, PlannedKey, PlanRequest } from "./plan.js";

export type Override = Extract<HostProblem, { code: "overridden-at-boot" }>;

/** What a plan makes of the files, and of the boot. */
type Changed = Pick<Boots, "paths" | "after"> & { readonly files: readonly FileChange[] };

/** Adds the ways out to each override, and the file that is really meant where the named one is a link. */
export const withWaysOut = (
  request: PlanRequest,
  keys: readonly PlannedKey[],
  changed: Changed,
  problems: readonly HostProblem[],
): readonly HostProblem[] => {
  const planned = new Map<string, PlannedKey>(keys.map((one) => [one.key, one]));
  return problems.map((problem) => {
    if (problem.code !== "overridden-at-boot" || problem.file === undefined) return problem;
    const behind = linkedFile(request.facts, problem.file);
    const named = { ...problem, ...(behind !== undefined && { behind }) };
    const ways = waysOut(request, named, planned.get(problem.key), changed.after);
    const name = ways.includes("mask")
      ? laterName(request, named, planned.get(problem.key), changed)
      : undefined;
    if (name !== undefined) return { ...named, ways: ["drop-in", ...ways], drop_in: name };
    return ways.length > 0 ? { ...named, ways } : named;
  });
};

function waysOut(
  request: PlanRequest,
  { key, cause, file = "", behind = file }: Override,
  planned: PlannedKey | undefined,
  after: BootOutcome,
): readonly OverrideWay[] {
  if (cause === "refused" || cause === "kernel-default") return [];
  if (isOurPath(request, file)) return ["profile"];
  const isOfPattern = planned?.setting !== undefined && isPattern(planned.setting.key);
  return [
    ...(isOfPattern && outranks(request, key as Key, file, after) ? ["name-it" as const] : []),
    ...(isAdministrators(file) ? ["remove-line" as const] : isMaskable(file) ? ["mask" as const] : []),
    ...(isTakable(request.facts, file, behind) ? (["take-over"] as const) : []),
  ];
}

/** What would be refused is not offered. */
const isTakable = ({ rivalAt }: PlanFacts, file: string, behind: string): boolean =>
  rivalPath.test(file) && rivalPath.test(behind) && (rivalAt?.(file).ok ?? true);

const isAdministrators = (file: string): boolean => /^\/(etc|usr\/local)\//.test(file);

/** A file of the same name in /etc/sysctl.d takes its place; a credential, say, has none that does. */
const isMaskable = (file: string): boolean => bootFolders.includes(file.slice(0, file.lastIndexOf("/")));

/** A name under which our drop-in would have the last word, by what the boot would then do. */
function laterName(
  request: PlanRequest,
  { key, file = "" }: Override,
  planned: PlannedKey | undefined,
  { files, paths }: Changed,
): string | undefined {
  const target = targetPath(request);
  const rival = file.slice(file.lastIndexOf("/") + 1);
  const name = ["99-tunectl.conf", "99-zz-tunectl.conf", "zz-tunectl.conf", "zzz-tunectl.conf"].find(
    (one) => compareBytes(one, rival) > 0,
  );
  const text = files.find(({ path }) => path === target)?.after;
  if (name === undefined || text === undefined || !planned?.setting) return undefined;
  const dropInPath = dropInPathOf(name);
  const moved = [...files, { path: target }, { path: dropInPath, after: text }];
  const { value } = bootWith({ ...request, dropInPath }, moved, paths).of(key as Key);
  return value !== undefined && meets(planned.setting.wanted, value) ? name : undefined;
}

/** Whether a line of ours with the key's own name would have the last word. */
function outranks(request: PlanRequest, key: Key, file: string, after: BootOutcome): boolean {
  const by = after.of(key).by;
  const isGlob =
    by !== undefined &&
    "line" in by &&
    by.via === undefined &&
    isGlobLine(by.line) &&
    !after.exclusions.has(keyPath(key));
  return isGlob || !isReadAfterOurs(request, file);
}

/** What a name of the boot is a link to. */
function linkedFile({ boot }: PlanFacts, file: string): string | undefined {
  const content =
    boot.entries.find(({ folder, name }) => `${folder}/${name}` === file)?.content ??
    (file === sysctlConfPath ? boot.sysctlConf : undefined);
  return content?.kind === "text" ? content.target : undefined;
}
