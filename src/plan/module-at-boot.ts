/** Whether the module that brings a key is there when sysctl.d is applied: plan, boot and why ask here. */
import { type Catalogue, findTunable } from "../catalogue/catalogue.js";
import type { Key } from "../catalogue/key.js";
import type { BootUnit, DeniedModule, Surroundings } from "../writers/other-write.js";
import { offStates } from "./boot-value.js";
import type { PlanFacts } from "./plan.js";

/** A key whose module comes later is not there, and nothing sets it when it comes. */
export type ModuleAtBoot = {
  readonly name: string;
  /** A file of modules-load.d, ours or another, or the command line asks for it. */
  readonly isListed: boolean;
  readonly denied?: DeniedModule;
  /** The unit that loads modules, where the boot does not run it. */
  readonly off?: BootUnit;
};

type OfHost = {
  readonly catalogue: Catalogue;
  readonly facts: Pick<PlanFacts, "modules" | "loadableModules" | "modulesFile">;
  readonly around?: Surroundings | undefined;
};

/** Undefined of a key that no module brings, or one that is built in. */
export function moduleAtBoot({ catalogue, facts, around }: OfHost, key: Key): ModuleAtBoot | undefined {
  const name = findTunable(catalogue, key)?.module;
  if (name === undefined || isBuiltIn(facts, name)) return undefined;
  const denied = around?.deniedModules.find(({ module }) => module === normal(name));
  const unit = around?.modulesUnit;
  const listed = [...(facts.modulesFile?.split("\n") ?? []), ...(around?.listedModules ?? [])];
  return {
    name,
    isListed: listed.some((one) => normal(one) === normal(name)),
    ...(denied && { denied }),
    ...(unit && offStates.includes(unit.state) && { off: unit }),
  };
}

/** Something else may load a module that nothing lists, before or after. */
export const isSureAtBoot = ({ isListed, denied, off }: ModuleAtBoot): boolean => isListed && !denied && !off;

const isBuiltIn = ({ modules, loadableModules }: OfHost["facts"], name: string): boolean =>
  modules.includes(name) && !loadableModules.includes(name);

/** The kernel takes both for one. */
const normal = (name: string): string => name.replace(/-/g, "_");
