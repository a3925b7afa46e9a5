/** Cuts the power in a change, and looks at what the next boot makes of it. */
import { copyFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type Answer, Machine } from "../guest/machine.js";
import { type Asleep, diskOf, quickBoot, type StateName } from "./states.js";
import { readWorld, valuesOf, type World } from "./world.js";

export type Change = {
  readonly command: string;
  readonly from: StateName;
  readonly to: StateName;
  /** The guest that is woken; without it the one in `from`. */
  readonly wakes?: Asleep;
};

export const changes: readonly Change[] = [
  { command: "apply ./front.yaml", from: "none", to: "front" },
  { command: "apply ./store.yaml", from: "front", to: "store" },
  { command: "rollback", from: "store", to: "front" },
  { command: "rollback", from: "front", to: "none" },
  // The boot takes a trial back, so that before the trial is the old state.
  { command: "confirm", from: "front", to: "store", wakes: "trial" },
];

/** `at` waits before the call; `during` cuts some time after it, with no waiting; `end` when it has said success. */
export type Moment =
  | { readonly kind: "at"; readonly call: number }
  | { readonly kind: "during"; readonly call: number; readonly milliseconds: number }
  | { readonly kind: "end" };

export type Cut = Change & {
  readonly moment: Moment;
  /** The call at which it was; of `end`, nothing. */
  readonly place: string;
  readonly withoutSync?: boolean;
  /** The disk was filled after the cut, before the boot that is judged. */
  readonly full?: boolean;
};

const loud = (settings: string, command: string): string =>
  `${settings} /tools/node --require /tools/say-each-call.cjs /tools/start.cjs ${command}`;

/** All calls of a change that nobody disturbs. */
export async function callsOf(folder: string, { command, from, wakes }: Change): Promise<readonly string[]> {
  const machine = await wake(folder, wakes ?? from);
  const { code, out } = await machine.run(loud("", command));
  await machine.cut();
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${out}`);
  return [...out.matchAll(/^@call \d+ (.*)$/gm)].map(([, call]) => call ?? "");
}

/** What a guest that nothing was changed in says to a command. */
export async function ask(folder: string, command: string): Promise<string> {
  const machine = await wake(folder, "none");
  const { out } = await machine.run(command);
  await machine.cut();
  return out.trim();
}

export async function wake(folder: string, state: Asleep): Promise<Machine> {
  copyFileSync(diskOf(folder, state), diskOf(folder, "run"));
  return Machine.start({ folder, disk: diskOf(folder, "run"), wake: "ready" });
}

/** Leaves the disk as the cut left it, as `cut`. */
export async function takeCut(folder: string, cut: Cut): Promise<void> {
  const { command, from, wakes, moment, withoutSync } = cut;
  const machine = await wake(folder, wakes ?? from);
  const settings = [
    ...(moment.kind === "at" ? [`CUT_AT=${moment.call}`] : []),
    ...(withoutSync ? ["NO_SYNC=1"] : []),
  ].join(" ");
  machine.send(loud(settings, command));
  if (moment.kind === "at") await machine.until(/^@cut$/m);
  else if (moment.kind === "end") await machine.until(/@end 0\n/);
  else {
    await machine.until(new RegExp(`^@call ${moment.call} .*\n`, "m"));
    await pause(moment.milliseconds);
  }
  await machine.cut();
  keepAsCut(folder);
}

export const keepAsCut = (folder: string): void => copyFileSync(diskOf(folder, "run"), diskOf(folder, "cut"));

/** Boots what a cut left, fills the disk to its last block, and cuts the power again. */
export async function fillDisk(folder: string): Promise<void> {
  copyFileSync(diskOf(folder, "cut"), diskOf(folder, "run"));
  const machine = await Machine.start({ folder, disk: diskOf(folder, "run"), append: quickBoot });
  await machine.run("cat /dev/zero > /root/full; sync; for n in 1 2 3; do echo > /root/full-$n; done; sync");
  await machine.cut();
  copyFileSync(diskOf(folder, "run"), diskOf(folder, "cut"));
}

/** What the first boot after a cut showed, one thing after the other. */
export type Aftermath = {
  readonly atBoot: World["values"];
  readonly unit?: string;
  readonly status: Answer;
  readonly recover: Answer;
  readonly statusThen: Answer;
  readonly recovered: World;
};

export async function bootAfter(folder: string, withUnit: boolean): Promise<Aftermath> {
  copyFileSync(diskOf(folder, "cut"), diskOf(folder, "run"));
  const append = withUnit ? `${quickBoot} with-recover` : quickBoot;
  const machine = await Machine.start({ folder, disk: diskOf(folder, "run"), append });
  const atBoot = valuesOf((await machine.run("cat /run/at-boot")).out);
  const unit = withUnit
    ? (await machine.run("systemctl show -P Result tunectl-recover.service")).out.trim()
    : undefined;
  const status = await machine.run("tunectl status");
  const recover = await machine.run("tunectl recover");
  const statusThen = await machine.run("tunectl status");
  const recovered = readWorld((await machine.run("sh /tools/world.sh")).out);
  await machine.cut();
  return { atBoot, ...(unit !== undefined && { unit }), status, recover, statusThen, recovered };
}
