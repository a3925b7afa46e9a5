/** What the next boot does, line by line. */
import type { Loader } from "../boot/loader.js";
import { knownVersion } from "../boot/loader.js";
import { filesMet, type MetFile } from "../boot/met-files.js";
import type { BootStep } from "../boot/run.js";
import { type TracedLine, traceLines } from "../boot/trace.js";
import { findTunable } from "../catalogue/catalogue.js";
import { type Key, keyPath, pathKey } from "../catalogue/key.js";
import type { Host } from "../host.js";
import { bootWith } from "../plan/boot-value.js";
import type { BootUnit, OtherWrite, Surroundings } from "../writers/other-write.js";
import { type BootFinding, findingsOf } from "./boot-findings.js";
import { type AskedLoader, type BootView, bootView, otherWrites, possibleWrites } from "./boot-view.js";

export type ForetoldBoot = {
  readonly host: { readonly name?: string; readonly kernel?: string; readonly taken?: string };
  readonly loader: Loader;
  /** The version whose rules were taken. */
  readonly treatedAs: string;
  /** Whether patterns stand for the keys of a kernel; those of an image stay patterns. */
  readonly isExpanded: boolean;
  readonly files: readonly MetFile[];
  readonly lines: readonly TracedLine[];
  /** In the order of writing. */
  readonly steps: readonly BootStep[];
  readonly earlier: readonly OtherWrite[];
  readonly later: readonly OtherWrite[];
  /** The unit that applies the files, where the boot does not run it. */
  readonly stopped?: BootUnit;
  readonly lateInterfaces: Surroundings["lateInterfaces"];
  readonly modules: Modules;
  readonly findings: readonly BootFinding[];
};

/** The module that brings a key, where one must, and why it is not loaded. */
export type Modules = (key: Key) => { readonly module: string; readonly denied?: string } | undefined;

export type BootOptions = { readonly loader?: AskedLoader; readonly reference?: Host };

export function foretellBoot(host: Host, options: BootOptions = {}): ForetoldBoot {
  const view = bootView(host, options);
  const { catalogue, facts, loader, surroundings, isSupposed } = view;
  const paths = view.kernel?.list().map(keyPath);
  const outcome = bootWith({ catalogue, facts }, facts.dropIn, paths ?? []);
  const lines = traceLines({ loader, paths, outcome });
  const set = new Set(outcome.steps.map(({ path }) => pathKey(path)));
  const stopped = isSupposed ? undefined : stoppedUnit(surroundings);
  return {
    host: {
      ...(facts.hostName !== undefined && { name: facts.hostName }),
      ...(facts.kernel !== undefined && { kernel: facts.kernel }),
      ...(facts.taken !== undefined && { taken: facts.taken }),
    },
    loader,
    treatedAs: knownVersion(loader).treatedAs,
    isExpanded: paths !== undefined,
    files: filesMet(facts.boot, loader),
    lines,
    steps: outcome.steps,
    earlier: otherWrites(view, "before"),
    later: [...otherWrites(view, "after"), ...possibleWrites(view, set)],
    ...(stopped && { stopped }),
    lateInterfaces: loader.name === "systemd" ? (surroundings?.lateInterfaces ?? "unknown") : "not-applied",
    modules: modulesOf(view),
    findings: findingsOf(view, outcome, lines),
  };
}

/** A condition may hold, and what a changed unit does nobody knows. */
const stoppedUnit = (surroundings: Surroundings | undefined): BootUnit | undefined =>
  surroundings && ["masked", "missing", "not-started"].includes(surroundings.unit.state)
    ? surroundings.unit
    : undefined;

export function modulesOf({ catalogue, surroundings }: BootView): Modules {
  return (key) => {
    const name = findTunable(catalogue, key)?.module;
    if (name === undefined) return undefined;
    const denied = surroundings?.deniedModules.find(({ module }) => module === name.replace(/-/g, "_"));
    const at = denied && `${denied.file}${denied.line === undefined ? "" : `:${denied.line}`}`;
    return { module: name, ...(at !== undefined && { denied: at }) };
  };
}
