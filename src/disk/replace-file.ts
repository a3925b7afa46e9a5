/**
 * Replaces a file atomically and durably: new version beside it, fsync, rename, fsync of the folder; the old
 * one is kept as a second name until all is done.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errnoFrom, errnoOf, type StagedFile } from "../host.js";
import type { FileAttributes } from "../record/transaction.js";

/** Permission bits of the new file, whatever the umask, and its owner. */
type StageOptions = Partial<FileAttributes>;

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/**
 * Prepares a replacement. The names beside the file are hidden and do not end in `.conf`: some loaders read
 * dot files.
 */
export function stageFile(path: string, text: string | undefined, attributes: StageOptions = {}): StagedFile {
  const folder = dirname(path);
  const { fresh, former } = namesBeside(path);
  makeFolder(folder, 0o755);
  if (text !== undefined) writeFresh(fresh, text, attributes);
  let kept = false;
  let committed = false;
  return {
    path,
    commit: () => {
      if (text !== undefined) readBack(fresh, text);
      kept = keepFormer(path, former);
      committed = true;
      if (text === undefined) rmSync(path, { force: true });
      else renameSync(fresh, path);
      syncFolder(folder);
      if (text !== undefined) readBack(path, text);
    },
    undo: () => {
      if (committed && kept) renameSync(former, path);
      else if (committed) rmSync(path, { force: true });
      // Where both names are still one file, rename(2) does nothing and leaves both.
      rmSync(former, { force: true });
      rmSync(fresh, { force: true });
      syncFolder(folder);
    },
    finish: () => {
      rmSync(former, { force: true });
      rmSync(fresh, { force: true });
    },
  };
}

/** Renames, durably. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/**
 * Whether a file holds what we wrote: another writer may have changed it, or put a link in its place.
 * @throws ECHANGED
 */
function readBack(path: string, text: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() && readFileSync(path, "utf8") === text) return;
  throw Object.assign(new Error("ECHANGED"), { code: "ECHANGED", path });
}

/**
 * Makes a folder and those above it where they are missing, durably: a file in it is only as lasting as its
 * folder.
 */
export function makeFolder(folder: string, mode: number): void {
  const first = mkdirSync(folder, { recursive: true, mode });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
}

/** Writes a whole file at once: for what needs no way back. */
export function replaceFile(path: string, text: string, mode: number): void {
  const staged = stageFile(path, text, { mode });
  try {
    staged.commit();
  } catch (error) {
    staged.undo();
    throw error;
  }
  // It is in place and durable: a name that stays beside it changes nothing.
  errnoFrom(staged.finish);
}

/** The hidden names that a replacement of a file uses. */
export const namesBeside = (path: string): { readonly fresh: string; readonly former: string } => ({
  fresh: join(dirname(path), `.${basename(path)}.tunectl-new`),
  former: join(dirname(path), `.${basename(path)}.tunectl-old`),
});

/**
 * Whether the only other name of a file is the hard link that a killed run of ours left, made for an undo.
 */
export function isLinkedByUs(path: string, { dev, ino, nlink }: Stats): boolean {
  const former = lstatSync(namesBeside(path).former, { throwIfNoEntry: false });
  return nlink === 2 && former?.ino === ino && former.dev === dev;
}

/** Writes a new file with its bytes on the disk; its name is durable once its folder is. */
export function writeFresh(fresh: string, text: string, { mode = 0o644, uid, gid }: StageOptions): void {
  rmSync(fresh, { force: true });
  const fd = openSync(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    if (uid !== undefined && gid !== undefined) fchownSync(fd, uid, gid);
    fchmodSync(fd, mode);
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    fsyncSync(fd);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

function keepFormer(path: string, former: string): boolean {
  rmSync(former, { force: true });
  try {
    linkSync(path, former);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** Makes the names in a folder durable. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
