/** What may be otherwise after the next boot, and cannot be said. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { Warning } from "../problem.js";
import type { OtherWrite, Surroundings } from "../writers/other-write.js";
import { mayWriteToo } from "../writers/surroundings.js";
import type { BootOutcome } from "./boot-value.js";
import { lateInterfaceWarnings } from "./late-interfaces.js";
import type { FileChange, PlanFacts, PlannedKey, PlanRequest } from "./plan.js";

/** @param files the files that the plan changes */
export function bootWarnings(
  request: PlanRequest,
  keys: readonly PlannedKey[],
  { around }: Pick<BootOutcome, "around">,
  files: readonly FileChange[],
): readonly Warning[] {
  const { catalogue } = request;
  const settings = keys.filter(({ setting }) => setting);
  if (request.settings.length === 0) return [];
  return [
    ...settings.flatMap((planned) => unknownAtBoot(planned) ?? []),
    ...lateInterfaceWarnings(request, files),
    ...noLoader(request.facts, around),
    ...(around
      ? [
          ...unitChanged(around),
          ...rewriters(catalogue, settings, around),
          ...unread(catalogue, settings, around),
        ]
      : []),
  ];
}

/** The codes of those that leave the next boot in doubt. */
export const bootDoubts: readonly Warning["code"][] = [
  "boot-value-unknown",
  "boot-unit-changed",
  "boot-writer-unread",
  "may-be-rewritten",
  "boot-file-unreadable",
  "no-boot-loader",
];

/** The codes of all that is said of the next boot. */
export const bootFindings: readonly Warning["code"][] = [
  ...bootDoubts,
  "interface-unlike",
  "late-interface-differs",
  "pattern-spelled-out",
];

/** A line, or a program, has a part in what the boot leaves, and what that is cannot be said. */
function unknownAtBoot({ key, boot }: PlannedKey): Warning | undefined {
  if (boot.after.from === "kernel" || boot.after.value !== undefined) return undefined;
  const { file, line, via } = boot.after;
  return {
    code: "boot-value-unknown",
    key,
    ...(boot.after.from === "program" && { program: boot.after.program }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(via && { via }),
  };
}

/** Where its unit is missing or masked, that is said already. */
const noLoader = ({ hasNoLoader, root }: PlanFacts, around: Surroundings | undefined): readonly Warning[] =>
  hasNoLoader && (around?.unit.state ?? "unknown") === "unknown"
    ? [{ code: "no-boot-loader", ...(root !== undefined && { root }) }]
    : [];

function unitChanged({ unit: { unit, state, file = unit, line } }: Surroundings): readonly Warning[] {
  return state === "conditional" || state === "changed"
    ? [{ code: "boot-unit-changed", unit, state, file, ...(line !== undefined && { line }) }]
    : [];
}

/** One for each program, whatever the number of keys. */
function rewriters(
  catalogue: Catalogue,
  settings: readonly PlannedKey[],
  around: Surroundings,
): readonly Warning[] {
  const found = new Map<string, { readonly write: OtherWrite; readonly keys: Key[] }>();
  for (const { key } of settings)
    for (const write of mayWriteToo(around, key, findTunable(catalogue, key))) {
      const known = found.get(write.program);
      if (known === undefined) found.set(write.program, { write, keys: [key] });
      else if (!known.keys.includes(key)) known.keys.push(key);
    }
  return [...found.values()].map(({ write: { program, state, file, line }, keys }) => ({
    code: "may-be-rewritten",
    program,
    state,
    keys,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
  }));
}

/** A program that writes certain keys alone is of no matter to others. */
function unread(
  catalogue: Catalogue,
  settings: readonly PlannedKey[],
  { unread: files, programs }: Surroundings,
): readonly Warning[] {
  const writers = new Set(settings.flatMap(({ key }) => findTunable(catalogue, key)?.writers ?? []));
  const matters = (name: string | undefined): boolean => {
    const program = programs.find((one) => one.name === name);
    return (
      program?.keys !== "its-own" ||
      [program.name, ...(program.writers ?? [])].some((one) => writers.has(one))
    );
  };
  return files
    .filter(({ program }) => matters(program))
    .map((one) => ({ code: "boot-writer-unread", ...one }));
}
