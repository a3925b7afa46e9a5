/** The states that changes go between: each a guest asleep on its disk, and what a boot of it gives. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Machine } from "../guest/machine.js";
import { readWorld, restless, type World } from "./world.js";

export const stateNames = ["none", "front", "store"] as const;
export type StateName = (typeof stateNames)[number];

/** A guest asleep: in a state, or in `front` with `store` on trial. */
export type Asleep = StateName | "trial";

export type States = {
  /** Of each state, and of it with the module of another one, which a change that is taken back leaves. */
  readonly worlds: Readonly<Record<StateName, readonly World[]>>;
  readonly ignored: ReadonlySet<string>;
};

/** Boots no more than what a boot needs until its values are set, and our agent. */
export const quickBoot = "systemd.unit=basic.target";

export const diskOf = (folder: string, name: Asleep | "run" | "cut"): string => join(folder, `${name}.qcow2`);

/** A disk to run on, with what the state left on its own. */
export function copyState(folder: string, name: StateName): string {
  copyFileSync(diskOf(folder, name), diskOf(folder, "run"));
  return diskOf(folder, "run");
}

export async function makeStates(folder: string): Promise<States> {
  const first = diskOf(folder, "none");
  rmSync(first, { force: true });
  const raw = join(folder, "disk.raw");
  execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", raw, "-F", "raw", first]);
  const booted = await Machine.start({ folder, disk: first, append: quickBoot });
  await putToSleep(booted, "tunectl status");
  await follow(folder, "none", "front", "tunectl apply ./front.yaml");
  await follow(folder, "front", "store", "tunectl apply ./store.yaml");
  await follow(folder, "front", "trial", "tunectl apply ./store.yaml --trial 30m", 5);
  return readStates(folder);
}

/** A folder of its own for another guest that runs at the same time. */
export function copyGuest(folder: string, place: string): void {
  mkdirSync(place, { recursive: true });
  for (const name of ["kernel", "initramfs", "none.qcow2", "front.qcow2", "store.qcow2", "trial.qcow2"])
    copyFileSync(join(folder, name), join(place, name));
}

/** What a boot of each gives. */
async function readStates(folder: string): Promise<States> {
  const worlds = {
    none: await boots(folder, "none"),
    front: await boots(folder, "front"),
    store: await boots(folder, "store"),
  };
  return { worlds, ignored: restless(Object.values(worlds).map(([one, other]) => [one, other])) };
}

async function follow(
  folder: string,
  from: StateName,
  to: Asleep,
  command: string,
  ending = 0,
): Promise<void> {
  copyFileSync(diskOf(folder, from), diskOf(folder, to));
  const machine = await Machine.start({ folder, disk: diskOf(folder, to), wake: "ready" });
  await putToSleep(machine, command, ending);
}

async function putToSleep(machine: Machine, command: string, ending = 0): Promise<void> {
  const { code, out } = await machine.run(command);
  if (code !== ending) throw new Error(`${command} ended with ${code}: ${out}`);
  await machine.run("sync");
  await machine.save("ready");
  await machine.cut();
}

/** Twice: what differs between two boots of one state is not of the state. */
async function boots(folder: string, name: StateName): Promise<readonly [World, World, World]> {
  const [first] = await bootOnce(folder, name);
  const [second, withModule] = await bootOnce(folder, name);
  return [first, second, withModule];
}

async function bootOnce(folder: string, name: StateName): Promise<readonly [World, World]> {
  const machine = await Machine.start({ folder, disk: copyState(folder, name), append: quickBoot });
  const world = async (): Promise<World> => readWorld((await machine.run("sh /tools/world.sh")).out);
  const verified = await machine.run("tunectl verify");
  if (verified.code !== 0 && name !== "none")
    throw new Error(`${name} is not what a boot gives: ${verified.out}`);
  const booted = await world();
  await machine.run("modprobe nf_conntrack");
  const withModule = await world();
  await machine.cut();
  return [booted, withModule];
}
