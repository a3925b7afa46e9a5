/**
 * Cuts the power of a guest in the middle of changes, for real, and boots it again:
 * `npx tsx test/power-cut/run.ts FOLDER [--stride 3]`. FOLDER keeps the guest. CONTRIBUTING.md says what it needs.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  ask,
  bootAfter,
  type Change,
  type Cut,
  callsOf,
  changes,
  fillDisk,
  type Moment,
  takeCut,
} from "./cut.js";
import { buildGuest } from "./guest.js";
import { reportText } from "./report.js";
import { copyGuest, makeStates, type States } from "./states.js";
import { type TrialResult, tryTrials } from "./trials.js";
import { judge, type Verdict } from "./verdict.js";

const results = join(dirname(fileURLToPath(import.meta.url)), "results.md");

type Bench = { readonly folder: string; readonly states: States };

/** A cut, and with which boots it is judged: without the unit that recovers, with it, or both. */
type CutPlan = { readonly cut: Cut; readonly units: readonly boolean[] };

async function tryCut({ folder, states }: Bench, { cut, units }: CutPlan): Promise<readonly Verdict[]> {
  await takeCut(folder, cut);
  if (cut.full) await fillDisk(folder);
  const verdicts: Verdict[] = [];
  for (const withUnit of units) {
    const verdict = judge(cut, withUnit, await bootAfter(folder, withUnit), states);
    process.stderr.write(`${JSON.stringify(verdict)}\n`);
    verdicts.push(verdict);
  }
  return verdicts;
}

/**
 * The cuts of a change, what matters most first, for a run that is ended early: before each call where the files of
 * the boot are half made, both boots; before one in `stride` of the others, the boots by turns.
 */
function plansOf(change: Change, calls: readonly string[]): readonly CutPlan[] {
  const numbers = (wanted: RegExp): readonly number[] =>
    calls.flatMap((call, at) => (wanted.test(call) ? [at + 1] : []));
  const cutAt = (moment: Moment, call: number): Cut => ({ ...change, moment, place: calls[call - 1] ?? "" });
  const before = (call: number, units: readonly boolean[]): CutPlan => ({
    cut: cutAt({ kind: "at", call }, call),
    units,
  });
  const records = numbers(/^renameSync \/var\/lib/);
  const [file = 0] = numbers(/^(rename|rm)Sync \/etc/);
  // From the first file in place until the record says that the change is made.
  const isHalfMade = (call: number): boolean => call > file && call <= (records[1] ?? 0);
  const others = numbers(/./).filter((call) => !isHalfMade(call));
  const during = [records[0], file, records[1]].flatMap((call, index): readonly CutPlan[] => {
    if (call === undefined) return [];
    const moment = { kind: "during", call, milliseconds: index * 5 } as const;
    return [{ cut: cutAt(moment, call), units: [index % 2 === 0] }];
  });
  // The first file is durable then: the boot has the new values unless the change is taken back.
  const full: CutPlan = {
    cut: { ...cutAt({ kind: "at", call: file + 2 }, file + 2), full: true },
    units: [true],
  };
  const some = others.filter((_, at) => at % stride === 0);
  const turn = (call: number): CutPlan => before(call, [some.indexOf(call) % 2 === 0]);
  return [
    { cut: cutAt({ kind: "end" }, 0), units: [false] },
    ...numbers(/./)
      .filter(isHalfMade)
      .map((call) => before(call, [false, true])),
    full,
    ...during,
    // The boots by turns in each half, and each half over the whole change.
    ...some.filter((_, at) => [0, 3].includes(at % 4)).map(turn),
    ...some.filter((_, at) => [1, 2].includes(at % 4)).map(turn),
  ];
}

/** The first of each change, then the second of each. */
const byTurns = (lists: readonly (readonly CutPlan[])[]): readonly CutPlan[] => {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
};

const { values: options, positionals } = parseArgs({
  options: { stride: { type: "string", default: "1" } },
  allowPositionals: true,
});
const stride = Number(options.stride);
const [folder] = positionals;
if (folder === undefined) throw new Error("say where the guest is kept");
mkdirSync(folder, { recursive: true });
const home = resolve(folder);
const kernel = buildGuest(home);
const bench: Bench = { folder: home, states: await makeStates(home) };
const guest = await ask(home, "systemctl --version | head -n 1; grep ' / ext4' /proc/mounts");
const control: Verdict[] = [];
const trials: TrialResult[] = [];
const verdicts: Verdict[] = [];
const calls: (readonly string[])[] = [];
for (const change of changes) calls.push(await callsOf(home, change));
const plans = changes.map((change, at) => plansOf(change, calls[at] ?? []));
const plan = { stride, calls: calls.flat().length, cuts: plans.flat().length };
process.stderr.write(`${JSON.stringify({ plan, calls })}\n`);

type Job = (place: string) => Promise<void>;
const jobs: Job[] = [
  ...changes.map(
    (change): Job =>
      async (place) => {
        const cut: Cut = { ...change, moment: { kind: "end" }, place: "", withoutSync: true };
        control.push(...(await tryCut({ ...bench, folder: place }, { cut, units: [false] })));
      },
  ),
  async (place) => void trials.push(...(await tryTrials(place, bench.states))),
  ...byTurns(plans).map(
    (next): Job =>
      async (place) => {
        verdicts.push(...(await tryCut({ ...bench, folder: place }, next)));
      },
  ),
];

async function work(place: string): Promise<void> {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    await job(place);
    writeFileSync(results, reportText({ kernel, guest, plan, verdicts, control, trials }));
  }
}

// Two at a time: what two cores carry.
const places = [join(home, "one"), join(home, "two")];
for (const place of places) copyGuest(home, place);
await Promise.all(places.map(work));
