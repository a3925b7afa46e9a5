/** Reads text that somebody else wrote: regular files only, of a bounded size, in UTF-8. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { errnoOf } from "../host.js";
import { bad, type Checked, good, type Problem } from "../problem.js";

/** Twenty times the largest that anyone would write; a parser must never be given what takes it minutes. */
const largestProfile = 262_144;

export function readTextFile(path: string, limit = largestProfile): Checked<string> {
  const bytes = readBytes(path, limit);
  return bytes.ok ? decode(path, bytes.value) : bytes;
}

/** O_NONBLOCK, so that a fifo is told instead of waited for. Links are followed: `./profiles` may well hold one. */
export function readBytes(path: string, limit: number): Checked<Buffer> {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return bad([unopened(path, errnoOf(error))]);
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile())
      return bad([
        { code: "file-not-regular", file: path, found: stats.isDirectory() ? "a folder" : "a fifo, a device or a socket" },
      ]);
    const bytes = readBounded(fd, limit);
    if (bytes.length > limit)
      return bad([{ code: "file-too-large", file: path, bytes: Math.max(stats.size, bytes.length), limit }]);
    return good(bytes);
  } catch (error) {
    return bad([{ code: "file-unreadable", file: path, errno: errnoOf(error) }]);
  } finally {
    closeSync(fd);
  }
}

const unopened = (file: string, errno: string): Problem =>
  errno === "ENOENT" ? { code: "file-missing", file } : { code: "file-unreadable", file, errno };

/** One byte more than the limit at most: what the size says need not be true of a growing file. */
function readBounded(fd: number, limit: number): Buffer {
  const bytes = Buffer.alloc(Math.min(limit + 1, Math.max(4096, fstatSync(fd).size + 1)));
  let length = 0;
  for (let count = 1; count > 0 && length < bytes.length; length += count)
    count = readSync(fd, bytes, length, bytes.length - length, null);
  return bytes.subarray(0, length);
}

function decode(file: string, bytes: Buffer): Checked<string> {
  const zero = bytes.indexOf(0);
  if (zero >= 0) return bad([{ code: "file-not-text", file, offset: zero }]);
  try {
    return good(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return bad([{ code: "file-not-text", file, offset: firstBadByte(bytes) }]);
  }
}

function firstBadByte(bytes: Buffer): number {
  const text = bytes.toString("utf8");
  const broken = text.indexOf("\ufffd");
  return broken < 0 ? 0 : Buffer.byteLength(text.slice(0, broken));
}
