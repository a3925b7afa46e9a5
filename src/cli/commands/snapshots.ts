/** `tunectl snapshots [ID]`: lists them, shows one, removes old ones. */
import { isOurs } from "../../boot/drop-in.js";
import { recordToFile } from "../../format/record-file.js";
import type { Host } from "../../host.js";
import { strayDropIn } from "../../operations/gather-files.js";
import { runningTrial } from "../../operations/open-change.js";
import { type PruneOptions, pruneRecords } from "../../operations/prune.js";
import { type Checked, failed, ok } from "../../problem.js";
import { activeIds, type History, type TransactionRecord } from "../../record/transaction.js";
import { oneLine } from "../../render/escape.js";
import { jsonText, problemJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { renderProblems } from "../../render/problems.js";
import { snapshotList, snapshotText } from "../../render/snapshots.js";
import { counted } from "../../render/table.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost, rightsProblems } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail } from "../report.js";
import { durationOf, type RunFlags, runOptions } from "../run-options.js";

export type SnapshotsFlags = HostOptions &
  RunFlags & {
    readonly format: "text" | "json";
    readonly keep?: string;
    readonly olderThan?: string;
  };

export async function snapshots(
  context: ProcessContext,
  id: string | undefined,
  flags: SnapshotsFlags,
): Promise<ExitCode> {
  const conflict = conflictOf(id, flags);
  if (conflict)
    return fail(context, { problems: [{ code: "conflicting-options", options: conflict }] }, flags);
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const { host } = opened.value;
  if (flags.keep !== undefined || flags.olderThan !== undefined) return prune(context, host, flags);
  const history = await host.records.read();
  if (!history)
    return fail(
      context,
      { problems: [{ code: "file-unreadable", file: host.records.folder, errno: "EACCES" }] },
      flags,
    );
  if (!history.ok) return fail(context, history, flags);
  return id === undefined
    ? list(context, host, history.value, flags)
    : show(context, id, history.value, flags);
}

function conflictOf(
  id: string | undefined,
  { keep, olderThan }: SnapshotsFlags,
): readonly [string, string] | undefined {
  if (keep !== undefined && olderThan !== undefined) return ["--keep", "--older-than"];
  if (id === undefined) return undefined;
  if (keep !== undefined) return ["ID", "--keep"];
  return olderThan === undefined ? undefined : ["ID", "--older-than"];
}

/** A record that cannot be used is named, and the others are listed. */
function list(context: ProcessContext, host: Host, history: History, { format }: SnapshotsFlags): ExitCode {
  const { records, unreadable } = history;
  const problems = unreadable.map(({ problem }) => problem);
  if (format === "json") context.out(snapshotsJson(records, history));
  else {
    if (records.length > 0)
      context.out(
        snapshotList(records, activeIds(records), runningTrial(host, records)?.id, paint(context.colour.out)),
      );
    else if (problems.length === 0) context.out(noneWords(host));
    context.err(renderProblems(problems, [], new Map(), paint(context.colour.err)));
  }
  return problems.length > 0 ? exitCode.problem : exitCode.done;
}

/** A drop-in of ours without a record shows that there was a change. */
function noneWords({ files, bootStack }: Host): string {
  const path = strayDropIn(bootStack());
  return isOurs(files.read(path) ?? "")
    ? oneLine(`No snapshots, but tunectl wrote ${path}: the record of that change is lost.`).concat("\n")
    : "No snapshots: tunectl has changed nothing here.\n";
}

const snapshotsJson = (shown: readonly TransactionRecord[], { records, unreadable }: History): string =>
  jsonText({
    ok: unreadable.length === 0,
    snapshots: shown.map(recordToFile),
    in_effect: activeIds(records),
    problems: unreadable.map(({ problem }) => problemJson(problem)),
  });

function show(context: ProcessContext, id: string, history: History, flags: SnapshotsFlags): ExitCode {
  const found = history.records.find((record) => String(record.id) === id);
  if (!found) {
    const problems = history.unreadable.filter((one) => String(one.id) === id).map(({ problem }) => problem);
    const known = history.records.map((record) => String(record.id));
    return fail(
      context,
      { problems: problems.length > 0 ? problems : [{ code: "unknown-snapshot", id, known }] },
      flags,
    );
  }
  context.out(
    flags.format === "json"
      ? snapshotsJson([found], history)
      : snapshotText(found, paint(context.colour.out)),
  );
  return exitCode.done;
}

async function prune(context: ProcessContext, host: Host, flags: SnapshotsFlags): Promise<ExitCode> {
  const rights = rightsProblems(context, "snapshots", flags);
  if (rights.length > 0) return fail(context, { problems: rights }, flags);
  const [run, options] = [runOptions(context, flags), pruneOptions(flags)];
  if (!run.ok) return fail(context, run, flags);
  if (!options.ok) return fail(context, options, flags);
  const pruned = await pruneRecords(host, options.value, run.value);
  if (!pruned.ok) return fail(context, pruned, flags);
  const { removed, kept, held } = pruned.value;
  context.out(
    flags.format === "json"
      ? jsonText({ ok: true, changed: removed.length > 0, removed, held })
      : `${counted(removed.length, "snapshot")} removed, ${kept} kept.${heldWords(held)}\n`,
  );
  return exitCode.done;
}

const heldWords = (held: readonly number[]): string =>
  held.length === 0 ? "" : ` Kept though old, since a rollback needs them: ${held.join(", ")}.`;

function pruneOptions({ keep, olderThan = "" }: SnapshotsFlags): Checked<PruneOptions> {
  if (keep === undefined) {
    const seconds = durationOf("--older-than", olderThan);
    return seconds.ok ? ok({ olderThan: seconds.value }) : seconds;
  }
  return /^[1-9][0-9]{0,8}$/.test(keep)
    ? ok({ keep: Number(keep) })
    : failed([{ code: "bad-option-value", option: "--keep", value: keep, expected: "whole-number" }]);
}
