/** Snapshots, for a person. */
import type { TransactionRecord } from "../record/transaction.js";
import { oneLine } from "./escape.js";
import type { Paint } from "./paint.js";
import { valueWords } from "./plan-words.js";
import { table } from "./table.js";

export function snapshotList(
  all: readonly TransactionRecord[],
  active: readonly number[],
  paint: Paint,
): string {
  const rows = all.map((record) => [
    String(record.id),
    record.time,
    whatOf(record),
    stateOf(record, active),
    record.by,
  ]);
  return `${table([["ID", "TIME", "CHANGE", "STATE", "BY"], ...rows], (cell, _, row) => (row === 0 ? paint.dim(cell) : cell)).join("\n")}\n`;
}

/** The newest active change is what is applied; `rollback` brings back the one that it superseded. */
function stateOf(record: TransactionRecord, active: readonly number[]): string {
  if (record.status !== "committed") return "interrupted";
  if (!active.includes(record.id)) return "-";
  return active.at(-1) === record.id ? "in effect" : "superseded";
}

const whatOf = (record: TransactionRecord): string =>
  record.kind === "rollback"
    ? `rollback to before ${record.backTo ?? "?"}`
    : `apply ${record.after.applied?.profiles.join(", ") ?? ""}`;

const shown = (value: string | null | undefined): string =>
  value === null || value === undefined ? "absent" : valueWords(value);

/** What one change moved, and so what a rollback of it restores. */
export function snapshotText(record: TransactionRecord, paint: Paint): string {
  const { before, after } = record;
  const moved = Object.keys(before.readings).filter((key) => before.readings[key] !== after.readings[key]);
  const rows = moved.map((key) => [`  ${key}`, shown(before.readings[key]), "→", shown(after.readings[key])]);
  const files = Object.keys(before.files).map((path) => `  ${path}`);
  const status = record.status === "prepared" ? "interrupted" : record.status;
  const about = oneLine(`${whatOf(record)}, ${status}, ${record.time}, by ${record.by}`);
  const head = `${paint.bold(`Snapshot ${record.id}`)}: ${about}`;
  return `${[head, ...table(rows), ...files].join("\n")}\n`;
}
