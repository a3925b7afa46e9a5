/** What came of a change, for a person. */
import type { Change, Outcome, SideEffect } from "../apply/change.js";
import type { Snapshot } from "../history/snapshot.js";
import type { Write } from "../plan/order.js";
import type { Plan } from "../plan/plan.js";
import { isFileChanged } from "../plan/plan.js";
import type { Problem } from "../problem.js";
import { shellWord } from "./escape.js";
import type { Paint } from "./paint.js";
import { fileWords, readingWords, valueWords } from "./plan-words.js";
import { problemWords } from "./problems.js";
import { table } from "./table.js";

const shown = (value: string | null): string => (value === null ? "not there" : valueWords(value));

export function writesText(writes: readonly Write[], paint: Paint): string {
  const rows = writes.map(({ key, value, before }) => [`  ${key}`, shown(before ?? null), "→", shown(value)]);
  return table(rows, (cell, column) => (column === 3 ? paint.green(cell) : cell))
    .map((line) => `${line}\n`)
    .join("");
}

export const sideEffectsText = (effects: readonly SideEffect[], paint: Paint): string =>
  effects
    .map(
      ({ key, before, after }) =>
        `${paint.yellow("  the kernel also moved")} ${key}: ${shown(before)} → ${shown(after)}\n`,
    )
    .join("");

type Done = Extract<Outcome, { status: "done" }>;

/** The image, where it was one: what we advise must not be done to the host instead. */
export type Where = { readonly root?: string };

const rootFlag = ({ root }: Where): string => (root === undefined ? "" : ` --root ${shellWord(root)}`);

/** The report of an apply that went well. */
export function appliedText(plan: Plan, outcome: Done, where: Where, paint: Paint): string {
  const files = plan.files.filter(isFileChanged).map((file) => `  ${file.path} ${fileWords(file)}\n`);
  return [
    writesText(outcome.written, paint),
    sideEffectsText(outcome.sideEffects, paint),
    ...files,
    ...orphans(plan, paint),
    lastWord(plan, paint),
    `To take it back: tunectl rollback${rootFlag(where)} (snapshot ${outcome.snapshot.id})\n`,
  ].join("");
}

/** Keys that left the set and have nowhere to return to. */
const orphans = (plan: Plan, paint: Paint): readonly string[] =>
  plan.keys
    .filter(({ reason, now }) => reason === "original-unknown" && now.status === "present")
    .map(
      ({ key, now }) =>
        `  ${paint.yellow("kept")} ${key} reads ${readingWords(now)}: what it was before tunectl is not known\n`,
    );

function lastWord(plan: Plan, paint: Paint): string {
  const names = plan.profiles.join(", ");
  if (isImage(plan))
    return `${paint.green(`Written ${names} into the image: no kernel was touched.`)}\n${bootWord(plan, paint)}`;
  const lost = lostAtBoot(plan);
  if (lost === "")
    return paint.green(`Applied ${names}: read back, and in force at the next boot as well.\n`);
  return `${paint.yellow(`Applied ${names}: in force now, but NOT after the next boot:`)}\n${lost}`;
}

/** The answer of an apply that finds all as it should be. */
export function nothingToDoText(plan: Plan, paint: Paint): string {
  const names = plan.profiles.join(", ");
  if (isImage(plan)) return `Nothing to do: the image has ${names} already.\n${bootWord(plan, paint)}`;
  const lost = lostAtBoot(plan);
  if (lost === "")
    return `Nothing to do: ${paint.green(`${names} is in force, now and at the next boot.\n`)}`;
  return `Nothing to do: ${paint.yellow(`${names} is in force now, but NOT after the next boot:`)}\n${lost}`;
}

const isImage = (plan: Plan): boolean => plan.host.kernel === undefined;

function bootWord(plan: Plan, paint: Paint): string {
  const lost = lostAtBoot(plan);
  return lost === ""
    ? paint.green("In force at its next boot.\n")
    : `${paint.yellow("NOT in force after its next boot:")}\n${lost}`;
}

/** Under --allow-override another file may win at the next boot. */
const lostAtBoot = (plan: Plan): string =>
  plan.accepted
    .map((problem) =>
      problem.code === "loses-at-boot"
        ? `  ${problem.key} becomes ${valueWords(problem.boot)}, from ${problem.file}:${problem.line}\n`
        : "",
    )
    .join("");

export const writeJson = ({ key, value, before }: Write): object => ({
  key,
  before: before ?? null,
  after: value,
});

/** What apply and rollback answer in JSON. */
export const outcomeJson = (outcome: Outcome): object =>
  outcome.status === "done"
    ? {
        status: "done",
        changed: outcome.written.length > 0 || Object.keys(outcome.snapshot.before.files).length > 0,
        snapshot: outcome.snapshot.id,
        written: outcome.written.map(writeJson),
        side_effects: outcome.sideEffects,
      }
    : { status: outcome.status, changed: outcome.status === "left" };

/** On a host whose disk takes nothing, for the person who cannot wait. */
export const byHandText = ({ writes }: Pick<Change, "writes">): string =>
  writes.length === 0
    ? ""
    : `Without a record, and until the next boot, this does the same by hand:\n${writes
        .map(({ key, value }) => `  sysctl -w ${shellWord(`${key}=${value}`)}\n`)
        .join("")}`;

/** What became of a change that a crash had cut short. */
export const takenBackText = (
  { id, kind }: Pick<Snapshot, "id" | "kind">,
  kept: readonly Problem[],
  paint: Paint,
): string =>
  [
    `Change ${id}, ${kind === "apply" ? "an apply" : "a rollback"} that was interrupted, is taken back.\n`,
    ...kept.map((problem) => `  ${paint.yellow("kept")} ${keptWords(problem)}\n`),
  ].join("");

function keptWords(problem: Problem): string {
  if (problem.code === "file-edited") return `${problem.file}: somebody else has edited it since`;
  if (problem.code !== "changed-since") return problemWords(problem);
  const { key, before, ours, found } = problem;
  return `${key}: ${shown(before ?? null)} before, ${shown(ours)} by that change, and somebody else's ${shown(found)} now`;
}

/** The report of a rollback that went well. */
export function rolledBackText(
  id: number,
  outcome: Done,
  kept: readonly Problem[],
  where: Where,
  paint: Paint,
): string {
  const files = Object.entries(outcome.snapshot.after.files).map(
    ([path, text]) => `  ${path} ${text === null ? "removed" : "as it was before"}\n`,
  );
  return [
    writesText(outcome.written, paint),
    sideEffectsText(outcome.sideEffects, paint),
    ...files,
    ...kept.map((problem) => `  ${paint.yellow("kept")} ${problemWords(problem)}\n`),
    paint.green(
      `Rolled back to before change ${id}${outcome.written.length > 0 ? ": every value was read back" : ""}.\n`,
    ),
    `To undo this: tunectl rollback ${outcome.snapshot.id}${rootFlag(where)}\n`,
  ].join("");
}
