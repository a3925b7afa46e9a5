/** The machine that this program runs on. */

import { bootCheckStore } from "../disk/boot-check-store.js";
import { lookBelow } from "../disk/boot-sources.js";
import { readBootStack } from "../disk/boot-stack.js";
import { bootUnitFiles } from "../disk/boot-unit.js";
import { guardProcess } from "../disk/guard-process.js";
import { configuredOpenFiles } from "../disk/open-files.js";
import { ownFiles } from "../disk/own-files.js";
import { packageOf } from "../disk/package-of.js";
import { recordStore, stateFolder } from "../disk/record-store.js";
import type { Host, HostFacts } from "../host.js";
import { readCounters, uptime } from "../kernel/counters.js";
import { hostFacts } from "../kernel/facts.js";
import { modprobe } from "../kernel/modules.js";
import { procfs } from "../kernel/procfs.js";
import { canLoadModule, hostUse } from "../kernel/use.js";
import type { HostUse } from "../relations/relation.js";
import { bootSources } from "../writers/surroundings.js";

/** A limit that is configured is asked for at the next login or start of a service. */
const withConfiguredLimits = (use: HostUse): HostUse =>
  Object.create(use, {
    openFilesLimit: {
      enumerable: true,
      get: () => {
        const [running, configured] = [use.openFilesLimit, configuredOpenFiles()];
        return running > configured ? running : configured;
      },
    },
  }) as HostUse;

export type HostOptions = {
  /** The user who must own the state folder. */
  readonly uid: number;
  readonly stopRequest: Host["stopRequest"];
  /** A private root below which all files are; the kernel is the running one. For a rehearsal. */
  readonly filesBelow?: string;
  /** How to run this very program, for the guard of a trial: the executable and its first arguments. */
  readonly self?: readonly string[];
  /** The users who may own a program that root is to start at each boot; root alone where it is absent. */
  readonly owners?: readonly number[];
  /** The tick rate, where a network namespace does not show it. */
  readonly hz?: number;
};

export function liveHost({ uid, stopRequest, filesBelow = "", self, owners = [0], hz }: HostOptions): Host {
  let known: HostFacts | undefined;
  const facts = (): HostFacts => {
    known ??= { ...(hz !== undefined && { hz }), ...hostFacts() };
    return known;
  };
  return {
    kind: "live",
    get facts() {
      return facts();
    },
    kernel: procfs(),
    files: ownFiles(filesBelow),
    bootStack: () => readBootStack(filesBelow),
    packageOf: packageOf(filesBelow),
    bootSources: () => bootSources(lookBelow(filesBelow)),
    lookAtBoot: lookBelow(filesBelow),
    records: recordStore(filesBelow, uid),
    // A plan that is made again after a module was loaded must know that it is one.
    modules: {
      load: (name) => {
        known = undefined;
        return modprobe.load(name);
      },
      unload: (name) => {
        known = undefined;
        return modprobe.unload(name);
      },
    },
    use: () => {
      const use = hostUse();
      return use && withConfiguredLimits(use);
    },
    bootTime: () => ({ bootId: facts().bootId, uptime: uptime() }),
    counters: readCounters,
    ...(self && filesBelow === "" && { guard: guardProcess(stateFolder, self) }),
    ...(filesBelow === "" && { bootChecks: bootCheckStore(stateFolder) }),
    ...(self && filesBelow === "" && { bootUnit: bootUnitFiles({ root: "", self, owners, isLive: true }) }),
    canLoad: (module) => canLoadModule(facts().kernel, module),
    stopRequest,
  };
}
