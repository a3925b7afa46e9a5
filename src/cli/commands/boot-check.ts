/** `tunectl boot-check`: has this boot set what is applied. What its unit calls, and what installs the unit. */
import { type BootChecked, changeBootUnit, checkBoot } from "../../operations/boot-check.js";
import { isInterrupted } from "../../operations/inspect.js";
import type { Problem } from "../../problem.js";
import { jsonText, problemJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { renderProblems } from "../../render/problems.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost, rightsProblems } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { codeForStop, fail } from "../report.js";
import { type RunFlags, runOptions } from "../run-options.js";
import { printVerdict, verdictCode, verdictJson } from "../verdict.js";

export type BootCheckFlags = HostOptions &
  RunFlags & {
    readonly format: "text" | "json";
    readonly install?: boolean;
    readonly remove?: boolean;
  };

export async function bootCheck(context: ProcessContext, flags: BootCheckFlags): Promise<ExitCode> {
  const mistakes = mistakesIn(flags);
  if (mistakes.length > 0) return fail(context, { problems: mistakes }, flags);
  const rights = rightsProblems(context, "boot-check", flags);
  if (rights.length > 0) return fail(context, { problems: rights }, flags);
  const run = runOptions(context, flags);
  if (!run.ok) return fail(context, run, flags);
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const { host } = opened.value;
  if (flags.install || flags.remove) {
    const doing = flags.install ? "install" : "remove";
    const changed = await changeBootUnit(host, doing, run.value);
    return changed.ok
      ? printUnit(context, doing, changed.value, flags)
      : fail(context, changed, flags, ...codeForStop(changed.problems));
  }
  if (host.kind !== "live")
    return fail(context, { problems: [{ code: "in-chroot", command: "boot-check" }] }, flags);
  const checked = await checkBoot(host, run.value);
  return checked.ok ? print(context, checked.value, flags) : fail(context, checked, flags);
}

function mistakesIn({ install, remove, root }: BootCheckFlags): readonly Problem[] {
  if (install && remove) return [{ code: "conflicting-options", options: ["--install", "--remove"] }];
  return root !== undefined && !install && !remove
    ? [{ code: "needs-option", option: "--root", needs: "--install or --remove" }]
    : [];
}

function print(
  context: ProcessContext,
  { inspection, isKept, unkept }: BootChecked,
  flags: BootCheckFlags,
): ExitCode {
  const { applied, problems, unreadable, trial } = inspection;
  if (!applied) {
    const found = [...problems, ...unreadable];
    const ends = isInterrupted(inspection) ? [exitCode.unfinished] : [];
    if (found.length > 0) return fail(context, { problems: found }, flags, ...ends);
    context.out(
      flags.format === "json" ? nothingJson : "No profile is applied: there is nothing to check.\n",
    );
    return exitCode.done;
  }
  if (flags.format === "json")
    context.out(
      jsonText({
        status: "checked",
        ...verdictJson(inspection, applied),
        ok: verdictCode(inspection) === exitCode.done && unkept.length === 0,
        kept: isKept,
        not_kept: unkept.map(problemJson),
      }),
    );
  else {
    printVerdict(context, inspection, applied, flags);
    context.err(renderProblems(unkept, [], new Map(), paint(context.colour.err)));
    if (!isKept) context.err(trial ? `A change is on trial: ${nothingKept}` : `The result is not kept.\n`);
  }
  const code = verdictCode(inspection);
  return code === exitCode.done && unkept.length > 0 ? exitCode.problem : code;
}

const nothingKept = "what the boot gave cannot be seen, and no result is kept.\n";

const nothingJson = jsonText({ status: "nothing-applied", ok: true });

function printUnit(
  context: ProcessContext,
  doing: "install" | "remove",
  {
    changed,
    files,
    note,
  }: { readonly changed: boolean; readonly files: readonly string[]; readonly note?: string },
  { format }: BootCheckFlags,
): ExitCode {
  const status = changed ? (doing === "install" ? "installed" : "removed") : "unchanged";
  if (format === "json") context.out(jsonText({ status, ok: true, changed, files, note: note ?? null }));
  else {
    for (const file of files) context.out(`  ${file} (${doing === "install" ? "written" : "removed"})\n`);
    context.out(unitWords[doing][changed ? "changed" : "unchanged"]);
    if (note !== undefined)
      context.err(`systemd could not be told now (${note}); it reads the units at the next boot.\n`);
  }
  return exitCode.done;
}

const unitWords = {
  install: {
    changed: "Each boot is checked from the next one on; `tunectl status` tells what was found.\n",
    unchanged: "Nothing to do: each boot is checked.\n",
  },
  remove: {
    changed: "No boot is checked any more; the results stay.\n",
    unchanged: "Nothing to do: no check of the boot is installed.\n",
  },
} as const;
