/** What came of a change, for a person. */
import type { Outcome, SideEffect } from "../apply/change.js";
import type { Write } from "../plan/order.js";
import type { Plan } from "../plan/plan.js";
import { isFileChanged } from "../plan/plan.js";
import type { Problem } from "../problem.js";
import { isMet } from "../profile/merge.js";
import type { Paint } from "./paint.js";
import { fileWords, valueWords } from "./plan-words.js";
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
    .map(({ key, before, after }) => `${paint.yellow("  the kernel also moved")} ${key}: ${shown(before)} → ${shown(after)}\n`)
    .join("");

/** The report of an apply that went well. */
export function appliedText(plan: Plan, outcome: Extract<Outcome, { status: "done" }>, paint: Paint): string {
  const files = plan.files.filter(isFileChanged).map((file) => `  ${file.path} ${fileWords(file)}\n`);
  return [
    writesText(outcome.written, paint),
    sideEffectsText(outcome.sideEffects, paint),
    ...files,
    lastWord(plan, paint),
    `To take it back: tunectl rollback (snapshot ${outcome.snapshot.id})\n`,
  ].join("");
}

/** Whether it lasts: with --allow-override another file may win at the next boot. */
export function lastWord(plan: Plan, paint: Paint, done = "Applied"): string {
  const lost = plan.keys.flatMap(({ key, setting, boot }) =>
    setting && boot.after.from === "file" && !isMet(setting.wanted, boot.after.value)
      ? [`  ${key} becomes ${valueWords(boot.after.value)}, from ${boot.after.file}:${boot.after.line}\n`]
      : [],
  );
  const names = plan.profiles.join(", ");
  if (plan.host.kernel === undefined)
    return paint.green(`Written ${names} into the image: in force at its next boot. No kernel was touched.\n`);
  if (lost.length === 0)
    return paint.green(
      done === "Applied"
        ? `Applied ${names}: read back, and the same at the next boot.\n`
        : `${names} is in force, now and at the next boot.\n`,
    );
  return `${paint.yellow(`Applied ${names}: in force now, but NOT after the next boot:`)}\n${lost.join("")}`;
}

export const writeJson = ({ key, value, before }: Write): object => ({ key, before: before ?? null, after: value });

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

/** The report of a rollback that went well. */
export function rolledBackText(
  id: number,
  outcome: Extract<Outcome, { status: "done" }>,
  kept: readonly Problem[],
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
    paint.green(`Rolled back to before change ${id}${outcome.written.length > 0 ? ": every value was read back" : ""}.\n`),
    `To undo this: tunectl rollback ${outcome.snapshot.id}\n`,
  ].join("");
}
