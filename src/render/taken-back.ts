/** The reports of a rollback and of a recovery, for a person. */
import type { Drift } from "../plan/drift.js";
import type { Plan } from "../plan/plan.js";
import type { Problem } from "../problem.js";
import type { EndCause, TransactionRecord } from "../record/transaction.js";
import { driftText } from "./drift.js";
import { oneLine, shellWord } from "./escape.js";
import { restoreWords } from "./messages/host-parts.js";
import { type Done, type ImageOption, rootFlag, shown, sideEffectsText, writesText } from "./outcome.js";
import type { Paint } from "./paint.js";
import { backWords } from "./plan-text.js";
import { fileWords } from "./plan-words.js";
import { problemWords } from "./problems.js";

type Ended = Pick<TransactionRecord, "id" | "kind"> & { readonly cause: EndCause };

/** What became of a change that a crash had interrupted, or that was on trial. */
export const recoveredText = (ended: Ended, kept: readonly Problem[], paint: Paint): string =>
  [`${recoveredWords(ended)}\n`, ...kept.map((problem) => leftText(problem, paint))].join("");

function recoveredWords({ id, kind, cause }: Ended): string {
  switch (cause) {
    case "rolled-back":
      return `Change ${id}, which was on trial, is taken back.`;
    case "timed-out":
      return `Change ${id}, whose trial was over, is taken back.`;
    case "rebooted":
      return `Change ${id} was on trial, and a reboot has taken it back.`;
    default:
      return `Change ${id}, ${kind === "apply" ? "an apply" : "a rollback"} that was interrupted, is taken back.`;
  }
}

/** One thing that a rollback or a recovery left as something else had made it. */
export function leftText(problem: Problem, paint: Paint): string {
  return `  ${paint.yellow("left as it is:")} ${leftWords(problem)}\n`;
}

function leftWords(problem: Problem): string {
  switch (problem.code) {
    case "file-modified":
      return `${problem.file} was ${problem.removed ? "removed" : "modified"} since tunectl wrote it`;
    case "modified-externally": {
      const { key, before, ours, found } = problem;
      return `${key} is ${shown(found)}, which something else set (${shown(ours)} by our change, ${shown(before)} before it)`;
    }
    case "abandoned":
      return problem.found === undefined
        ? problem.what
        : `${problem.what} is ${shown(problem.found)}; it was ${shown(problem.before)} before`;
    case "not-restored":
      return `${problem.key} is ${shown(problem.found)}, was ${shown(problem.wanted)}; ${restoreWords(problem)}`;
    case "file-not-restored":
      return `${problem.file} cannot be replaced (${problem.errno})`;
    case "original-unknown":
      return `${problem.key} is ${shown(problem.found)}, and what it was before is not known`;
    default:
      return problemWords(problem);
  }
}

/** The report of a rollback that was made. */
export function rolledBackText(
  plan: Plan,
  outcome: Done,
  drifts: readonly Drift[],
  image: ImageOption,
  paint: Paint,
): string {
  const rivals = new Map(
    plan.files.flatMap((file) => (file.theirs ? [[file.path, fileWords(file)] as const] : [])),
  );
  const files = Object.entries(outcome.record.after.files).map(
    ([path, text]) => `  ${path} (${text === null ? "removed" : (rivals.get(path) ?? "restored")})\n`,
  );
  const verified = outcome.written.length > 0 ? "; every restored value was read back" : "";
  const isWhole = plan.accepted.length + outcome.left.length === 0;
  return [
    writesText(outcome.written, paint),
    sideEffectsText(outcome.sideEffects, paint),
    ...files,
    ...[...plan.accepted, ...outcome.left].map((problem) => leftText(problem, paint)),
    conclusionOf(plan, isWhole, verified, paint),
    outcome.recorded || isWhole ? appliedWords(plan) : "",
    driftText(drifts, paint),
    isWhole ? "" : laterWords(plan, image),
    outcome.recorded
      ? `To undo: tunectl rollback ${outcome.record.id}${rootFlag(image)}\n`
      : "The disk took no record of this rollback: it cannot be undone.\n",
  ].join("");
}

const appliedWords = ({ profiles }: Plan): string =>
  profiles.length === 0 ? "No profile is applied now.\n" : `Applied now: ${oneLine(profiles.join(", "))}.\n`;

function conclusionOf(plan: Plan, isWhole: boolean, verified: string, paint: Paint): string {
  const words = `Rolled back ${backWords(plan)}`;
  return isWhole
    ? paint.green(`${words}${verified}.\n`)
    : paint.yellow(`${words}, but for what is left as it is${verified}.\n`);
}

/** What was left can be restored later. */
const laterWords = ({ backTo, only = [] }: Plan, image: ImageOption): string =>
  backTo === undefined
    ? ""
    : `To restore also what is left: tunectl rollback ${backTo}${only.map((key) => ` --only ${shellWord(key)}`).join("")} --force${rootFlag(image)}\n`;
