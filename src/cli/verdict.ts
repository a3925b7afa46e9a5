/** Whether what is applied is in effect: the words and the exit code of `verify` and `boot-check`. */
import { type Inspection, isInterrupted, knowledgeOfBoot } from "../operations/inspect.js";
import type { Drift } from "../plan/drift.js";
import type { Plan } from "../plan/plan.js";
import type { Problem } from "../problem.js";
import type { Applied } from "../record/applied.js";
import { applyAgain } from "../render/apply-again.js";
import { bootText, standingJson } from "../render/boot-check.js";
import { driftText } from "../render/drift.js";
import { oneLine, shellWord } from "../render/escape.js";
import { inEffectWords } from "../render/in-effect.js";
import { driftJson, problemJson, warningJson, yieldedJson } from "../render/json.js";
import { firstWay } from "../render/messages/override-words.js";
import { paint } from "../render/paint.js";
import { renderProblems } from "../render/problems.js";
import { counted } from "../render/table.js";
import { type ExitCode, exitCode } from "./exit-code.js";
import type { ProcessContext } from "./process-context.js";
import { warn } from "./report.js";

export const isAgreed = ({ drifts, problems }: Inspection): boolean =>
  drifts.length === 0 && problems.length === 0;

export function verdictCode(inspection: Inspection): ExitCode {
  if (isInterrupted(inspection)) return exitCode.unfinished;
  if (!isAgreed(inspection)) return exitCode.pending;
  return inspection.trial ? exitCode.onTrial : exitCode.done;
}

export const verdictJson = (inspection: Inspection, applied: Applied): object => ({
  ok: isAgreed(inspection),
  profiles: applied.profiles,
  yielded: yieldedJson(applied),
  drifts: inspection.drifts.map(driftJson),
  problems: [...inspection.problems, ...inspection.unreadable].map(problemJson),
  warnings: inspection.warnings.map(warningJson),
  boot_check: standingJson(inspection.standing),
});

/** Without the record and without every file of the boot, no one can say that nothing is applied. */
export const whyNone = ({ history, warnings }: Inspection): readonly Problem[] =>
  history === undefined && warnings.length > 0
    ? warnings.flatMap((warning) =>
        "errno" in warning ? [{ code: "file-unreadable", file: warning.file, errno: warning.errno }] : [],
      )
    : [{ code: "not-applied" }];

type VerdictFlags = { readonly format: "text" | "json"; readonly root?: string };

export function printVerdict(
  context: ProcessContext,
  inspection: Inspection,
  applied: Applied,
  flags: VerdictFlags,
): void {
  const { problems, unreadable, drifts, plan, history, warnings } = inspection;
  const colours = paint(context.colour.out);
  warn(context, warnings, flags);
  context.err(renderProblems([...problems, ...unreadable], [], new Map(), paint(context.colour.err)));
  context.out(driftText(drifts, colours));
  if (drifts.length > 0) {
    // What stands in the way of the next command says itself how to end it.
    const next =
      problems.length > 0
        ? "Resolve the error above first."
        : inspection.trial
          ? `\`tunectl rollback ${inspection.trial.record.id}\` takes the trial back.`
          : wayOut(applied, drifts, plan, flags.root);
    context.out(`${counted(drifts.length, "difference")}. ${next}\n`);
  } else if (problems.length === 0 && plan)
    context.out(
      colours.green(`${applied.profiles.join(", ")}: ${inEffectWords(plan, knowledgeOfBoot(inspection))}\n`),
    );
  context.out(bootText(inspection.standing, colours));
  if (history === undefined)
    context.err("Checked against the drop-in alone: this user may not read the state folder.\n");
}

/** How to correct it: apply again as it was applied; where another file wins at boot, that comes first. */
function wayOut(
  applied: Applied,
  drifts: readonly Drift[],
  plan: Plan | undefined,
  root: string | undefined,
): string {
  const image = root === undefined ? "" : ` --root ${shellWord(root)}`;
  const others = drifts.flatMap((drift) =>
    drift.kind === "boot" ? (waysFor(drift.key, plan?.problems ?? []) ?? []) : [],
  );
  const again = `\`${applyAgain(applied)}${image}\``;
  const it = drifts.length === 1 ? "it" : "them";
  const first =
    others.length > 0 ? `${[...new Set(others)].join(". ")}, then run ${again}.` : `${again} corrects ${it}.`;
  return `${first} To stop applying ${applied.profiles.join(", ")}, run \`tunectl rollback${image}\`.`;
}

/** What applying again would not correct. */
function waysFor(key: string, problems: readonly Problem[]): string | undefined {
  const ways = problems.flatMap((problem) =>
    (problem.code === "overridden-at-boot" || problem.code === "rewritten-after-boot") && problem.key === key
      ? (firstWay(problem) ?? [])
      : [],
  );
  return ways[0] === undefined ? undefined : oneLine(ways[0]);
}
