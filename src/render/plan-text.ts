/** A plan for a terminal. */
import { isFileChanged, type Plan, type PlannedKey } from "../plan/plan.js";
import { oneLine } from "./escape.js";
import { excuseWords, findingWords } from "./excused.js";
import type { Paint } from "./paint.js";
import {
  aboutWords,
  afterWords,
  bootWords,
  effectOf,
  fileWords,
  hostHeading,
  readingWords,
  summaryOf,
  whyOf,
} from "./plan-words.js";
import { table, wrapped } from "./table.js";

export type PlanTextOptions = {
  readonly now: Date;
  readonly paint: Paint;
  /** Whether rows that stay as they are, and settings that were left out, are shown too. */
  readonly all: boolean;
};

/** Three columns: live now, after apply, after the next boot; beneath each change its why. */
export function planText(plan: Plan, { now, paint, all }: PlanTextOptions): string {
  const shown = plan.keys.filter((planned) => all || isShown(planned));
  const lines = [paint.bold(oneLine(`${titleOf(plan)} on ${hostHeading(plan, now)}`)), ""];
  if (shown.length > 0) lines.push(...rows(plan, shown, paint), "");
  for (const left of plan.leftOut)
    lines.push(
      paint.dim(oneLine(`  ${left.key} is left out: ${left.condition} does not hold here (${left.profile})`)),
    );
  for (const one of plan.excused)
    lines.push(paint.dim(`  ${findingWords(one.finding)} (${excuseWords(one)})`));
  for (const module of plan.modulesToLoad) lines.push(`${paint.yellow("+")} module ${module} (load)`);
  for (const file of plan.files.filter(isFileChanged))
    lines.push(`${paint.yellow(fileMarks[fileWords(file)] ?? "~")} ${file.path} (${fileWords(file)})`);
  lines.push(summaryLine(plan, paint));
  return `${lines.join("\n")}\n`;
}

const fileMarks: Readonly<Record<string, string>> = { create: "+", change: "~", remove: "-" };

/** What a plan is headed with: its profiles, or what it goes back before. */
export function titleOf(plan: Plan): string {
  const profiles = plan.profiles.join(", ") || "no profile";
  return plan.kind === "apply" ? profiles : `rollback ${backWords(plan)} (then applied: ${profiles})`;
}

/** Where a rollback leads: of a plan, or of a record. */
export function backWords({ backTo, only }: Pick<Plan, "backTo" | "only">): string {
  if (backTo === undefined) return "to what the next boot gives without tunectl";
  return `${only ? `of ${only.join(", ")} ` : ""}to before change ${backTo}`;
}

const isShown = (planned: PlannedKey): boolean =>
  effectOf(planned) !== "none" || (planned.action === "skip" && planned.reason !== "interface-absent");

function summaryLine(plan: Plan, paint: Paint): string {
  const summary = summaryOf(plan) || "no setting";
  const changes =
    plan.keys.some((planned) => effectOf(planned) !== "none") ||
    plan.files.some(isFileChanged) ||
    plan.modulesToLoad.length > 0;
  return changes ? `${summary}.` : paint.green(`Nothing would change: ${summary}.`);
}

function rows(plan: Plan, keys: readonly PlannedKey[], paint: Paint): readonly string[] {
  const cells = keys.map((planned) => [
    `${mark(planned)} ${planned.key}`,
    readingWords(planned.now),
    afterWords(planned),
    bootWords(planned),
  ]);
  const after = plan.kind === "apply" ? "AFTER APPLY" : "AFTER ROLLBACK";
  const styled = table([["  KEY", "NOW", after, "AFTER NEXT BOOT"], ...cells], (cell, column, row) =>
    style(cell, column, keys[row - 1], paint),
  );
  const hasWhy = (planned: PlannedKey | undefined): planned is PlannedKey =>
    plan.kind === "apply" && planned !== undefined && isShown(planned);
  return styled.flatMap((line, at) => {
    const planned = keys[at - 1];
    if (planned === undefined) return [line];
    const below = [
      ...(hasWhy(planned) ? wrapped(oneLine(whyOf(planned)), "    ") : []),
      ...aboutWords(plan, planned).flatMap((words) => wrapped(oneLine(words), "    ")),
    ];
    return [line, ...below.map(paint.dim)];
  });
}

function mark(planned: PlannedKey): string {
  if (effectOf(planned) === "none") return " ";
  return planned.setting || planned.movedBy ? "~" : "-";
}

function style(cell: string, column: number, planned: PlannedKey | undefined, paint: Paint): string {
  if (!planned || effectOf(planned) === "none") return paint.dim(cell);
  if (column === 0) return paint.bold(cell);
  return column === 1 ? paint.red(cell) : paint.green(cell);
}
