/** A whole machine in memory, a `Host` as the real one is, and the operations of the program over it. */
import { carryOut } from "../../src/apply/carry-out.js";
import type { ApplyContext, Outcome } from "../../src/apply/outcome.js";
import type { Recovery } from "../../src/apply/recover.js";
import { type Loader, type LoaderName, usualLoader } from "../../src/boot/loader.js";
import { simulate } from "../../src/boot/simulate.js";
import type { BootStack } from "../../src/boot/stack.js";
import { type Key, keyPath, pathKey } from "../../src/catalogue/key.js";
import { shippedCatalogue } from "../../src/catalogue/shipped.js";
import type { Host, HostFacts, OwnFiles, RecordWriter } from "../../src/host.js";
import { factsWith } from "../../src/operations/gather.js";
import { type LockedHost, provenanceOf, recoverInterrupted } from "../../src/operations/locked-host.js";
import { type Drift, driftOf } from "../../src/plan/drift.js";
import type { Plan, PlanFacts } from "../../src/plan/plan.js";
import { planRollback, type RollbackRequest } from "../../src/plan/plan-rollback.js";
import { planSettings } from "../../src/plan/plan-settings.js";
import { transactionOf } from "../../src/plan/transaction.js";
import type { Setting } from "../../src/profile/profile.js";
import { currentlyApplied, type History } from "../../src/record/transaction.js";
import type { HostUse } from "../../src/relations/relation.js";
import { fakeFiles } from "./disk.js";
import { makeFaults } from "./faults.js";
import { fakeKernel } from "./kernel.js";
import { fakeRecords } from "./store.js";

export type MachineStart = {
  readonly values: Readonly<Record<string, string>>;
  readonly readOnly?: readonly string[];
  /** Files of others below the sysctl.d folders, and ours. */
  readonly files?: Readonly<Record<string, string>>;
  readonly loader?: LoaderName;
  /** In place of the files in memory. */
  readonly disk?: OwnFiles;
  readonly stopRequest?: Host["stopRequest"];
};

export type Machine = ReturnType<typeof machine>;

export const catalogue = shippedCatalogue();

export const interfaces: readonly string[] = ["all", "default", "lo", "eth0", "eth0.100"];

const operator = { name: "root", now: () => new Date("2026-01-01T00:00:00.000Z") };

export function machine(start: MachineStart) {
  // One count of effects over kernel, files and state folder.
  const faults = makeFaults();
  const kernel = fakeKernel({ ...start, faults });
  const memory = fakeFiles(start.files, faults);
  const files = start.disk ?? memory;
  const records = fakeRecords(faults);
  let bootId = "b";
  const host: Host = {
    kind: "live",
    get facts() {
      return hostFacts(usualLoader[start.loader ?? "systemd"], bootId);
    },
    kernel,
    files,
    bootStack: () => bootStack(memory.files),
    records,
    modules: { load: () => undefined, unload: () => undefined },
    use: () => nothingUsed,
    canLoad: () => true,
    stopRequest: start.stopRequest ?? (async () => undefined),
  };
  const history = (): History => ({ records: records.all(), unreadable: [] });
  const locked = async (): Promise<LockedHost> => {
    const writer = (await records.lock(0)) as { readonly value: RecordWriter };
    const context: ApplyContext = {
      catalogue,
      kernel,
      files,
      records: { folder: records.folder, ...writer.value },
      operator,
      guard: undefined,
      stopRequest: host.stopRequest,
    };
    return { host, context, history: history(), release: () => {} };
  };

  const facts = (): PlanFacts => factsWith(catalogue, host, history()).facts;
  const planFor = (settings: readonly Setting[], profiles: readonly string[] = ["web"]): Plan =>
    planSettings({ catalogue, profiles, settings, leftOut: [], parameters: {}, facts: facts() });
  const carryOutPlan = async (plan: Plan): Promise<Outcome> => {
    const held = await locked();
    const undone = records.all().flatMap(({ id }) => (id >= (plan.backTo ?? id + 1) ? [id] : []));
    const isBack = plan.kind === "rollback";
    return carryOut(
      held.context,
      transactionOf(held.context.catalogue, plan, provenanceOf(held), isBack ? { undone } : {}),
    );
  };
  const apply = (settings: readonly Setting[], profiles?: readonly string[]): Promise<Outcome> =>
    carryOutPlan(planFor(settings, profiles));
  const planBack = (id: number, conflicts: RollbackRequest["conflicts"] = "refuse"): Plan => {
    const plan = planRollback({ catalogue, records: records.all(), id, facts: facts(), conflicts });
    if (!plan) throw new Error(`there is no change ${id}`);
    return plan;
  };
  const rollback = (id: number, conflicts?: RollbackRequest["conflicts"]): Promise<Outcome> =>
    carryOutPlan(planBack(id, conflicts));
  /** What the next run does about a change that was interrupted. */
  const finish = async (sameBoot = true): Promise<Recovery> => {
    bootId = sameBoot ? "b" : "later";
    const done = await recoverInterrupted(await locked());
    return { notRestored: done?.notRestored ?? [], kept: done?.kept ?? [] };
  };
  const drifts = (): readonly Drift[] => {
    const now = facts();
    return now.applied ? driftOf(catalogue, now.applied, now).drifts : [];
  };
  /** Every reading and every byte, and what is recorded as applied. */
  const state = () => ({
    readings: Object.fromEntries(kernel.texts()),
    files: Object.fromEntries(memory.files),
    applied: currentlyApplied(records.all()),
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
    host,
    kernel,
    files: memory,
    records,
    facts,
    planFor,
    planBack,
    carryOutPlan,
    apply,
    rollback,
    finish,
    drifts,
    state,
    rebooted,
  };
}

const nothingUsed: HostUse = {
  swapBytes: 0n,
  committedBytes: 0n,
  hugePageBytes: 2n * 1024n ** 2n,
  threads: 100n,
  processes: 50n,
  openFilesLimit: 1024n,
  listeningPorts: [],
  programs: [],
};

const hostFacts = (loader: Loader, bootId: string): HostFacts => ({
  name: "box",
  kernel: "6.18.0",
  arch: "x86_64",
  memoryBytes: 8n * 1024n ** 3n,
  cpus: 4n,
  pageSize: 4096n,
  modules: ["nf_conntrack"],
  loadableModules: ["nf_conntrack"],
  interfaces,
  loader,
  bootId,
});

const bootStack = (files: ReadonlyMap<string, string>): BootStack => ({
  entries: [...files]
    .filter(([path]) => path.includes("/sysctl.d/"))
    .map(([path, text]) => {
      const cut = path.lastIndexOf("/");
      return { folder: path.slice(0, cut), name: path.slice(cut + 1), content: { kind: "text", text } };
    }),
});
