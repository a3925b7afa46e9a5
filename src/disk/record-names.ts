import { lstatSync, readdirSync } from "node:fs";

const recordName = /^(\d{6,})(\.taken-back)?\.json$/;

/**
 * What the name of a record says. A disk that is full takes no new text, but it takes a new name: so a change
 * that was taken back is told from its name alone.
 */
export function nameParts(name: string): { readonly id: number; readonly takenBack: boolean } | undefined {
  const [found, id, suffix] = recordName.exec(name) ?? [];
  return found === undefined ? undefined : { id: Number(id), takenBack: suffix !== undefined };
}

const padded = (id: number): string => String(id).padStart(6, "0");

export const recordFileName = (id: number): string => `${padded(id)}.json`;
export const takenBackName = (id: number): string => `${padded(id)}.taken-back.json`;
/** The script that undoes the change without tunectl, and the files that it copies back. */
export const undoScriptName = (id: number): string => `${padded(id)}.undo.sh`;
export const undoCopyName = (id: number, name: string): string => `${padded(id)}.undo.${name}`;

/** Says which process guards a change on trial. */
export const guardName = (id: number): string => `${padded(id)}.guard`;

/** The change that a guard's file belongs to, also one that is not yet whole. */
export function guardOwner(name: string): number | undefined {
  const [, id] = /^(\d{6,})\.guard(?:\.new)?$/.exec(name) ?? [];
  return id === undefined ? undefined : Number(id);
}

/** The change that a file of `undo…` belongs to. */
export function undoOwner(name: string): number | undefined {
  const [, id] = /^(\d{6,})\.undo\./.exec(name) ?? [];
  return id === undefined ? undefined : Number(id);
}

/** The names of the records, none where there is no folder yet. Throws where it may not be read. */
export function recordNames(folder: string): readonly string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder).filter((name) => recordName.test(name));
}
