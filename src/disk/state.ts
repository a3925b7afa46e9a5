/** The state folder: snapshots, readable by root alone. */
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import fsExtra from "fs-extra";
import { recordedKey } from "../catalogue/key.js";
import { validateSnapshot } from "../generated/validate-snapshot.js";
import type { Snapshot, Store } from "../history/snapshot.js";
import { errnoOf } from "../host.js";
import { bad, type Checked, good, type Problem } from "../problem.js";
import { replaceFile, sweepBeside } from "./replace-file.js";
import { snapshotNames } from "./state-folder.js";
import { readTextFile } from "./text-file.js";

const largestSnapshot = 16 * 1_048_576;
const fileName = (id: number): string => `${String(id).padStart(6, "0")}.json`;

/** Creates the folder where it is missing, and refuses one that others could have prepared. */
export function openState(folder: string, uid: number): Checked<string> {
  fsExtra.ensureDirSync(dirname(folder));
  fsExtra.ensureDirSync(folder, { mode: 0o700 });
  const stats = lstatSync(folder);
  const why = !stats.isDirectory()
    ? "it is no folder"
    : stats.uid !== uid
      ? `it belongs to user ${stats.uid}`
      : undefined;
  if (why !== undefined) return bad([{ code: "state-untrusted", path: folder, why }]);
  // Whatever the umask made of it.
  if ((stats.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  return good(folder);
}

export const fileStore = (folder: string): Store => ({
  save: (snapshot) => {
    const path = join(folder, fileName(snapshot.id));
    try {
      replaceFile(path, readable(snapshot), 0o600);
    } catch (error) {
      // A failed write(2) or fsync(2) does not say of what.
      throw Object.assign(new Error(errnoOf(error)), { code: errnoOf(error), path });
    }
  },
  remove: (id) => {
    rmSync(join(folder, fileName(id)), { force: true });
    sweepBeside([join(folder, fileName(id))]);
  },
});

/** All snapshots, oldest first; an empty list where there is no folder yet. Throws where it may not be read. */
export function readSnapshots(folder: string): Checked<readonly Snapshot[]> {
  const owner = lstatSync(folder, { throwIfNoEntry: false })?.uid;
  const read = snapshotNames(folder).map((name) => readSnapshot(join(folder, name), owner));
  const problems = read.flatMap((snapshot) => (snapshot.ok ? [] : snapshot.problems));
  if (problems.length > 0) return bad(problems);
  return good(read.flatMap((snapshot) => (snapshot.ok ? [snapshot.value] : [])).sort((a, b) => a.id - b.id));
}

/** The snapshots that a killed run left unfinished names beside. */
export function leftoverSnapshots(folder: string): readonly string[] {
  const left = readdirSync(folder).flatMap(
    (name) => /^\.(\d{6,}\.json)\.tunectl-(?:new|old)$/.exec(name)?.[1] ?? [],
  );
  return [...new Set(left)].map((name) => join(folder, name));
}

/** What cannot be read back is no way back: that has to be known before anything is changed. */
function readable(snapshot: Snapshot): string {
  const text = sealed(snapshot);
  if (text.length > largestSnapshot || !validateSnapshot(snapshot) || strangeKey(snapshot) !== undefined)
    throw Object.assign(new Error("EBADMSG"), { code: "EBADMSG" });
  return text;
}

/** What is no key of a kernel would be a path that leads elsewhere. */
const strangeKey = ({ before, after }: Snapshot): string | undefined =>
  [...Object.keys(before.readings), ...Object.keys(after.readings)].find(
    (key) => recordedKey(key) === undefined,
  );

/** The checksum finds a torn or edited snapshot; who can write here can forge it, so what it holds is checked like any input. */
function sealed(snapshot: Snapshot): string {
  const body = JSON.stringify(snapshot, null, 1);
  return `${body.slice(0, -2)},\n "sha256": "${digest(body)}"\n}\n`;
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** @param owner of the folder: in one that was open to others for a while, anybody's file may stand */
function readSnapshot(file: string, owner: number | undefined): Checked<Snapshot> {
  const damaged = (message: string): Checked<never> =>
    bad([{ code: "damaged-snapshot", file, message } satisfies Problem]);
  const uid = lstatSync(file, { throwIfNoEntry: false })?.uid;
  if (uid !== undefined && uid !== owner)
    return damaged(`it belongs to user ${uid}, the folder to user ${owner}`);
  const text = readTextFile(file, largestSnapshot);
  if (!text.ok)
    return text.problems.some(({ code }) => code === "file-not-text") ? damaged("it is no text") : text;
  try {
    const { sha256, ...snapshot } = JSON.parse(text.value) as Snapshot & { sha256?: string };
    if (snapshot.version !== 1)
      return damaged(`its version is ${String(snapshot.version)}, this tunectl knows 1`);
    if (sha256 !== digest(JSON.stringify(snapshot, null, 1))) return damaged("its checksum does not match");
    if (!validateSnapshot(snapshot))
      return damaged(
        `${validateSnapshot.errors?.[0]?.instancePath ?? ""} ${validateSnapshot.errors?.[0]?.message ?? ""}`.trim(),
      );
    const strange = strangeKey(snapshot);
    return strange === undefined ? good(snapshot) : damaged(`\`${strange}\` is no key`);
  } catch (error) {
    return damaged(error instanceof Error ? error.message : String(error));
  }
}
