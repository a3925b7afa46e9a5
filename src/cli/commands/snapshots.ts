/** `tunectl snapshots [ID]`: lists them, shows one, removes old ones. */
import { dropInPath, isOurs } from "../../boot/drop-in.js";
import { recordToFile } from "../../format/record-file.js";
import type { Host } from "../../host.js";
import { pruneRecords } from "../../operations/prune.js";
import { activeIds, type TransactionRecord } from "../../record/transaction.js";
import { jsonText } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { snapshotList, snapshotText } from "../../render/snapshots.js";
import { counted } from "../../render/table.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost, rightsProblems } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail } from "../report.js";

export type SnapshotsFlags = HostOptions & { readonly format: "text" | "json"; readonly keep?: string };

export async function snapshots(
  context: ProcessContext,
  id: string | undefined,
  flags: SnapshotsFlags,
): Promise<ExitCode> {
  if (flags.keep !== undefined && id !== undefined)
    return fail(context, { problems: [{ code: "conflicting-options", options: ["ID", "--keep"] }] }, flags);
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const { host } = opened.value;
  if (flags.keep !== undefined) return prune(context, host, flags.keep, flags);
  const records = await host.records.read();
  if (!records)
    return fail(
      context,
      { problems: [{ code: "file-unreadable", file: host.records.folder, errno: "EACCES" }] },
      flags,
    );
  if (!records.ok) return fail(context, records, flags);
  return id === undefined
    ? list(context, host, records.value, flags)
    : show(context, id, records.value, flags);
}

function list(
  context: ProcessContext,
  host: Host,
  all: readonly TransactionRecord[],
  { format }: SnapshotsFlags,
): ExitCode {
  if (format === "json") context.out(snapshotsJson(all, all));
  else if (all.length === 0) context.out(noneWords(host));
  else context.out(snapshotList(all, activeIds(all), paint(context.colour.out)));
  return exitCode.done;
}

/** A drop-in of ours without a record shows that there was a change. */
const noneWords = ({ files }: Host): string =>
  isOurs(files.read(dropInPath) ?? "")
    ? `No snapshots, but tunectl wrote ${dropInPath}: the record of that change is lost.\n`
    : "No snapshots: tunectl has changed nothing here.\n";

const snapshotsJson = (shown: readonly TransactionRecord[], all: readonly TransactionRecord[]): string =>
  jsonText({ ok: true, snapshots: shown.map(recordToFile), in_effect: activeIds(all) });

function show(
  context: ProcessContext,
  id: string,
  all: readonly TransactionRecord[],
  flags: SnapshotsFlags,
): ExitCode {
  const found = all.find((record) => String(record.id) === id);
  if (!found) {
    const known = all.map((record) => String(record.id));
    return fail(context, { problems: [{ code: "unknown-snapshot", id, known }] }, flags);
  }
  context.out(
    flags.format === "json" ? snapshotsJson([found], all) : snapshotText(found, paint(context.colour.out)),
  );
  return exitCode.done;
}

async function prune(
  context: ProcessContext,
  host: Host,
  keep: string,
  flags: SnapshotsFlags,
): Promise<ExitCode> {
  const rights = rightsProblems(context, "snapshots --keep", flags);
  if (rights.length > 0) return fail(context, { problems: rights }, flags);
  if (!/^[1-9][0-9]{0,8}$/.test(keep))
    return fail(
      context,
      { problems: [{ code: "bad-option-value", option: "--keep", value: keep, expected: "whole-number" }] },
      flags,
    );
  const pruned = await pruneRecords(host, Number(keep));
  if (!pruned.ok) return fail(context, pruned, flags);
  const { removed, kept } = pruned.value;
  context.out(
    flags.format === "json"
      ? jsonText({ ok: true, removed })
      : `${counted(removed.length, "snapshot")} removed, ${kept} kept.\n`,
  );
  return exitCode.done;
}
