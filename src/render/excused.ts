/** Findings that are excused: shown, so that a reader knows what was passed over. */
import type { Excused } from "../plan/plan.js";
import type { Problem, Warning } from "../problem.js";
import { oneLine } from "./escape.js";
import { isWarning } from "./finding.js";
import { warningWords } from "./messages/warnings.js";
import type { Paint } from "./paint.js";
import { problemWords } from "./problems.js";

export const findingWords = (finding: Problem | Warning): string =>
  isWarning(finding) ? oneLine(warningWords(finding)) : problemWords(finding);

export const excuseWords = ({ why }: Excused): string =>
  why === undefined ? "excused on the command line" : `excused by the profile: ${oneLine(why)}`;

export const excusedText = (excused: readonly Excused[], paint: Paint): string =>
  excused.map((one) => `${paint.dim(`${findingWords(one.finding)} (${excuseWords(one)})`)}\n`).join("");
