/** The files below /proc/sys, held open, since each is read thousands of times. */
import { accessSync, closeSync, constants, openSync, readdirSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

const root = "/proc/sys";
// The kernel clears as much memory for a reading as may be read: little is asked for first.
const room = Buffer.alloc(65_536);
const little = 1024;
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "error";

function isAllowed(path: string, what: number): boolean {
  try {
    accessSync(path, what);
    return true;
  } catch {
    return false;
  }
}

/** A reading: the text, or the code of the error. */
export type Reading = { readonly text: string } | { readonly error: string };

export class KeyFile {
  readonly key: string;
  readonly access: "read-write" | "read-only" | "write-only";
  #fd: number | undefined;
  #error = "";

  constructor(path: string) {
    this.key = path.slice(root.length + 1).replaceAll("/", ".");
    const [read, write] = [isAllowed(path, constants.R_OK), isAllowed(path, constants.W_OK)];
    this.access = read ? (write ? "read-write" : "read-only") : "write-only";
    if (!read) return;
    try {
      this.#fd = openSync(path, write ? constants.O_RDWR : constants.O_RDONLY);
    } catch (error) {
      this.#error = codeOf(error);
    }
  }

  read(): Reading {
    if (this.#fd === undefined) return { error: this.#error };
    try {
      let length = readSync(this.#fd, room, 0, little, 0);
      if (length === little) length = readSync(this.#fd, room, 0, room.length, 0);
      return { text: room.toString("latin1", 0, length).replace(/\n$/, "") };
    } catch (error) {
      return { error: codeOf(error) };
    }
  }

  /** @returns the code of the error, or nothing */
  write(text: string): string | undefined {
    if (this.#fd === undefined) return this.#error;
    try {
      writeSync(this.#fd, `${text}\n`, 0);
      return undefined;
    } catch (error) {
      return codeOf(error);
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

/** Every file of /proc/sys but those that `leaves` names, in the order of their keys. */
export function openAll(leaves: (key: string) => boolean, below = root): KeyFile[] {
  const files: KeyFile[] = [];
  for (const entry of readdirSync(below, { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) files.push(...openAll(leaves, path));
    else if (!leaves(path.slice(root.length + 1).replaceAll("/", "."))) files.push(new KeyFile(path));
  }
  return files.sort((a, b) => (a.key < b.key ? -1 : 1));
}
