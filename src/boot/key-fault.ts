import type { MergedLine } from "./effective-lines.js";
import { type BootLineFault, lineFault } from "./fault.js";
import { hasParentPart, isUnopenable } from "./key-path.js";
import type { Loader } from "./loader.js";
import type { BootLine } from "./parse.js";

/** What is wrong with a key whatever keys there are, or undefined: S19, P6, P7. */
export function keyFault(entry: MergedLine, loader: Loader): BootLineFault | undefined {
  const [line] = entry;
  if (loader.name !== "systemd" && isUnopenable(line.key))
    return lineFault("unusable-key", line, line.text, false);
  if (line.key !== "" && line.key !== "/" && !hasParentPart(line.key)) return undefined;
  return lineFault("bad-key", line, line.text, line.kind === "assign" && failsFor(entry, loader, true));
}

/** That an assignment leads to a folder of keys or below a key: S35, P10. */
export function notAKey(entry: MergedLine, loader: Loader): BootLineFault {
  return lineFault("not-a-key", entry[0], entry[0].text, failsFor(entry, loader, false));
}

/** What is wrong with exclusions, which are never carried out and so never fail. */
export function exclusionFaults(lines: readonly BootLine[], loader: Loader): readonly BootLineFault[] {
  return lines.flatMap((line) => (line.kind === "exclude" ? (keyFault([line], loader) ?? []) : []));
}

// To systemd one `-` among lines that say the same is enough (S23). procps checks the path before it looks at
// the `-`.
function failsFor(entry: MergedLine, loader: Loader, inProcps: boolean): boolean {
  return loader.name === "systemd" ? !entry.some((line) => line.ignoreFailure) : inProcps;
}
