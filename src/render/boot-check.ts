/** What checks of boots say of what is applied, for a person and as JSON. */
import { type BootCheck, type BootStanding, isProved } from "../record/boot-check.js";
import { oneLine } from "./escape.js";
import type { Paint } from "./paint.js";
import { counted } from "./table.js";

const unit = "tunectl-boot-check.service";

/** A line, or none where no boot was checked and none is to be. */
export function bootText(standing: BootStanding | undefined, paint: Paint): string {
  if (!standing) return "";
  const words = bootWords(standing);
  if (words === "") return "";
  const { newest } = standing;
  return `${newest && newest.result !== "in-effect" ? paint.red(words) : words}\n`;
}

/** In one line. */
export function bootWords(standing: BootStanding): string {
  const { newest, first, bootId } = standing;
  if (!newest) return oneLine(uncheckedWords(standing));
  const isThis = newest.boot.id === bootId;
  const before = first ? ` ${firstWords(first)}.` : "";
  return oneLine(`${resultWords(newest, isThis)}.${before}${isThis ? "" : ` ${uncheckedWords(standing)}`}`);
}

const firstWords = (first: BootCheck): string =>
  first.result === "in-effect"
    ? `All was in effect at ${first.time}`
    : `Not so at ${first.time}${foundWords(first)}`;

function resultWords(check: BootCheck, isThis: boolean): string {
  const { result, isOfBoot, settings, time, boot } = check;
  const which = `(${boot.id}, began ${boot.began})`;
  const count = counted(settings, "setting");
  if (result !== "in-effect")
    return `NOT in effect on ${isThis ? "this" : "an earlier"} boot ${which}, checked at ${time}${foundWords(check)}`;
  return isOfBoot
    ? `${count} in effect on ${isThis ? "this" : "an earlier"} boot ${which}, checked at ${time}`
    : `${count} in effect when checked at ${time}, but applied after this boot began ${which}: no boot has proved it yet`;
}

function foundWords({ result, differences, names }: BootCheck): string {
  if (result === "in-effect") return "";
  if (result === "interrupted") return ": a change was interrupted";
  const more = names.length < differences ? ", …" : "";
  return `: ${counted(differences, "difference")}${names.length > 0 ? ` (${names.join(", ")}${more})` : ""}`;
}

/** Of a boot without a result; whoever does not have it checked is told nothing. */
function uncheckedWords({ isInstalled, isOfBoot, newest }: BootStanding): string {
  if (isInstalled && isOfBoot)
    return `This boot is not checked: ${unit} is installed and has not run, or could not end; see \`systemctl status ${unit}\`.`;
  if (isInstalled) return "No boot has proved it yet: the next one will be checked.";
  return newest ? "This boot is not checked; `tunectl boot-check` does it." : "";
}

export const standingJson = (standing: BootStanding | undefined): object | null =>
  standing
    ? {
        installed: standing.isInstalled,
        boot_id: standing.bootId,
        applied_before_boot: standing.isOfBoot,
        proved: isProved(standing),
        result: resultJson(standing.newest),
        first_result: resultJson(standing.first),
        message: bootWords(standing),
      }
    : null;

const resultJson = (check: BootCheck | undefined): object | null =>
  check
    ? {
        boot_id: check.boot.id,
        boot_began: check.boot.began,
        time: check.time,
        by: check.by,
        kernel: check.release,
        snapshot: check.change?.id ?? null,
        applied_before_boot: check.isOfBoot,
        result: check.result,
        differences: check.differences,
        names: check.names,
        settings: check.settings,
      }
    : null;
