import type { MergedLine } from "./effective-lines.js";
import { type BootLineFault, lineFault } from "./fault.js";
import { hasParentPart, isUnopenable, resolvePath } from "./key-path.js";
import type { LoaderTraits } from "./loader.js";
import type { BootLine } from "./parse.js";

/**
 * What is wrong with a key whatever keys there are, or undefined: S19, P6, P7.
 * @param isFolder whether it leads to a folder: procps complains of that before it comes to a slash behind
 */
export function keyFault(
  entry: MergedLine,
  traits: LoaderTraits,
  isFolder: boolean,
): BootLineFault | undefined {
  const [line] = entry;
  if (traits.name !== "systemd" && isUnopenable(line.key))
    return lineFault("unusable-key", line, line.text, isFolder && traits.folderFails);
  const key = traits.dotdot === "follow" ? resolvePath(line.key) : line.key;
  if (key !== "" && key !== "/" && !hasParentPart(key)) return undefined;
  const fails = traits.name === "procps" ? !traits.isOldProcps : failsFor(entry, traits);
  return lineFault("bad-key", line, line.text, line.kind === "assign" && fails);
}

/**
 * That an assignment leads to a folder of keys, or only below keys: S35, P10. What is below a key procps
 * takes for one that is missing.
 */
export function notAKey(entry: MergedLine, traits: LoaderTraits, isFolder: boolean): BootLineFault {
  const fails = failsFor(entry, traits) && (isFolder || traits.name === "systemd");
  return lineFault("not-a-key", entry[0], entry[0].text, fails);
}

/** What is wrong with exclusions, which are never carried out and so never fail. */
export function exclusionFaults(lines: readonly BootLine[], traits: LoaderTraits): readonly BootLineFault[] {
  return lines.flatMap((line) => (line.kind === "exclude" ? (keyFault([line], traits, false) ?? []) : []));
}

// To systemd one `-` among lines that say the same is enough (S23). procps does not ask for it here.
function failsFor(entry: MergedLine, { name, folderFails }: LoaderTraits): boolean {
  return name === "systemd" ? !entry.some((line) => line.ignoreFailure) : folderFails;
}
