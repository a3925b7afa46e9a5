/** What brings a key, and whether it is here. */
import { interfaceOf, type Key } from "../catalogue/key.js";
import type { Tunable } from "../catalogue/tunable.js";
import { isAtLeast } from "../catalogue/version.js";
import type { Host } from "../host.js";
import { type ModuleAtBoot, moduleAtBoot } from "../plan/module-at-boot.js";
import type { BootView } from "./boot-view.js";

/** What must be there before the key is. */
export type Presence = {
  readonly module?: ModuleAtBoot;
  readonly interface?: { readonly name: string; readonly isHere: boolean };
  /** The kernel that has it first, where this one is older. */
  readonly since?: string;
  readonly removed?: string;
  /** The kernel has it, and shows it in the host's own network namespace alone. */
  readonly isHidden?: true;
};

export function presenceOf(key: Key, tunable: Tunable | undefined, view: BootView, host: Host): Presence {
  const { facts } = view;
  const name = interfaceOf(key);
  const isOfOne = name !== undefined && !["all", "default"].includes(name);
  const module = moduleAtBoot(view, key);
  const isMissing = facts.read(key).status === "missing";
  const here = host.facts?.interfaces;
  return {
    ...(module && { module }),
    ...(isOfOne && here && { interface: { name, isHere: here.includes(name) } }),
    ...(isMissing && tunable?.scope === "host" && isInNamespace(key, view) && { isHidden: true }),
    ...(isMissing && isTooOld(tunable, facts.kernel) && { since: tunable?.since ?? "" }),
    ...(isMissing && tunable?.removed !== undefined && { removed: tunable.removed }),
  };
}

const isInNamespace = (key: Key, { facts }: BootView): boolean =>
  key.startsWith("net.") && facts.read("net.core.netdev_max_backlog" as Key).status === "missing";

const isTooOld = (tunable: Tunable | undefined, kernel: string | undefined): boolean =>
  tunable?.since !== undefined && kernel !== undefined && !isAtLeast(kernel, tunable.since);
