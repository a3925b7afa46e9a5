/** Snapshots, for a person. */
import type { Snapshot } from "../history/snapshot.js";
import type { Paint } from "./paint.js";
import { valueWords } from "./plan-words.js";
import { table } from "./table.js";

export function snapshotList(all: readonly Snapshot[], inForce: readonly number[], paint: Paint): string {
  if (all.length === 0) return "No snapshots: tunectl has changed nothing here.\n";
  const rows = all.map((snapshot) => [
    String(snapshot.id),
    snapshot.time,
    whatOf(snapshot),
    stateOf(snapshot, inForce),
    snapshot.by,
  ]);
  return `${table([["ID", "TIME", "CHANGE", "STATE", "BY"], ...rows], (cell, _, row) => (row === 0 ? paint.dim(cell) : cell)).join("\n")}\n`;
}

/** The newest change in force is what is applied; the older ones are what `rollback` uncovers. */
function stateOf(snapshot: Snapshot, inForce: readonly number[]): string {
  if (snapshot.status !== "committed") return snapshot.status;
  if (!inForce.includes(snapshot.id)) return "-";
  return inForce.at(-1) === snapshot.id ? "in force" : "beneath";
}

const whatOf = (snapshot: Snapshot): string =>
  snapshot.kind === "rollback"
    ? `rollback to before ${snapshot.back_to ?? "?"}`
    : `apply ${snapshot.after.applied?.profiles.join(", ") ?? ""}`;

const shown = (value: string | null | undefined): string =>
  value === null || value === undefined ? "not there" : valueWords(value);

/** What one change moved, and so what a rollback of it brings back. */
export function snapshotText(snapshot: Snapshot, paint: Paint): string {
  const moved = Object.keys(snapshot.before.readings).filter(
    (key) => snapshot.before.readings[key] !== snapshot.after.readings[key],
  );
  const rows = moved.map((key) => [
    `  ${key}`,
    shown(snapshot.before.readings[key]),
    "→",
    shown(snapshot.after.readings[key]),
  ]);
  const files = Object.keys(snapshot.before.files).map((path) => `  ${path}`);
  const head = `${paint.bold(`Snapshot ${snapshot.id}`)}: ${whatOf(snapshot)}, ${snapshot.status}, ${snapshot.time}, by ${snapshot.by}`;
  return `${[head, ...table(rows), ...files].join("\n")}\n`;
}
