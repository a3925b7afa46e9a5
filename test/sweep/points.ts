/** Runs a command at one point of a sweep after the other, and says what came of each. */
import { notDurable } from "../support/durability.js";
import { type Bench, isLike, type State } from "./bench.js";
import type { Command, Next } from "./commands.js";
import { type FaultKind, faultAt } from "./faults.js";
import { incomplete, type Likeness, type Point } from "./judge.js";
import { differences, restoreWorld } from "./world.js";

export type Part = {
  readonly command: Command;
  readonly kind: FaultKind;
  readonly next: Next;
  /** Every how many-th call, and which of them is the first. */
  readonly stride: number;
  readonly offset: number;
};

export async function sweepPart(bench: Bench, part: Part): Promise<readonly Point[]> {
  const { command, kind, stride, offset } = part;
  const from = command.first?.at ?? 0;
  const fitting = command.calls.flatMap((call, at) => (at >= from && kind.fits(call) ? [at + 1] : []));
  const points: Point[] = [];
  for (const [index, at] of fitting.entries())
    if (index % stride === offset % Math.min(stride, fitting.length))
      points.push(await meet(bench, part, at));
  return points;
}

/** A guard ends with its boot: that it was there may be lost with it. */
const isOfGuard = (path: string): boolean => /\.guard(\.new)?$/.test(path);

/** Whether a power cut at any call of the whole command would leave it whole: by the order of its syncs. */
export function powerCut({ name: command, calls, first }: Command): readonly Point[] {
  if (first !== undefined) return [];
  const kept = calls.filter(([, path]) => !isOfGuard(path));
  const found = notDurable(kept.map(([name, path, to = ""]) => ({ name, path, to })));
  const state = found.length === 0 ? "new" : "between";
  const seen = { stride: 1, at: 0, call: "", code: 0, said: "", named: true, isTold: true, litter: false };
  const then = { next: "-", nextCode: 0, after: state, isWhole: found.length === 0 } as const;
  return [{ command, fault: "power cut", ...seen, state: "new", ...then, differing: found.join("; ") }];
}

async function meet(bench: Bench, { command, kind, next, stride }: Part, at: number): Promise<Point> {
  restoreWorld(command.from);
  const faults = [...(command.first ? [command.first] : []), faultAt(kind, at)];
  const ran = kind.ownProcess
    ? bench.program.spawn(command.args, faults)
    : await bench.program.run(command.args, faults);
  const state = await bench.state(true);
  const isRivalled = kind.action === "RIVAL";
  const like = likeness(command, state, isRivalled);
  const isLeft = ran.code === incomplete && like === "between" && !state.named;
  const following = (isLeft && command.nexts.find(({ to }) => to)) || next;
  // What is left in part and told is no interrupted change: only the command itself can go on.
  const then = await bench.program.run(following.args);
  const after = await bench.state(true);
  return {
    command: command.name,
    fault: kind.name,
    stride,
    at,
    call: command.calls[at - 1]?.join(" ") ?? "",
    code: ran.code,
    said: `${ran.out}${ran.err}`.slice(0, 1000),
    state: like,
    named: state.named,
    isTold: state.isTold,
    next: following.name,
    nextCode: then.code,
    after: likeness(command, after, isRivalled),
    isWhole:
      (following.codes ?? [0]).includes(then.code) &&
      (following.to ? isLike(after, following.to) : isEnd(command, after, isRivalled)),
    litter: after.world.litter.length > 0,
    differing: differingFrom(command, after).slice(0, 400),
  };
}

/** Whether no change is half made: a recovery is to end it, and so may not leave what it began with. */
function isEnd(command: Command, state: State, isRivalled: boolean): boolean {
  const like = likeness(command, state, isRivalled);
  return !state.named && like !== "between" && !(like === "old" && command.old.named);
}

function likeness(command: Command, state: State, isRivalled: boolean): Likeness {
  // A rollback after another run takes that one back: the old state, and rightly so.
  if (isRivalled && command.rivals.some((rival) => isLike(state, rival))) return "rival";
  if (isLike(state, command.new)) return "new";
  if (command.before && isLike(state, command.before)) return "before";
  return isLike(state, command.old) ? "old" : "between";
}

function differingFrom(command: Command, state: State): string {
  const from = (wanted: State): string =>
    [
      ...differences(state.world, wanted.world),
      ...(state.status === wanted.status ? [] : [state.status]),
    ].join(" ");
  return `from old: ${from(command.old)}; from new: ${from(command.new)}`;
}
