/** Snapshots, for a person. */
import type { RecordedEnd, TransactionRecord } from "../record/transaction.js";
import { oneLine } from "./escape.js";
import type { Paint } from "./paint.js";
import { valueWords } from "./plan-words.js";
import { table } from "./table.js";

export function snapshotList(
  all: readonly TransactionRecord[],
  active: readonly number[],
  onTrial: number | undefined,
  paint: Paint,
): string {
  const rows = all.map((record) => [
    String(record.id),
    oneLine(record.time),
    oneLine(whatOf(record)),
    stateOf(record, active, onTrial),
    oneLine(record.by),
  ]);
  return `${table([["ID", "TIME", "CHANGE", "STATE", "BY"], ...rows], (cell, _, row) => (row === 0 ? paint.dim(cell) : cell)).join("\n")}\n`;
}

/** The newest active change is what is applied; `rollback` brings back the one that it superseded. */
function stateOf(record: TransactionRecord, active: readonly number[], onTrial: number | undefined): string {
  if (record.status === "prepared") return "interrupted";
  if (record.status === "pending") return record.id === onTrial ? "on trial" : "trial over";
  if (record.status !== "committed") return record.status;
  if (!active.includes(record.id)) return "-";
  return active.at(-1) === record.id ? "in effect" : "superseded";
}

const whatOf = (record: TransactionRecord): string =>
  record.kind === "rollback"
    ? rollbackWords(record)
    : `apply ${record.after.applied?.profiles.join(", ") ?? ""}`;

function rollbackWords({ backTo, only }: TransactionRecord): string {
  if (backTo === undefined) return "rollback to defaults";
  return only ? `rollback of ${only.join(", ")}` : `rollback to before ${backTo}`;
}

const shown = (value: string | null | undefined): string =>
  value === null || value === undefined ? "absent" : valueWords(value);

/** What one change moved, and so what a rollback of it restores. */
export function snapshotText(record: TransactionRecord, paint: Paint): string {
  const { before, after } = record;
  // Until a change is made, its record holds what it is to write, and not yet what that moves.
  const known = Object.keys(record.status === "committed" ? before.readings : after.readings);
  const moved = known.filter((key) => before.readings[key] !== after.readings[key]);
  const rows = moved.map((key) => [`  ${key}`, shown(before.readings[key]), "→", shown(after.readings[key])]);
  const files = Object.keys(before.files).map((path) => `  ${path}`);
  const status = record.status === "prepared" ? "interrupted" : record.status;
  const end = record.end ? [endWords(record.end)] : [];
  const name = paint.bold(`Snapshot ${record.id}`);
  const head = `${name}: ${oneLine(`${whatOf(record)}, ${status}, ${record.time}, by ${record.by}`)}`;
  return `${[head, ...end, ...table(rows), ...files].join("\n")}\n`;
}

function endWords({ cause, why, time, by, left = [] }: RecordedEnd): string {
  const rest = left.length === 0 ? "" : `; left as they are: ${left.join(", ")}`;
  return oneLine(`  ${endCauses[cause]} at ${time}, by ${by}${why === undefined ? "" : ` (${why})`}${rest}`);
}

const endCauses = {
  failed: "a step failed, and the run itself took it back",
  recovered: "taken back after it was interrupted",
  "rolled-back": "on trial, and taken back by an operator",
  "timed-out": "on trial, and taken back when its time was up",
  watched: "on trial, and taken back for a counter that got worse",
  rebooted: "on trial, and taken back by a reboot, seen",
} as const;
