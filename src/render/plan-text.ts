/** A plan for a terminal. */
import { isFileChanged, type Plan, type PlannedKey } from "../plan/plan.js";
import { oneLine } from "./escape.js";
import type { Paint } from "./paint.js";
import {
  afterWords,
  bootWords,
  effectOf,
  fileWords,
  hostWords,
  readingWords,
  summaryOf,
  whyOf,
} from "./plan-words.js";
import { table, wrapped } from "./table.js";

export type PlanTextOptions = { readonly now: Date; readonly paint: Paint; readonly everything: boolean };

/** Three columns: live now, after apply, after the next boot; beneath each change its why. */
export function planText(plan: Plan, { now, paint, everything }: PlanTextOptions): string {
  const shown = plan.keys.filter((planned) => everything || effectOf(planned) !== "none");
  const lines = [
    paint.bold(`${plan.profiles.join(", ") || "no profile"} on ${oneLine(hostWords(plan, now))}`),
    "",
  ];
  if (shown.length > 0) lines.push(...rows(shown, paint), "");
  for (const left of everything ? plan.leftOut : [])
    lines.push(
      paint.dim(`  ${left.key} is left out: ${oneLine(left.condition)} does not hold here (${left.profile})`),
    );
  for (const module of plan.load) lines.push(`${paint.yellow("~")} module ${module} is loaded`);
  for (const file of plan.files.filter(isFileChanged))
    lines.push(`${paint.yellow("~")} ${file.path} is ${fileWords(file)}`);
  lines.push(summaryLine(plan, paint));
  return `${lines.join("\n")}\n`;
}

function summaryLine(plan: Plan, paint: Paint): string {
  const changes =
    plan.keys.some((planned) => effectOf(planned) !== "none") ||
    plan.files.some(isFileChanged) ||
    plan.load.length > 0;
  if (!changes) return paint.green(`Nothing would change: ${summaryOf(plan) || "no setting"}.`);
  return `${summaryOf(plan)}.`;
}

function rows(keys: readonly PlannedKey[], paint: Paint): readonly string[] {
  const cells = keys.map((planned) => [
    `${mark(planned)} ${planned.key}`,
    readingWords(planned.now),
    afterWords(planned),
    bootWords(planned),
  ]);
  const styled = table([["  KEY", "NOW", "AFTER APPLY", "AFTER NEXT BOOT"], ...cells], (cell, column, row) =>
    style(cell, column, keys[row - 1], paint),
  );
  return styled.flatMap((line, at) => {
    const planned = keys[at - 1];
    return planned && effectOf(planned) !== "none"
      ? [line, ...wrapped(oneLine(whyOf(planned)), "    ").map(paint.dim)]
      : [line];
  });
}

function mark(planned: PlannedKey): string {
  if (!planned.setting) return effectOf(planned) === "none" ? " " : "-";
  return effectOf(planned) === "none" ? " " : "~";
}

function style(cell: string, column: number, planned: PlannedKey | undefined, paint: Paint): string {
  if (!planned) return paint.dim(cell);
  if (effectOf(planned) === "none") return paint.dim(cell);
  if (column === 0) return paint.bold(cell);
  return column === 1 ? paint.red(cell) : paint.green(cell);
}
