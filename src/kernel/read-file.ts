/** Reads one file of `/proc/sys`. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { RawReading } from "../catalogue/reading.js";
import { errnoOf } from "../host.js";

/** Most values are a few bytes, and the kernel clears as many as a read asks for. */
const small = Buffer.allocUnsafe(4096);

/** A list of every other port has 191,053 bytes, and nothing in `/proc/sys` can be longer. */
const largest = 262_144;

/** Reads one file of `/proc/sys` by path. */
export function readProcFile(path: string): RawReading {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    return unopened(path, errnoOf(error));
  }
  try {
    return { status: "present", text: wholeText(fd), writable: (fstatSync(fd).mode & 0o222) !== 0 };
  } catch (error) {
    const errno = errnoOf(error);
    return errno === "EISDIR" ? { status: "missing" } : { status: "denied", errno };
  } finally {
    closeSync(fd);
  }
}

/**
 * One read(2) has all of it or as much as was asked for; what a next one would go on from, the kernel does
 * not keep.
 */
function wholeText(fd: number): string {
  let buffer = small;
  let length = readSync(fd, buffer, 0, buffer.length, 0);
  if (length === buffer.length) {
    buffer = Buffer.allocUnsafe(largest);
    length = readSync(fd, buffer, 0, buffer.length, 0);
  }
  return buffer.toString("utf8", 0, length);
}

function unopened(path: string, errno: string): RawReading {
  if (errno === "ENOENT" || errno === "ENOTDIR") return { status: "missing" };
  // A trigger such as net.ipv4.route.flush has no read bit at all, not even for root.
  if (errno === "EACCES" && (statSync(path, { throwIfNoEntry: false })?.mode ?? 0o444) % 0o1000 === 0o200)
    return { status: "write-only" };
  return { status: "denied", errno };
}
