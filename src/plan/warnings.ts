/** What a plan reports though nothing stops for it. */
import { knownVersion, usualLoader } from "../boot/loader.js";
import { isUnread } from "../boot/read.js";
import type { BootContent } from "../boot/stack.js";
import type { Warning } from "../problem.js";
import { meets, wantedText } from "../profile/wanted.js";
import { type Boots, bootValue, bootWith, startValue } from "./boot-value.js";
import { bootWarnings } from "./boot-warnings.js";
import type { FileChange, PlanFacts, PlannedKey, PlanRequest } from "./plan.js";
import { isOurLine } from "./problems.js";

/** @param files the files that the plan changes */
export const planWarnings = (
  request: PlanRequest,
  keys: readonly PlannedKey[],
  boots: Boots,
  files: readonly FileChange[],
): readonly Warning[] => [
  ...unreadableFiles(request.facts),
  ...keys.flatMap((planned) => unknownDefault(request, planned, boots) ?? []),
  ...keys.flatMap((planned) => locked(planned) ?? []),
  ...bootWarnings(request, keys, boots.after, files),
  ...(keys.length > 0 ? unknownLoader(request.facts) : []),
  ...otherLoader(request, keys, boots, files),
];

/** An ordinary user may not read every file of the boot. */
export const unreadableFiles = ({ boot, loader }: PlanFacts): readonly Warning[] => [
  ...(boot.unreadableFolders ?? []).map(
    ({ folder, reason }): Warning => ({ code: "boot-file-unreadable", file: folder, errno: reason }),
  ),
  ...boot.entries.flatMap(({ folder, name, content }) => unreadable(`${folder}/${name}`, content)),
  ...(boot.sysctlConf && loader.name !== "systemd" ? unreadable("/etc/sysctl.conf", boot.sysctlConf) : []),
];

const unreadable = (file: string, content: BootContent): readonly Warning[] =>
  isUnread(content) ? [{ code: "boot-file-unreadable", file, errno: content.reason }] : [];

function unknownLoader({ loader, hasNoLoader }: PlanFacts): readonly Warning[] {
  const { treatedAs, isKnown } = knownVersion(loader);
  const version = loader.version === undefined ? {} : { version: loader.version };
  return isKnown || hasNoLoader
    ? []
    : [{ code: "loader-version-unknown", loader: loader.name, ...version, treated_as: treatedAs }];
}

/** A bound on a key of an image: what its kernel starts with is a guess. */
function unknownDefault(
  request: PlanRequest,
  { key, setting, boot }: PlannedKey,
  { without }: Pick<Boots, "without">,
): Warning | undefined {
  const { facts } = request;
  const isGuess =
    facts.kernel === undefined && startValue(facts, key) === undefined && without.of(key).by === undefined;
  return isGuess && setting?.wanted.kind === "bounds" && isOurLine(request, boot.after)
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
  request: PlanRequest,
  keys: readonly PlannedKey[],
  { paths }: Pick<Boots, "paths">,
  files: readonly FileChange[],
): readonly Warning[] {
  const loader = request.facts.loader.name === "systemd" ? "procps" : "systemd";
  const other = bootWith(request, files, paths, usualLoader[loader]);
  return keys.flatMap(({ key, setting, boot }): Warning[] => {
    const found = bootValue(key, other);
    if (!setting || found.from !== "file" || found.value === undefined) return [];
    const { file, line, value } = found;
    const isSame = boot.after.from === "file" && boot.after.file === file && boot.after.line === line;
    return meets(setting.wanted, value) || isSame
      ? []
      : [{ code: "other-loader-differs", key, loader, value, file, line }];
  });
}
