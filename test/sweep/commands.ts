/** The commands of a sweep, each with the world that it starts from and those that it may leave. */
import { setTimeout } from "node:timers/promises";
import { type Bench, onTrial, type State } from "./bench.js";
import { endGuards } from "./guards.js";
import type { ProfileName } from "./profiles.js";
import type { Call, Fault } from "./program.js";
import { isAsked } from "./sweep.js";
import { restoreWorld, type World } from "./world.js";

/** What is done after a fault, and the one state that it must lead to, if not any whole one. */
export type Next = {
  readonly name: string;
  readonly args: readonly string[];
  readonly to?: State;
  /** The exit codes that it may end with, if not 0. */
  readonly codes?: readonly number[];
};

type Draft = {
  readonly from: World;
  readonly args: readonly string[];
  /** A fault that the command always meets. */
  readonly first?: Fault;
  readonly old: State;
  readonly new: State;
  /** Where a trial is confirmed: as before it began. */
  readonly before?: State;
  /** The first is to leave all whole; the others are what somebody may do instead, and where that leads. */
  readonly nexts: readonly Next[];
};

export type Command = Draft & {
  readonly name: string;
  /** With another run alone, and with another run before this one. */
  readonly rivals: readonly State[];
  readonly calls: readonly Call[];
};

/** The exit code of what is refused since a change is on trial. */
const trialPending = 76;
const rollback = ["rollback"];
const recover: Next = { name: "recover", args: ["recover"] };

const thenAgain = (args: readonly string[], to: State): Draft["nexts"] => [
  recover,
  { name: "the same again", args, to },
];

type Make = (bench: Bench, start: World) => Promise<Draft>;

const makes: Readonly<Record<string, Make>> = {
  apply: async (bench, start) => {
    const args = bench.apply("first");
    const [old, applied] = [await bench.after(start), await bench.after(start, args)];
    const nexts = [...thenAgain(args, applied), { name: "rollback", args: rollback, to: old }];
    return { from: old.world, args, old, new: applied, nexts };
  },
  "apply over another set": overAnother,
  rollback: async (bench, start) => {
    const old = await bench.after(start, bench.apply("first"), bench.apply("second"));
    const rolledBack = await bench.after(old.world, rollback);
    const nexts = thenAgain([...rollback, "2"], rolledBack);
    return { from: old.world, args: rollback, old, new: rolledBack, nexts };
  },
  "recover, half of the values made": async (bench, start) => {
    const whole = await overAnother(bench, start);
    return recoveryFrom(bench, whole, middleOf(await callsOf(bench, whole)));
  },
  "recover, all but the record made": async (bench, start) => {
    const whole = await overAnother(bench, start);
    return recoveryFrom(bench, whole, lastRename(await callsOf(bench, whole)));
  },
  "undo in a failed apply": async (bench, start) => {
    const whole = await overAnother(bench, start);
    return { ...whole, first: { at: lastRename(await callsOf(bench, whole)), action: "EIO" } };
  },
  "snapshots --keep": prune,
  "apply on trial": async (bench, start) => trialFrom(bench, await bench.after(start), "first"),
  "apply on trial over another set": async (bench, start) =>
    trialFrom(bench, await bench.after(start, bench.apply("first")), "second"),
  confirm: async (bench, start) => {
    const before = await bench.after(start, bench.apply("first"));
    const old = await bench.after(before.world, bench.try("second"));
    const args = ["confirm"];
    const confirmed = await bench.after(old.world, args);
    const nexts = [
      { name: "rollback", args: rollback, to: before },
      // One that was cut short is taken back by the next, whole; of one that is done there is none to confirm.
      { name: "the same again", args, codes: [0, 1] },
      recover,
    ];
    return { from: old.world, args, old, new: confirmed, before, nexts };
  },
  "rollback of a trial": async (bench, start) => {
    const before = await bench.after(start);
    const old = await bench.after(start, bench.try("first"));
    const nexts = [{ name: "the same again", args: rollback, to: before }, recover];
    return { from: old.world, args: rollback, old, new: before, nexts };
  },
  "recover, a trial without a guard": async (bench, start) => {
    const before = await bench.after(start, bench.apply("first"));
    await bench.do(bench.try("second"));
    endGuards();
    const old = await bench.state();
    // Until it is taken back another change is refused.
    return { from: old.world, args: recover.args, old, new: before, nexts: [{ ...recover, to: before }] };
  },
  "recover, a trial whose time is over": async (bench, start) => ({
    ...(await trialOver(bench, start)),
    args: recover.args,
  }),
  "guard, its trial's time is over": async (bench, start) => {
    const over = await trialOver(bench, start);
    const args = ["guard", "2"];
    // systemd starts one that was killed again.
    const again = { name: "the same again", args, to: over.new };
    return { ...over, args, nexts: [...over.nexts, again] };
  },
};

/** The second change was on trial, and its guard was killed. */
async function trialOver(bench: Bench, start: World): Promise<Omit<Draft, "args">> {
  const before = await bench.after(start, bench.apply("first"));
  await bench.do(bench.try("second", "1s"));
  endGuards();
  await setTimeout(1500);
  const old = await bench.state();
  if (!old.named) throw new Error("status does not say that the time of a trial is over");
  const applied = await bench.after(old.world, bench.apply("second"));
  const nexts = [recover, { name: "apply", args: bench.apply("second"), to: applied }];
  return { from: old.world, old, new: before, nexts };
}

/** So long that no guard acts. */
async function trialFrom(bench: Bench, old: State, name: ProfileName): Promise<Draft> {
  const args = bench.try(name);
  const tried = await bench.after(old.world, args);
  const nexts: Draft["nexts"] = [
    recover,
    { name: "the same again", args, to: tried, codes: [onTrial, trialPending] },
  ];
  return { from: old.world, args, old, new: tried, nexts };
}

/** @param wanted as it is asked for */
export async function commandsFor(bench: Bench, start: World, wanted: string): Promise<readonly Command[]> {
  const commands: Command[] = [];
  for (const [name, make] of Object.entries(makes)) {
    if (!isAsked(name, wanted)) continue;
    const draft = await make(bench, start);
    const [calls, rivals] = [await callsOf(bench, draft), await rivalsOf(bench, draft)];
    if (calls.length === 0) throw new Error(`${name} changes nothing: no fault can be made in it`);
    commands.push({ ...draft, name, calls, rivals });
  }
  return commands;
}

async function overAnother(bench: Bench, start: World): Promise<Draft> {
  const args = bench.apply("second");
  const old = await bench.after(start, bench.apply("first"));
  const applied = await bench.after(old.world, args);
  return { from: old.world, args, old, new: applied, nexts: thenAgain(args, applied) };
}

/** A change that died at a call is there, and is recovered. */
async function recoveryFrom(bench: Bench, whole: Draft, at: number): Promise<Draft> {
  restoreWorld(whole.from);
  bench.program.spawn(whole.args, [{ at, action: "KILL" }]);
  const old = await bench.state();
  if (!old.named) throw new Error("status does not say that a change was interrupted");
  const nexts: Draft["nexts"] = [recover, { name: "apply", args: whole.args, to: whole.new }];
  return { from: old.world, args: recover.args, old, new: whole.old, nexts };
}

/**
 * Every change is whole, whichever of the records are still there. Only what is no longer in effect may go: a
 * change that was rolled back, and its rollback.
 */
async function prune(bench: Bench, start: World): Promise<Draft> {
  const old = await bench.after(start, bench.apply("first"), rollback, bench.apply("second"));
  const args = ["snapshots", "--keep", "1"];
  await bench.do(args);
  const pruned = await bench.state(true);
  return { from: old.world, args, old, new: pruned, nexts: thenAgain(args, pruned) };
}

type Run = Pick<Draft, "from" | "args" | "first">;

async function callsOf(bench: Bench, { from, args, first }: Run): Promise<readonly Call[]> {
  restoreWorld(from);
  return (await bench.program.run(args, first ? [first] : [])).calls;
}

async function rivalsOf(bench: Bench, { from, args }: Run): Promise<readonly State[]> {
  restoreWorld(from);
  const { code, err } = await bench.program.run(bench.apply("rival"));
  if (code !== 0 && code !== trialPending) throw new Error(`The other run ended with ${code}: ${err}`);
  const alone = await bench.state();
  await bench.program.run(args);
  return [alone, await bench.state()];
}

const isValue = ([name, path]: Call): boolean => name === "writeSync" && path.startsWith("/proc/sys/");

/** In the middle of the values, as numbers of calls. */
function middleOf(calls: readonly Call[]): number {
  const values = calls.flatMap((call, at) => (isValue(call) ? [at + 1] : []));
  return values[Math.floor(values.length / 2)] ?? 0;
}

/** The commit point: the record takes its name for the second time. */
const lastRename = (calls: readonly Call[]): number =>
  calls.findLastIndex(([name]) => name === "renameSync") + 1;
