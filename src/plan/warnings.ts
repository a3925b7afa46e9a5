/** What a plan reports though nothing stops for it. */
import { dropInFolder, dropInName } from "../boot/drop-in.js";
import { usualLoader } from "../boot/loader.js";
import { simulate } from "../boot/simulate.js";
import { withFile } from "../boot/stack.js";
import { findTunable } from "../catalogue/catalogue.js";
import { keyPath } from "../catalogue/key.js";
import { parseAsKernel } from "../catalogue/value.js";
import type { Warning } from "../problem.js";
import { meets, wantedText } from "../profile/wanted.js";
import { type Boots, startValue } from "./boot-value.js";
import type { PlanFacts, PlannedKey, PlanRequest } from "./plan.js";
import { isOurLine } from "./problems.js";

/** @param dropIn the text of our drop-in after this plan */
export const planWarnings = (
  request: PlanRequest,
  keys: readonly PlannedKey[],
  boots: Pick<Boots, "paths" | "without">,
  dropIn: string | undefined,
): readonly Warning[] => [
  ...unreadableFiles(request.facts),
  ...keys.flatMap((planned) => unknownDefault(request, planned, boots) ?? []),
  ...keys.flatMap((planned) => locked(planned) ?? []),
  ...otherLoader(request, keys, boots, dropIn),
];

/** An ordinary user may not read every file of the boot. */
export const unreadableFiles = ({ boot }: PlanFacts): readonly Warning[] => [
  ...(boot.unreadableFolders ?? []).map(
    ({ folder, reason }): Warning => ({ code: "boot-file-unreadable", file: folder, errno: reason }),
  ),
  ...boot.entries.flatMap(({ folder, name, content }): Warning[] =>
    content.kind === "unreadable"
      ? [{ code: "boot-file-unreadable", file: `${folder}/${name}`, errno: content.reason }]
      : [],
  ),
];

/** A bound on a key of an image: what its kernel starts with is a guess. */
function unknownDefault(
  { facts }: PlanRequest,
  { key, setting, boot }: PlannedKey,
  { without }: Pick<Boots, "without">,
): Warning | undefined {
  const isGuess =
    facts.kernel === undefined && startValue(facts, key) === undefined && !without.winners.has(keyPath(key));
  return isGuess && setting?.wanted.kind === "bounds" && isOurLine(boot.after)
    ? { code: "image-default-unknown", key, value: boot.after.value ?? "" }
    : undefined;
}

function locked({ key, setting, reason, now }: PlannedKey): Warning | undefined {
  if (reason !== "locked" || !setting || now.status !== "present") return undefined;
  const { place, wanted } = setting;
  return { code: "locked-until-reboot", key, live: now.value, wanted: wantedText(wanted), place };
}

/**
 * The other loader is run by hand (`sysctl --system`) or on hosts without systemd; its winner may be another
 * line.
 */
function otherLoader(
  { catalogue, facts }: PlanRequest,
  keys: readonly PlannedKey[],
  { paths }: Pick<Boots, "paths">,
  dropIn: string | undefined,
): readonly Warning[] {
  const loader = facts.loader.name === "systemd" ? "procps" : "systemd";
  const boot = withFile(facts.boot, dropInFolder, dropInName, dropIn);
  const { winners } = simulate(boot, usualLoader[loader], paths);
  return keys.flatMap(({ key, setting, boot }): Warning[] => {
    const winner = winners.get(keyPath(key));
    if (!setting || !winner) return [];
    const value = parseAsKernel(findTunable(catalogue, key), winner.value);
    const isSameLine =
      boot.after.from === "file" && boot.after.file === winner.file && boot.after.line === winner.line;
    return meets(setting.wanted, value) || isSameLine
      ? []
      : [{ code: "other-loader-differs", key, loader, value, file: winner.file, line: winner.line }];
  });
}
