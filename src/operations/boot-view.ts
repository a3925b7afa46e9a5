/** A host as `boot` and `why` look at it: its files, the loader that is asked about, and who else sets keys. */
import { type Loader, type LoaderName, usualLoader } from "../boot/loader.js";
import type { BootAttempt, ProgramWrite } from "../boot/run.js";
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import { expand, type Key } from "../catalogue/key.js";
import { shippedCatalogue } from "../catalogue/shipped.js";
import type { Value } from "../catalogue/value.js";
import type { Host } from "../host.js";
import type { PlanFacts } from "../plan/plan.js";
import type { History } from "../record/transaction.js";
import type { OtherWrite, Surroundings } from "../writers/other-write.js";
import { unknownWrites } from "../writers/surroundings.js";
import { factsWith } from "./gather.js";

/** `--loader`; without a version the host's own, or the usual one. */
export type AskedLoader = { readonly name: LoaderName; readonly version?: string };

export type BootView = {
  readonly catalogue: Catalogue;
  /** With the interfaces of the captured host, where one stands for those that an image will run on. */
  readonly facts: PlanFacts;
  readonly loader: Loader;
  /** Whether it is another loader than the host's own, or the host has none. */
  readonly isSupposed: boolean;
  readonly around?: Surroundings;
  /** The kernel whose keys there are. */
  readonly kernel: Host["kernel"];
};

type ViewOptions = {
  readonly loader?: AskedLoader;
  /** With an image, the captured host that stands for those it will run on. */
  readonly reference?: Host;
  readonly history?: History;
};

export function bootView(host: Host, { loader: asked, reference, history }: ViewOptions = {}): BootView {
  const catalogue = shippedCatalogue();
  const { facts } = factsWith(catalogue, host, history, reference);
  const loader = asked ? askedLoader(asked, facts.loader) : facts.loader;
  const isSupposed = loader.name !== facts.loader.name || (asked && facts.hasNoLoader) === true;
  const around = facts.around?.(facts.boot);
  return {
    catalogue,
    facts: {
      ...facts,
      interfaces: reference?.facts?.interfaces ?? facts.interfaces,
      ...(!isSupposed && { loader }),
    },
    loader,
    isSupposed,
    kernel: reference?.kernel ?? host.kernel,
    ...(around && { around }),
  };
}

function askedLoader({ name, version }: AskedLoader, own: Loader): Loader {
  const base = own.name === name ? own : usualLoader[name];
  return version === undefined ? base : { ...base, version };
}

/**
 * What others write after the loader, where that changes anything: TuneD sets again what it finds in
 * sysctl.d. `value`: what the key reads then.
 */
export function laterChanges(view: BootView, attempts: readonly BootAttempt[]): readonly OtherWrite[] {
  const values = new Map<Key, Value | undefined>();
  const changes: OtherWrite[] = [];
  for (const { key, by, answer, value, moved } of attempts) {
    if (answer !== "taken") continue;
    const isChange = !values.has(key) || value === undefined || values.get(key) !== value;
    const write = "program" in by && isChange ? writeOf(view, by.program) : undefined;
    if (write?.when === "after") changes.push({ ...write, key, ...(value !== undefined && { value }) });
    values.set(key, value);
    for (const one of moved) values.set(one.key, one.value);
  }
  const unknown = otherWrites(view, "after").filter(({ value }) => value === undefined);
  return [...changes, ...unknown];
}

/** The write with the state of its program. */
const writeOf = (
  { around }: BootView,
  { program, key, file, line, value }: ProgramWrite,
): OtherWrite | undefined =>
  around?.writes.find(
    (one) =>
      one.program === program &&
      one.key === key &&
      one.file === file &&
      one.line === line &&
      one.value === value,
  );

/** What others write, with their patterns put in for the interfaces that there are. */
export function otherWrites({ around, facts }: BootView, when: OtherWrite["when"]): readonly OtherWrite[] {
  return (around?.writes ?? [])
    .filter((write) => write.when === when)
    .flatMap((write) => {
      const keys = expand(write.key, facts.interfaces);
      return (keys.length === 0 ? [write.key] : keys).map((key) => ({ ...write, key }));
    });
}

/** What others may write to these keys, and nobody knows the value. */
export function possibleWrites({ catalogue, around }: BootView, keys: Iterable<Key>): readonly OtherWrite[] {
  if (!around) return [];
  return [...keys].flatMap((key) => {
    const tunable = findTunable(catalogue, key);
    return tunable ? unknownWrites(around, key, tunable) : [];
  });
}
