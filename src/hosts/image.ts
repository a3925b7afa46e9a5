/**
 * A tree of files whose kernel does not run: an image below `--root`, or this very system seen from a chroot.
 */
import { realpathSync } from "node:fs";
import { lookBelow } from "../disk/boot-sources.js";
import { readBootStack } from "../disk/boot-stack.js";
import { bootUnitFiles } from "../disk/boot-unit.js";
import { installedKernel } from "../disk/installed-kernel.js";
import { hasLoaderBelow, loaderBelow } from "../disk/installed-loader.js";
import { ownFiles } from "../disk/own-files.js";
import { packageOf } from "../disk/package-of.js";
import { recordStore } from "../disk/record-store.js";
import type { Host } from "../host.js";
import { runningBoot } from "../kernel/counters.js";
import { bootSources } from "../writers/surroundings.js";
import type { HostOptions } from "./live.js";

/** @param root absolute */
export const imageHost = (root: string, { uid, stopRequest, self, owners = [0] }: HostOptions): Host => ({
  kind: "image",
  ...(realpathSync(root) !== "/" && { root }),
  facts: undefined,
  kernel: undefined,
  files: ownFiles(root, [0, uid]),
  bootStack: () => readBootStack(root),
  packageOf: packageOf(root),
  bootSources: () => bootSources(lookBelow(root)),
  lookAtBoot: lookBelow(root),
  records: recordStore(root, uid),
  // At `/` it may be this very system: what it has begun is not over by a reboot.
  ...(realpathSync(root) === "/" && { bootTime: runningBoot }),
  // This very program is one of the files at `/` alone.
  bootUnit: bootUnitFiles({
    root,
    ...(self && realpathSync(root) === "/" && { self }),
    owners,
    isLive: false,
  }),
  installedKernel: () => installedKernel(root),
  installedLoader: () => loaderBelow(root),
  hasLoader: () => hasLoaderBelow(root),
  // A module can be loaded by a kernel alone.
  modules: { load: () => undefined, unload: () => undefined },
  stopRequest,
});
