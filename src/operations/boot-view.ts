/** A host as `boot` and `why` look at it: its files, the loader that is asked about, and who else sets keys. */
import { type Loader, type LoaderName, usualLoader } from "../boot/loader.js";
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { expand, type Key } from "../catalogue/key.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Host } from "../host.js";
import type { PlanFacts } from "../plan/plan.js";
import type { History } from "../record/transaction.js";
import type { OtherWrite, Surroundings } from "../writers/other-write.js";
import { surroundingsOf, unknownWrites } from "../writers/surroundings.js";
import { factsWith } from "./gather.js";

/** `--loader`; without a version the host's own, or the usual one. */
export type AskedLoader = { readonly name: LoaderName; readonly version?: string };

export type BootView = {
  readonly catalogue: Catalogue;
  readonly facts: PlanFacts;
  readonly loader: Loader;
  /** Whether it is another loader than the host's own. */
  readonly isSupposed: boolean;
  readonly surroundings?: Surroundings;
  /** The kernel whose keys there are: that of the host, or of the captured one that stands for it. */
  readonly kernel: Host["kernel"];
};

/** @param reference with an image, the captured host that stands for those it will run on */
export function bootView(
  host: Host,
  { loader: asked, reference, history }: { loader?: AskedLoader; reference?: Host; history?: History } = {},
): BootView {
  const catalogue = shippedCatalogue();
  const own = factsWith(catalogue, host, history, reference).facts;
  const interfaces = reference?.facts?.interfaces ?? own.interfaces;
  const loader = asked ? askedLoader(asked, own.loader) : own.loader;
  const facts: PlanFacts = { ...own, interfaces, loader };
  const sources = host.bootSources?.();
  const version = Number(/^\d+/.exec(loader.version ?? "")?.[0]);
  return {
    catalogue,
    facts,
    loader,
    isSupposed: loader.name !== own.loader.name,
    kernel: reference?.kernel ?? host.kernel,
    ...(sources && {
      surroundings: surroundingsOf(sources, {
        catalogue,
        stack: facts.boot,
        systemd: own.loader.name === "systemd",
        ...((facts.kernel ?? facts.installedKernel) && { kernel: facts.kernel ?? facts.installedKernel }),
        ...(loader.name === "systemd" && version > 0 && { systemdVersion: version }),
      }),
    }),
  };
}

function askedLoader({ name, version }: AskedLoader, own: Loader): Loader {
  const base = own.name === name ? own : usualLoader[name];
  return version === undefined ? base : { ...base, version };
}

/** What others write, with their patterns put in for the interfaces that there are. */
export function otherWrites(
  { surroundings, facts }: BootView,
  when: OtherWrite["when"],
): readonly OtherWrite[] {
  return (surroundings?.writes ?? [])
    .filter((write) => write.when === when)
    .flatMap((write) => {
      const keys = expand(write.key, facts.interfaces);
      return (keys.length === 0 ? [write.key] : keys).map((key) => ({ ...write, key }));
    });
}

/** What others may write to these keys, and nobody knows the value. */
export function possibleWrites(
  { catalogue, surroundings }: BootView,
  keys: Iterable<Key>,
): readonly OtherWrite[] {
  if (!surroundings) return [];
  return [...keys].flatMap((key) => {
    const tunable = findTunable(catalogue, key);
    return tunable ? unknownWrites(surroundings, key, tunable) : [];
  });
}
