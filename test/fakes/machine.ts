/** A whole machine in memory: kernel, disk and state folder, and what a command does with them. */
import { carryOut } from "../../src/apply/carry-out.js";
import type { Outcome, Surroundings } from "../../src/apply/change.js";
import { type Recovery, recover } from "../../src/apply/recover.js";
import { dropInPath, modulesPath } from "../../src/boot/print.js";
import { simulate } from "../../src/boot/simulate.js";
import type { BootStack, Loader } from "../../src/boot/stack.js";
import { type Key, keyPath, pathKey } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import { rollbackTarget } from "../../src/history/rollback.js";
import { appliedNow, interrupted, latest, nextId } from "../../src/history/snapshot.js";
import type { Disk, Kernel } from "../../src/host.js";
import { changeOf, type Occasion } from "../../src/plan/change.js";
import { changeBack, obstaclesBack } from "../../src/plan/change-back.js";
import { type Drift, driftOf } from "../../src/plan/drift.js";
import { plan } from "../../src/plan/make.js";
import type { Plan, PlanFacts } from "../../src/plan/plan.js";
import { understood } from "../../src/plan/reading.js";
import type { HostProblem } from "../../src/problem.js";
import type { Setting } from "../../src/profile/profile.js";
import { fakeDisk } from "./disk.js";
import { makeFaults } from "./faults.js";
import { fakeKernel } from "./kernel.js";
import { fakeStore } from "./store.js";

export type MachineStart = {
  readonly values: Readonly<Record<string, string>>;
  readonly readOnly?: readonly string[];
  /** Files of others below the sysctl.d folders, and ours. */
  readonly files?: Readonly<Record<string, string>>;
  readonly loader?: Loader;
  /** In place of the files in memory. */
  readonly disk?: Disk;
  readonly pause?: Surroundings["pause"];
};

export type Machine = ReturnType<typeof machine>;

export const catalogue = shippedCatalogue();

export const interfaces: readonly string[] = ["all", "default", "lo", "eth0", "eth0.100"];

export function machine(start: MachineStart) {
  // One count of effects over kernel, disk and state folder.
  const faults = makeFaults();
  const kernel = fakeKernel({ ...start, faults });
  const files = fakeDisk(start.files, faults);
  const disk = start.disk ?? files;
  const store = fakeStore(faults);
  const around: Surroundings = {
    catalogue,
    kernel,
    disk,
    store,
    pause: start.pause ?? (async () => undefined),
  };

  const facts = (): PlanFacts =>
    factsOf(kernel, disk, bootStack(files.files), start.loader ?? "systemd", appliedNow(store.snapshots()));
  const planFor = (settings: readonly Setting[], profiles: readonly string[] = ["web"]): Plan =>
    plan({ catalogue, profiles, settings, leftOut: [], parameters: {}, facts: facts() });
  const occasion = (): Occasion => ({
    id: nextId(store.snapshots()),
    time: "2026-01-01T00:00:00.000Z",
    by: "root",
    boot_id: "b",
    kernel: "6.18.0",
  });

  const apply = (settings: readonly Setting[], profiles?: readonly string[]): Promise<Outcome> =>
    carryOut(
      around,
      changeOf({
        catalogue,
        plan: planFor(settings, profiles),
        settings,
        parameters: {},
        facts: facts(),
        occasion: occasion(),
      }),
    );
  const rollback = (id: number, kept: readonly HostProblem[] = []): Promise<Outcome> => {
    const committed = store.snapshots().filter((snapshot) => snapshot.status === "committed");
    const target = rollbackTarget(committed, id);
    if (!target) throw new Error(`there is no change ${id}`);
    const applied = latest(committed)?.after.applied ?? null;
    return carryOut(
      around,
      changeBack({ catalogue, kernel, disk, interfaces }, target, {
        id,
        kept,
        applied,
        occasion: occasion(),
      }),
    );
  };
  /** What the next run does about a change that was cut short. */
  const finish = (sameBoot = true): Recovery => {
    const open = interrupted(store.snapshots());
    return open ? recover(around, open, sameBoot) : { left: [], kept: [] };
  };
  const obstacles = (id: number): readonly HostProblem[] => {
    const target = rollbackTarget(store.snapshots(), id);
    return target ? obstaclesBack({ catalogue, kernel, disk }, target) : [];
  };
  const drifts = (): readonly Drift[] => {
    const now = facts();
    return now.applied ? driftOf(catalogue, now.applied, now).drifts : [];
  };
  /** Every reading and every byte, and what is recorded as applied. */
  const state = () => ({
    readings: Object.fromEntries(kernel.texts()),
    files: Object.fromEntries(files.files),
    applied: appliedNow(store.snapshots()),
  });
  /** A kernel with these values after the boot loader has worked through the files that are there now. */
  const rebooted = (values: Readonly<Record<string, string>>) => {
    const { boot, loader } = facts();
    const fresh = fakeKernel({ values });
    const paths = [...fresh.texts().keys()].map((key) => keyPath(key as Key));
    for (const [path, winner] of simulate(boot, loader, paths).winners)
      fresh.write(pathKey(path), winner.value);
    return fresh;
  };
  return {
    faults,
    kernel,
    files,
    store,
    facts,
    planFor,
    apply,
    rollback,
    finish,
    obstacles,
    drifts,
    state,
    rebooted,
  };
}

function factsOf(
  kernel: Kernel,
  disk: Disk,
  boot: BootStack,
  loader: Loader,
  applied: PlanFacts["applied"],
): PlanFacts {
  const [dropIn, modulesFile] = [disk.read(dropInPath), disk.read(modulesPath)];
  return {
    read: (key) => understood(catalogue, key, kernel.read(key)),
    hostName: "box",
    kernel: "6.18.0",
    interfaces,
    modules: ["nf_conntrack"],
    loadableModules: ["nf_conntrack"],
    boot,
    loader,
    ...(dropIn !== undefined && { dropIn }),
    ...(modulesFile !== undefined && { modulesFile }),
    ...(applied && { applied }),
  };
}

const bootStack = (files: ReadonlyMap<string, string>): BootStack => ({
  entries: [...files]
    .filter(([path]) => path.includes("/sysctl.d/"))
    .map(([path, text]) => {
      const cut = path.lastIndexOf("/");
      return { folder: path.slice(0, cut), name: path.slice(cut + 1), content: { kind: "text", text } };
    }),
});
