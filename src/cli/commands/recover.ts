/** `tunectl recover`: takes back a change that was interrupted; never one that was made. */
import { type RecoverResult, recoverHost } from "../../operations/recover.js";
import { jsonText, problemJson } from "../../render/json.js";
import { timeWords } from "../../render/messages/record-problems.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost, rightsProblems } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail, reportRecovery } from "../report.js";
import { type RunFlags, runOptions } from "../run-options.js";

export type RecoverFlags = HostOptions &
  RunFlags & { readonly format: "text" | "json"; readonly abandon?: readonly string[] };

export async function recover(context: ProcessContext, flags: RecoverFlags): Promise<ExitCode> {
  const rights = rightsProblems(context, "recover", flags);
  if (rights.length > 0) return fail(context, { problems: rights }, flags);
  const run = runOptions(context, flags);
  if (!run.ok) return fail(context, run, flags);
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const result = await recoverHost(opened.value.host, { abandon: flags.abandon ?? [] }, run.value);
  return print(context, result, flags);
}

const nothingWords = (trial: Extract<RecoverResult, { status: "unchanged" }>["trial"]): string =>
  trial
    ? `Nothing to recover: change ${trial.id} is on trial for another ${timeWords(trial.seconds)}. \`tunectl rollback ${trial.id}\` takes it back.\n`
    : "Nothing to recover: no change was interrupted.\n";

function print(context: ProcessContext, result: RecoverResult, flags: RecoverFlags): ExitCode {
  if (result.status === "refused") return fail(context, result, flags);
  reportRecovery(context, result.recovery);
  if (result.status === "not-recovered") return fail(context, result, flags, exitCode.incomplete);
  if (flags.format === "json")
    context.out(
      jsonText({
        ok: true,
        status: result.status,
        changed: result.status === "recovered",
        ...(result.recovery && {
          snapshot: result.recovery.id,
          kept: result.recovery.kept.map(problemJson),
        }),
      }),
    );
  else if (result.status === "unchanged") context.out(nothingWords(result.trial));
  return exitCode.done;
}
