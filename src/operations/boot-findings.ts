/** What is wrong with a boot, or not known of it. */
import type { BootFault } from "../boot/fault.js";
import { knownVersion, traitsOf } from "../boot/loader.js";
import type { TracedLine } from "../boot/trace.js";
import { type Key, pathKey } from "../catalogue/key.js";
import type { BootOutcome } from "../plan/boot-value.js";
import { isSureAtBoot, type ModuleAtBoot } from "../plan/module-at-boot.js";
import type { BootUnit } from "../writers/other-write.js";
import type { LineContext } from "./boot.js";
import type { BootView } from "./boot-view.js";

/**
 * What the loader stumbles over, and besides:
 * - refused-value: the kernel does not take it; `fails`: the loader then ends with an error
 * - unread-file: a file of sysctl.d, or a folder, that this user may not read: what it sets is not known
 * - unread-source: a file that says what another program does
 * - unit: what applies the files is not what its maker made it
 * - module: what a line sets comes with a module that is not loaded before it, as far as is known
 * - no-loader: nothing in the image applies the files
 * - other-version: no rules are known of this version, and those of another are taken
 */
export type BootFinding =
  | BootFault
  | {
      readonly code: "refused-value";
      readonly file: string;
      readonly line: number;
      readonly key: Key;
      readonly value: string;
      readonly bound?: Key;
      readonly fails: boolean;
    }
  | { readonly code: "unread-file"; readonly file: string; readonly reason: string }
  | {
      readonly code: "unread-source";
      readonly file: string;
      readonly reason: string;
      readonly line?: number;
      readonly program?: string;
    }
  | { readonly code: "unit"; readonly unit: BootUnit }
  | { readonly code: "module"; readonly module: ModuleAtBoot; readonly keys: readonly Key[] }
  | { readonly code: "no-loader" }
  | { readonly code: "other-version"; readonly version?: string; readonly treatedAs: string };

export function findingsOf(
  view: BootView,
  outcome: BootOutcome,
  lines: readonly TracedLine[],
): readonly BootFinding[] {
  const { loader, around } = view;
  const { treatedAs, isKnown } = knownVersion(loader);
  const isOff = unitFindings(view).some(
    (one) => one.code === "unit" && one.unit.state !== "conditional" && one.unit.state !== "changed",
  );
  const blocking = blockingFaults(outcome);
  return [
    ...unitFindings(view),
    ...unreadFiles(outcome),
    // What a loader would stumble over that does not come so far.
    ...(isOff ? [] : blocking.length > 0 ? blocking : outcome.faults),
    ...(isOff ? [] : refusedValues(view, lines)),
    ...(around?.unread ?? []).map((unread) => ({ code: "unread-source" as const, ...unread })),
    ...(isKnown ? [] : [{ code: "other-version" as const, ...versionOf(loader.version), treatedAs }]),
  ];
}

/** One for each module that these keys come with, and that need not be there in time. */
export function moduleFindings(
  { moduleOf }: Pick<LineContext, "moduleOf">,
  keys: Iterable<Key>,
): readonly BootFinding[] {
  const found = new Map<string, { readonly module: ModuleAtBoot; readonly keys: Key[] }>();
  for (const key of keys) {
    const module = moduleOf(key);
    if (!module || isSureAtBoot(module)) continue;
    const known = found.get(module.name);
    if (known) known.keys.push(key);
    else found.set(module.name, { module, keys: [key] });
  }
  return [...found.values()].map((one) => ({ code: "module", ...one }));
}

/** That nothing applies the files, or that the unit is not what its maker made it. */
export function unitFindings({ around, isSupposed, facts }: BootView): readonly BootFinding[] {
  const unit = around?.unit;
  if (facts.hasNoLoader && !isSupposed && (unit?.state ?? "unknown") === "unknown")
    return [{ code: "no-loader" }];
  const isOdd = unit && !isSupposed && unit.state !== "runs" && unit.state !== "unknown";
  return isOdd ? [{ code: "unit", unit }] : [];
}

/** That the answer is not whole, or that the boot is not. */
export const isError = (finding: BootFinding): boolean => {
  switch (finding.code) {
    case "unread-file":
    case "no-loader":
      return true;
    // A module that nothing lists may be loaded in time all the same: what the key will be is then not known.
    case "module":
      return finding.module.denied !== undefined || finding.module.off !== undefined;
    case "unit":
      return finding.unit.state !== "conditional";
    case "unread-source":
    case "other-version":
      return false;
    default:
      return finding.fails;
  }
};

const versionOf = (version: string | undefined): { readonly version?: string } =>
  version === undefined ? {} : { version };

/** What keeps the loader from carrying anything out. */
export const blockingFaults = ({ faults }: BootOutcome): readonly BootFinding[] =>
  faults.filter(({ code }) => code === "blocked");

/** Of what the loader will read. */
export const unreadFiles = ({ unread }: BootOutcome): readonly BootFinding[] =>
  unread.map(({ file, reason }) => ({ code: "unread-file", file, reason }));

function refusedValues({ loader }: BootView, lines: readonly TracedLine[]): readonly BootFinding[] {
  const { dashForgivesWrite } = traitsOf(loader);
  return lines.flatMap(({ line, effects }) => {
    const refused = effects.find(({ effect }) => effect === "refused");
    if (refused?.effect !== "refused") return [];
    return [
      {
        code: "refused-value" as const,
        file: line.file,
        line: line.line,
        key: pathKey(refused.path),
        value: line.value,
        ...(refused.bound && { bound: refused.bound }),
        fails: !(line.ignoreFailure && dashForgivesWrite),
      },
    ];
  });
}
