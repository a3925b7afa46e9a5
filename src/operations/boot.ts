/** What the next boot does, line by line. */
import type { Loader } from "../boot/loader.js";
import { knownVersion, traitsOf } from "../boot/loader.js";
import { isOfDevice } from "../boot/machine.js";
import { filesMet, type MetFile } from "../boot/met-files.js";
import type { BootAttempt } from "../boot/run.js";
import { type TracedLine, traceLines } from "../boot/trace.js";
import { findTunable } from "../catalogue/catalogue.js";
import { type Key, keyPath, pathKey } from "../catalogue/key.js";
import type { Host } from "../host.js";
import { bootOver, doubtStates, offStates } from "../plan/boot-value.js";
import { isSureAtBoot, type ModuleAtBoot, moduleAtBoot } from "../plan/module-at-boot.js";
import type { BootUnit, OtherWrite, Surroundings } from "../writers/other-write.js";
import { type BootFinding, findingsOf, moduleFindings } from "./boot-findings.js";
import {
  type AskedLoader,
  type BootView,
  bootView,
  laterChanges,
  otherWrites,
  possibleWrites,
} from "./boot-view.js";

/** What the fate of a line depends on besides the files. */
export type LineContext = {
  /** Whether patterns stand for the keys of a kernel; those of an image stay patterns. */
  readonly isExpanded: boolean;
  /** What others set after the loader, where that changes anything, and what they may set. */
  readonly later: readonly OtherWrite[];
  /** The unit that applies the files, where the boot does not run it. */
  readonly off?: BootUnit;
  readonly lateInterfaces: Surroundings["lateInterfaces"];
  /** That unit where it is run, and nobody knows whether it then applies the files. */
  readonly doubtful?: BootUnit;
  /** The module that must be loaded before the key is there. */
  readonly moduleOf: (key: Key) => ModuleAtBoot | undefined;
};

export type ForetoldBoot = LineContext & {
  readonly host: { readonly name?: string; readonly kernel?: string; readonly taken?: string };
  readonly loader: Loader;
  /** The version whose rules were taken. */
  readonly treatedAs: string;
  readonly files: readonly MetFile[];
  readonly lines: readonly TracedLine[];
  /** In the order of writing. */
  readonly attempts: readonly BootAttempt[];
  readonly earlier: readonly OtherWrite[];
  readonly findings: readonly BootFinding[];
};

export type BootOptions = { readonly loader?: AskedLoader; readonly reference?: Host };

export function foretellBoot(host: Host, options: BootOptions = {}): ForetoldBoot {
  const view = bootView(host, options);
  const { catalogue, facts, loader } = view;
  const paths = view.kernel?.list().map(keyPath);
  // Another object than the host's own loader: it is run in thought where the boot does not run it.
  const outcome = bootOver({ catalogue, facts }, facts.boot, paths ?? [], { ...loader });
  const lines = traceLines({ loader, paths, outcome });
  const known = paths && new Set(paths);
  // TuneD repeats lines whose keys are none.
  const changes = laterChanges(view, outcome.attempts).filter(
    ({ key }) => !known || known.has(keyPath(key)) || findTunable(catalogue, key) !== undefined,
  );
  const set = new Set(outcome.attempts.flatMap(({ by, key }) => ("line" in by ? [key] : [])));
  const context = contextOf(view, [...changes, ...possibleWrites(view, set)]);
  return {
    ...context,
    host: {
      ...(facts.hostName !== undefined && { name: facts.hostName }),
      ...(facts.kernel !== undefined && { kernel: facts.kernel }),
      ...(facts.taken !== undefined && { taken: facts.taken }),
    },
    loader,
    treatedAs: knownVersion(loader).treatedAs,
    files: filesMet(facts.boot, loader),
    lines,
    attempts: outcome.attempts,
    earlier: otherWrites(view, "before"),
    findings: [
      ...findingsOf(view, outcome, lines),
      ...(context.off ? [] : moduleFindings(context, needed(lines))),
    ],
  };
}

/** The keys that a line sets, or would set; with `-` it may fail. */
const needed = (lines: readonly TracedLine[]): ReadonlySet<Key> =>
  new Set(
    lines
      .filter(({ line }) => line.kind === "assign" && !line.ignoreFailure)
      .flatMap(({ effects }) =>
        effects.flatMap(({ effect, path }) =>
          effect === "sets" || effect === "no-such-key" ? [pathKey(path)] : [],
        ),
      ),
  );

/** What keeps a line from being carried out for a key, or may do so. */
export type LineDoubt =
  | { readonly kind: "unit"; readonly unit: BootUnit }
  | { readonly kind: "module"; readonly module: ModuleAtBoot };

export function doubtOf(
  { doubtful, lateInterfaces, moduleOf }: Pick<LineContext, "doubtful" | "lateInterfaces" | "moduleOf">,
  key: Key,
): LineDoubt | undefined {
  const module = moduleOf(key);
  if (module && !isSureAtBoot(module)) return { kind: "module", module };
  const isUdevs = isOfDevice(key) && lateInterfaces === "applied";
  return doubtful && !isUdevs ? { kind: "unit", unit: doubtful } : undefined;
}

export function contextOf(view: BootView, later: readonly OtherWrite[]): LineContext {
  const { around, isSupposed, loader, kernel } = view;
  return {
    isExpanded: kernel !== undefined,
    later,
    ...(around && !isSupposed && offStates.includes(around.unit.state) && { off: around.unit }),
    ...(around && !isSupposed && doubtStates.includes(around.unit.state) && { doubtful: around.unit }),
    lateInterfaces: traitsOf(loader).udevRerun ? (around?.lateInterfaces ?? "unknown") : "not-applied",
    moduleOf: (key) => moduleAtBoot(view, key),
  };
}
