/** `tunectl rehearse PROFILE…`: outside, makes the namespace; inside, does the whole job and tells it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dropInPath, modulesPath } from "../../boot/print.js";
import { shippedCatalogue } from "../../catalogue/shipped.js";
import { readBootStack } from "../../disk/boot-stack.js";
import { ownFiles } from "../../disk/own-files.js";
import { profileLibrary } from "../../disk/profiles.js";
import { fileStore, openState, readSnapshots } from "../../disk/state.js";
import { stateFolder } from "../../disk/state-folder.js";
import { appliedNow, type Snapshot } from "../../history/snapshot.js";
import { errnoOf } from "../../host.js";
import { hostFacts } from "../../kernel/facts.js";
import { procfs } from "../../kernel/procfs.js";
import { readAll } from "../../kernel/read-all.js";
import type { PlanFacts } from "../../plan/plan.js";
import { understood } from "../../plan/reading.js";
import type { Problem } from "../../problem.js";
import type { Resolved } from "../../profile/resolve.js";
import { jsonText } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { rehearsalJson, rehearsalText } from "../../render/rehearsal.js";
import { findWay, runInside } from "../../sandbox/namespace.js";
import { type NotRehearsed, whyNot } from "../../sandbox/rehearsable.js";
import { type Evidence, rehearseAll, wentWell } from "../../sandbox/rehearsal.js";
import { furnish } from "../../sandbox/room.js";
import { type Exit, exit, exitForSignal } from "../exit.js";
import { resolveFor } from "../planning.js";
import { fail, warn } from "../report.js";
import type { World } from "../world.js";
import { captured } from "./capture.js";

export type RehearseOptions = {
  readonly format: "text" | "json";
  readonly set?: readonly string[];
  readonly inside?: string;
};

export async function rehearse(
  world: World,
  names: readonly string[],
  options: RehearseOptions,
): Promise<Exit> {
  return options.inside === undefined
    ? outside(world, names, options)
    : inside(world, names, options, options.inside);
}

/** Finds what is wrong with the profiles before any namespace is made, then runs this program again in one. */
async function outside(world: World, names: readonly string[], options: RehearseOptions): Promise<Exit> {
  const resolved = await resolve(world, names, options, undefined);
  if (typeof resolved === "number") return resolved;
  const way = findWay(world.uid);
  if (!way.ok) return fail(world, [way.problem], [], options);
  const facts = await captured(world);
  if (!facts.ok) return fail(world, facts.problems, [], options);
  const folder = temporaryFolder();
  if (typeof folder !== "string") return fail(world, [folder], [], options);
  // A signal reaches the run inside too; this one stays to sweep up after it.
  await world.pause();
  try {
    writeFileSync(factsIn(folder), JSON.stringify(facts.value));
    const sets = (options.set ?? []).flatMap((pair) => ["--set", pair]);
    const code = runInside(
      way,
      [...world.self, "rehearse", "--inside", folder, "--format", options.format, ...sets, "--", ...names],
      world.env,
    ) as Exit;
    const signal = await world.pause();
    return signal === undefined ? code : exitForSignal(signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const factsIn = (folder: string): string => join(folder, "facts.json");
const roomIn = (folder: string): string => join(folder, "room");

/** Holds the host's facts, which the expressions of the profiles ask, and the place of the room. */
function temporaryFolder(): string | Problem {
  const base = tmpdir();
  try {
    const folder = mkdtempSync(join(base, "tunectl-"));
    mkdirSync(roomIn(folder));
    return folder;
  } catch (error) {
    return { code: "file-not-written", file: base, errno: errnoOf(error) };
  }
}

async function resolve(
  world: World,
  names: readonly string[],
  options: RehearseOptions,
  factsFile: string | undefined,
): Promise<Exit | Resolved> {
  const library = profileLibrary(world.cwd);
  const request = await resolveFor(world, library, names, {
    ...options,
    ...(factsFile !== undefined && { against: factsFile }),
  });
  const told = { ...options, sources: library.sources };
  if (!request.ok) return fail(world, request.problems, request.warnings, told);
  if (factsFile !== undefined) warn(world, request.warnings, told);
  return request.value.resolved;
}

async function inside(
  world: World,
  names: readonly string[],
  options: RehearseOptions,
  folder: string,
): Promise<Exit> {
  const resolved = await resolve(world, names, options, factsIn(folder));
  if (typeof resolved === "number") return resolved;
  const room = roomIn(folder);
  const message = furnish(room);
  if (message !== undefined)
    return fail(
      world,
      [
        {
          code: "namespace-forbidden",
          message,
          remedy: "The namespace exists, but no file system can be mounted in it.",
        },
      ],
      [],
      options,
    );
  const state = openState(join(room, stateFolder), world.uid);
  if (!state.ok) return fail(world, state.problems, [], options);
  const { kept, left } = sorted(resolved);
  const rehearsal = await rehearseAll({
    around: {
      catalogue: shippedCatalogue(),
      kernel: procfs(),
      disk: ownFiles(room),
      store: fileStore(state.value),
      pause: world.pause,
    },
    profiles: resolved.profiles,
    settings: kept,
    parameters: {},
    facts: () => factsOf(room, snapshotsIn(state.value)),
    snapshots: () => snapshotsIn(state.value),
    occasion: (id) => ({
      id,
      time: world.now().toISOString(),
      by: "rehearsal",
      boot_id: hostFacts().bootId,
      kernel: hostFacts().kernel,
    }),
    everything: () => evidence(room, state.value),
  });
  const told = {
    profiles: resolved.profiles,
    kernel: hostFacts().kernel,
    rehearsal,
    left,
    leftOut: resolved.leftOut,
  };
  world.out(
    options.format === "json" ? jsonText(rehearsalJson(told)) : rehearsalText(told, paint(world.colour.out)),
  );
  const signal = rehearsal.problems.find((problem) => problem.code === "interrupted");
  if (signal) return exitForSignal(signal.signal);
  return wentWell(rehearsal) ? exit.done : exit.problem;
}

const snapshotsIn = (folder: string): readonly Snapshot[] => {
  const all = readSnapshots(folder);
  return all.ok ? all.value : [];
};

function sorted({ settings }: Resolved): {
  readonly kept: Resolved["settings"];
  readonly left: readonly NotRehearsed[];
} {
  const kernel = procfs();
  const catalogue = shippedCatalogue();
  const weighed = settings.map((setting) => ({
    setting,
    reason: whyNot(catalogue, setting, (key) => understood(catalogue, key, kernel.read(key))),
  }));
  return {
    kept: weighed.filter(({ reason }) => reason === undefined).map(({ setting }) => setting),
    left: weighed.flatMap(({ setting, reason }) =>
      reason === undefined ? [] : [{ key: setting.key, reason }],
    ),
  };
}

/** The namespace's kernel with the room's files. */
function factsOf(room: string, snapshots: readonly Snapshot[]): PlanFacts {
  const host = hostFacts();
  const kernel = procfs();
  const disk = ownFiles(room);
  const [dropIn, modulesFile, applied] = [
    disk.read(dropInPath),
    disk.read(modulesPath),
    appliedNow(snapshots),
  ];
  return {
    read: (key) => understood(shippedCatalogue(), key, kernel.read(key)),
    hostName: "a throw-away namespace",
    kernel: host.kernel,
    interfaces: host.interfaces,
    modules: host.modules,
    // A module that is loaded on the host is there in the namespace, and the room's boot is the host's.
    loadableModules: host.loadableModules,
    loader: host.loader,
    boot: readBootStack(room),
    ...(dropIn !== undefined && { dropIn }),
    ...(modulesFile !== undefined && { modulesFile }),
    ...(applied && { applied }),
  };
}

/** All that the proof compares: every tunable of the namespace, and every file of the room but the snapshots. */
function evidence(room: string, state: string): Evidence {
  const readings = new Map(
    [...readAll("/proc/sys")]
      .filter(([key]) => key.startsWith("net."))
      .map(([key, reading]) => [key, JSON.stringify(reading)]),
  );
  const files = new Map(
    readdirSync(room, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(state))
      .map((path) => [path.slice(room.length), readFileSync(path, "utf8")]),
  );
  return { readings, files };
}
