/**
 * Cuts the power of a guest in the middle of changes, for real, and boots it again:
 * `npx tsx test/power-cut/run.ts FOLDER`. FOLDER keeps the guest. CONTRIBUTING.md says what it needs.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
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
import { makeStates, type States } from "./states.js";
import { tryTrials } from "./trials.js";
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

/** Before each call, the boots by turns; both where the files of the boot are half made. */
function plansOf(change: Change, calls: readonly string[]): readonly CutPlan[] {
  const numbers = (wanted: RegExp): readonly number[] =>
    calls.flatMap((call, at) => (wanted.test(call) ? [at + 1] : []));
  const [begin = 0, end = 0] = numbers(/^renameSync \/var\/lib/);
  const [file = 0] = numbers(/^(rename|rm)Sync \/etc/);
  const cutAt = (moment: Moment, call: number): Cut => ({ ...change, moment, place: calls[call - 1] ?? "" });
  const isHalfMade = (call: number): boolean => call > file && call <= file + 3;
  const at = calls.map((_, index): CutPlan => {
    const call = index + 1;
    const units = isHalfMade(call) ? [false, true] : [Math.floor(call / 2) % 2 === 0];
    return { cut: cutAt({ kind: "at", call }, call), units };
  });
  const during = [begin, file, end].map((call, index): CutPlan => {
    const moment = { kind: "during", call, milliseconds: index * 5 } as const;
    return { cut: cutAt(moment, call), units: [index % 2 === 0] };
  });
  // The first file is durable then: the boot has the new values unless the change is taken back.
  const full: CutPlan = {
    cut: { ...cutAt({ kind: "at", call: file + 2 }, file + 2), full: true },
    units: [true],
  };
  const ended: CutPlan = { cut: cutAt({ kind: "end" }, 0), units: [false] };
  // What matters most comes first, for a run that is ended early.
  const rank = ({ units }: CutPlan, index: number): number => (units.length > 1 ? 0 : 1 + (index % 2));
  const ranked = (wanted: number): readonly CutPlan[] =>
    at.filter((one, index) => rank(one, index) === wanted);
  return [ended, ...ranked(0), full, ...ranked(1), ...during, ...ranked(2)];
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("say where the guest is kept");
mkdirSync(folder, { recursive: true });
const home = resolve(folder);
const kernel = buildGuest(home);
const bench: Bench = { folder: home, states: await makeStates(home) };
const guest = await ask(home, "systemctl --version | head -n 1; grep ' / ext4' /proc/mounts");
const control: Verdict[] = [];
const verdicts: Verdict[] = [];
for (const change of changes) {
  const cut: Cut = { ...change, moment: { kind: "end" }, place: "", withoutSync: true };
  control.push(...(await tryCut(bench, { cut, units: [false] })));
}
const trials = await tryTrials(home, bench.states);
const plans: (readonly CutPlan[])[] = [];
for (const change of changes) plans.push(plansOf(change, await callsOf(home, change)));
for (let index = 0; plans.some(({ length }) => index < length); index++)
  for (const ofChange of plans) {
    const plan = ofChange[index];
    if (plan === undefined) continue;
    verdicts.push(...(await tryCut(bench, plan)));
    writeFileSync(results, reportText({ kernel, guest, verdicts, control, trials }));
  }
