/** `tunectl capture [FILE]`: this host's facts as one file, for `--against` on another machine. */
import { realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "../../disk/replace-file.js";
import { type FactsFile, factsToFile } from "../../format/facts-file.js";
import { errnoOf } from "../../host.js";
import { captureFacts } from "../../operations/capture.js";
import { type Checked, failed, ok } from "../../problem.js";
import { oneLine, safeJson } from "../../render/escape.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { openHost } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail } from "../report.js";

export async function capture(context: ProcessContext, file: string | undefined): Promise<ExitCode> {
  const facts = await captured(context);
  if (!facts.ok) return fail(context, facts, { format: "text" });
  const text = `${safeJson(JSON.stringify(facts.value, null, 1))}\n`;
  if (file === undefined || file === "-") {
    context.out(text);
    return exitCode.done;
  }
  try {
    save(join(file.startsWith("/") ? "/" : context.cwd, file), text);
  } catch (error) {
    const problem = { code: "file-not-written" as const, file, errno: errnoOf(error) };
    return fail(context, { problems: [problem] }, { format: "text" });
  }
  const { host, readings } = facts.value;
  const count = Object.keys(readings).length;
  context.err(`${oneLine(`${file}: ${count} readings of ${host.name}, Linux ${host.kernel}.`)}\n`);
  return exitCode.done;
}

/** This host's facts as their file has them. In a chroot the kernel and the files belong to two systems. */
export async function captured(context: ProcessContext): Promise<Checked<FactsFile>> {
  const opened = await openHost(context, {});
  if (!opened.ok) return opened;
  if (opened.value.host.kind !== "live") return failed([{ code: "in-chroot", command: "capture" }]);
  const facts = await captureFacts(opened.value.host, context.now());
  return facts.ok ? ok(factsToFile(facts.value)) : facts;
}

/**
 * A device or a pipe is written into, never replaced: `capture /dev/null` as root must leave the host its
 * /dev/null.
 */
function save(path: string, text: string): void {
  const target = statSync(path, { throwIfNoEntry: false });
  // The folder is not made: a mistyped path is an error.
  realpathSync(dirname(path));
  if (target && !target.isFile()) writeFileSync(path, text);
  else replaceFile(target ? realpathSync(path) : path, text, 0o644);
}
