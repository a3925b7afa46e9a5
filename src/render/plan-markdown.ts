/** A plan as a review comment. */
import { isFileChanged, type Plan, type PlannedKey } from "../plan/plan.js";
import { cell, codeCell, plain, prose } from "./escape.js";
import { excuseWords, findingWords } from "./excused.js";
import { unified } from "./plan-patch.js";
import { titleOf } from "./plan-text.js";
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

export function planMarkdown(plan: Plan, now: Date): string {
  const changed = plan.keys.filter((planned) => effectOf(planned) !== "none");
  const blocks = [
    `### ${cell(titleOf(plan))} on ${cell(hostHeading(plan, now))}`,
    `${summaryOf(plan)}.`,
    ...(changed.length > 0 ? [keyTable(plan, changed)] : []),
    ...notes("Problems", plan.problems.map(findingWords)),
    ...notes("Warnings", plan.warnings.map(findingWords)),
    ...notes(
      "Excused",
      plan.excused.map((one) => `${findingWords(one.finding)} (${excuseWords(one)})`),
    ),
    ...(plan.modulesToLoad.length > 0 ? [`Modules to load: ${plan.modulesToLoad.join(", ")}.`] : []),
    ...plan.files.filter(isFileChanged).map(fileBlock),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function keyTable(plan: Plan, keys: readonly PlannedKey[]): string {
  const rows = keys.map((planned) => [
    codeCell(planned.key),
    cell(readingWords(planned.now)),
    `**${cell(afterWords(planned))}**`,
    cell(bootWords(planned)),
    cell([whyOf(planned), ...aboutWords(plan, planned)].join(" ")),
  ]);
  return [
    ["key", "now", "after apply", "after next boot", "why"],
    ["---", "---", "---", "---", "---"],
    ...rows,
  ]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

const notes = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`**${title}**\n\n${lines.map((line) => `- ${prose(line)}`).join("\n")}`];

function fileBlock(file: Plan["files"][number]): string {
  const patch = unified(file.path.slice(1), file.before, file.after);
  // A fence longer than any run of backticks inside cannot be closed by the text.
  const fence = "`".repeat(Math.max(3, ...[...patch.matchAll(/`+/g)].map((run) => run[0].length + 1)));
  return `<details><summary><code>${file.path}</code> (${fileWords(file)})</summary>\n\n${fence}diff\n${plain(patch)}${fence}\n\n</details>`;
}
