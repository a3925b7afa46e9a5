/** `tunectl status`: what is applied, since when, by whom, what drifted, what was interrupted. */
import { dropInPath } from "../../boot/drop-in.js";
import { type Inspection, inspect, isInterrupted, knowledgeOfBoot } from "../../operations/inspect.js";
import type { PlanFacts } from "../../plan/plan.js";
import { type History, lastCommitted, unreadableNow } from "../../record/transaction.js";
import { bootText, standingJson } from "../../render/boot-check.js";
import { driftText } from "../../render/drift.js";
import { oneLine } from "../../render/escape.js";
import { inEffectWords, yieldWords } from "../../render/in-effect.js";
import { driftJson, jsonText, problemJson, warningJson, yieldedJson } from "../../render/json.js";
import { timeWords } from "../../render/messages/record-problems.js";
import { type Paint, paint } from "../../render/paint.js";
import { renderProblems } from "../../render/problems.js";
import { counted } from "../../render/table.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail, warn } from "../report.js";

export type StatusFlags = HostOptions & { readonly format: "text" | "json" };

export async function status(context: ProcessContext, flags: StatusFlags): Promise<ExitCode> {
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const inspected = await inspect(opened.value.host);
  if (!inspected.ok) return fail(context, inspected, flags);
  if (flags.format === "json") context.out(statusJson(inspected.value));
  else {
    warn(context, inspected.value.warnings, flags);
    context.out(statusText(inspected.value, paint(context.colour.out)));
    const { problems, unreadable } = inspected.value;
    context.err(renderProblems([...problems, ...unreadable], [], new Map(), paint(context.colour.err)));
  }
  if (isInterrupted(inspected.value)) return exitCode.unfinished;
  return inspected.value.trial ? exitCode.onTrial : exitCode.done;
}

function statusJson(inspection: Inspection): string {
  const { applied, history, trial, drifts, problems, unreadable, warnings } = inspection;
  const last = lastKnown(history);
  return jsonText({
    ok: !isInterrupted(inspection),
    profiles: applied?.profiles ?? [],
    parameters: applied?.parameters ?? {},
    yielded: applied ? yieldedJson(applied) : [],
    since: last?.time ?? null,
    by: last?.by ?? null,
    snapshot: last?.id ?? null,
    trial: trial ? { snapshot: trial.record.id, seconds: trial.seconds } : null,
    state_readable: history !== undefined,
    boot_check: standingJson(inspection.standing),
    drifts: drifts.map(driftJson),
    problems: [...problems, ...unreadable].map(problemJson),
    warnings: warnings.map(warningJson),
  });
}

function statusText(inspection: Inspection, colours: Paint): string {
  const { facts, applied, history, trial, drifts, problems, warnings, plan, standing } = inspection;
  const isBootKnown = warnings.length === 0;
  if (!applied || !plan) {
    if (history !== undefined) return `No profile is applied.\n${strayFile(facts)}`;
    return isBootKnown
      ? "No file of tunectl applies a profile. Whether a change is live only or on trial, `tunectl status` as root tells.\n"
      : "Whether a profile is applied is not known.\n";
  }
  const count = counted(plan.keys.filter(({ setting }) => setting).length, "setting");
  const since = trial ? trialWords(trial, problems.length === 0) : sinceWords(history);
  const head = `${colours.bold(oneLine(applied.profiles.join(", ")))}: ${count}${since}\n`;
  const parameters = Object.entries(applied.parameters).map(
    ([name, value]) => `${oneLine(`  --set ${name}=${value}`)}\n`,
  );
  // Where all agrees, its sentence has them.
  const isAgreed = drifts.length === 0 && problems.length === 0;
  const yielded = isAgreed
    ? []
    : Object.entries(applied.yielded ?? {}).map(([key, one]) => `  ${yieldWords(key, one)}\n`);
  const place = applied.dropIn === undefined ? [] : [oneLine(`  --drop-in ${applied.dropIn}`).concat("\n")];
  const agreed = isAgreed ? [colours.green(`${inEffectWords(plan, knowledgeOfBoot(inspection))}\n`)] : [];
  return [
    head,
    ...parameters,
    ...place,
    ...yielded,
    driftText(drifts, colours),
    ...agreed,
    bootText(standing, colours),
  ].join("");
}

/** Where nothing takes it back in time, a problem says so. */
const trialWords = ({ record, seconds }: NonNullable<Inspection["trial"]>, isGuarded: boolean): string =>
  `, on trial (snapshot ${record.id}): ${isGuarded ? "taken back in " : ""}${timeWords(seconds)}${
    isGuarded ? " unless `tunectl confirm` keeps it" : " are left"
  }`;

/** The change that made what is applied, where its record can be read. */
const lastKnown = (history: History | undefined): ReturnType<typeof lastCommitted> =>
  history && unreadableNow(history).length === 0 ? lastCommitted(history.records) : undefined;

/** Only the record says when and by whom. */
function sinceWords(history: History | undefined): string {
  const last = lastKnown(history);
  if (last) return oneLine(`, since ${last.time} by ${last.by} (${last.kind}, snapshot ${last.id})`);
  return history === undefined
    ? " (`tunectl status` as root says since when and by whom)"
    : `, by its drop-in; the record of it ${history.unreadable.length > 0 ? "cannot be read" : "is lost"}`;
}

/** A rollback may have left a file that somebody had modified. */
const strayFile = ({ dropIn, dropInPath: path = dropInPath }: PlanFacts): string =>
  dropIn === undefined ? "" : oneLine(`But ${path} exists: the next boot sets what it says.`).concat("\n");
