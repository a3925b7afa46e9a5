/** Reads text that another program or person wrote: regular files only, of a bounded size, in UTF-8. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { errnoOf } from "../host.js";
import { type Checked, failed, ok, type Problem } from "../problem.js";
import { type PathTrace, tracePath } from "./ownership.js";

/** Twenty times the largest that anyone would write; a parser must never be given what takes it minutes. */
const largestProfile = 262_144;

export type TracedText = { readonly text: string; readonly trace: PathTrace };

/** Reads a profile, which root may come to act on: with it goes how it was come by. */
export function readTracedFile(path: string): Checked<TracedText> {
  return whileOpen(path, (fd, stats) => {
    const bytes = readBounded(path, fd, stats, largestProfile);
    const text = bytes.ok ? decode(path, bytes.value) : bytes;
    return text.ok ? ok({ text: text.value, trace: tracePath(path, stats) }) : text;
  });
}

export function readTextFile(path: string, limit: number): Checked<string> {
  const bytes = readBytes(path, limit);
  return bytes.ok ? decode(path, bytes.value) : bytes;
}

/** @param path as bytes where it is no UTF-8 */
export function readBytes(path: string | Buffer, limit: number): Checked<Buffer> {
  return whileOpen(path, (fd, stats) => readBounded(String(path), fd, stats, limit));
}

/**
 * O_NONBLOCK, so that a FIFO is an error and not waited for. Links are followed: `./profiles` may well hold
 * one.
 */
function whileOpen<T>(
  path: string | Buffer,
  read: (fd: number, stats: BigIntStats) => Checked<T>,
): Checked<T> {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return failed([unopened(String(path), errnoOf(error))]);
  }
  try {
    const stats = fstatSync(fd, { bigint: true });
    if (stats.isFile()) return read(fd, stats);
    return failed([
      {
        code: "file-not-regular",
        file: String(path),
        found: stats.isDirectory() ? "folder" : "special",
      },
    ]);
  } catch (error) {
    return failed([{ code: "file-unreadable", file: String(path), errno: errnoOf(error) }]);
  } finally {
    closeSync(fd);
  }
}

const unopened = (file: string, errno: string): Problem =>
  errno === "ENOENT" ? { code: "file-missing", file } : { code: "file-unreadable", file, errno };

/** One byte more than the limit at most: what the size says need not be true of a growing file. */
function readBounded(file: string, fd: number, stats: BigIntStats, limit: number): Checked<Buffer> {
  const size = Number(stats.size);
  const bytes = Buffer.alloc(Math.min(limit + 1, Math.max(4096, size + 1)));
  let length = 0;
  for (let count = 1; count > 0 && length < bytes.length; length += count)
    count = readSync(fd, bytes, length, bytes.length - length, null);
  return length > limit
    ? failed([{ code: "file-too-large", file, bytes: Math.max(size, length), limit }])
    : ok(bytes.subarray(0, length));
}

function decode(file: string, bytes: Buffer): Checked<string> {
  const zero = bytes.indexOf(0);
  if (zero >= 0) return failed([{ code: "file-not-text", file, offset: zero }]);
  try {
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return failed([{ code: "file-not-text", file, offset: firstBadByte(bytes) }]);
  }
}

function firstBadByte(bytes: Buffer): number {
  const text = bytes.toString("utf8");
  const broken = text.indexOf("\ufffd");
  return broken < 0 ? 0 : Buffer.byteLength(text.slice(0, broken));
}
