/** The real kernel, through `/proc/sys`. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { type Key, keyPath } from "../catalogue/key.js";
import { errnoOf, type Kernel, type RawReading, type WriteResult } from "../host.js";

const procMagic = 0x9fa0;

/** Most values are a few bytes, and the kernel clears as many as a read asks for. */
const small = Buffer.allocUnsafe(4096);

/** A page but one byte, less the longest range of ports: where the kernel took fewer, it wanted no more. */
const longestPart = 4095 - "65535-65535,".length;

/** A list of every other port has 191,053 bytes, and nothing in `/proc/sys` can be longer. */
const largest = 262_144;

/** Reads and writes below `base`, which only tests set. */
export function procfs(base = "/proc/sys"): Kernel {
  const path = (key: Key): string => `${base}/${keyPath(key)}`;
  return {
    read: (key) => readFile(path(key)),
    write: (key, text) => withOpen(path(key), (fd) => writeWhole(fd, text)),
    probe: (key) => withOpen(path(key), () => ({ ok: true })),
  };
}

/** Reads one file of `/proc/sys` by path. */
export function readFile(path: string): RawReading {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    return unopened(path, errnoOf(error));
  }
  try {
    return { status: "present", text: readAll(fd), writable: (fstatSync(fd).mode & 0o222) !== 0 };
  } catch (error) {
    const errno = errnoOf(error);
    return errno === "EISDIR" ? { status: "missing" } : { status: "denied", errno };
  } finally {
    closeSync(fd);
  }
}

/** One read(2) has all of it or as much as was asked for; what a next one would go on from, the kernel does not keep. */
function readAll(fd: number): string {
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

function withOpen(path: string, use: (fd: number) => WriteResult): WriteResult {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
    // A bind mount or a link over `/proc/sys` would send a root's write anywhere.
    if (path.startsWith("/proc/sys/") && !isProc(fd, path)) return { ok: false, errno: "ENOTPROC" };
    return use(fd);
  } catch (error) {
    return { ok: false, errno: errnoOf(error) };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

const isProc = (fd: number, path: string): boolean =>
  readlinkSync(`/proc/self/fd/${fd}`).startsWith("/proc/sys/") && statfsSync(path).type === procMagic;

/** The kernel takes a list of ports a page at a time, up to a comma, and adds the next part to it; of all else it takes one part. */
function writeWhole(fd: number, text: string): WriteResult {
  // An empty write changes nothing; a line end alone empties the value.
  const bytes = Buffer.from(`${text}\n`);
  let written = writeSync(fd, bytes);
  while (written >= longestPart && written < bytes.length) {
    const part = writeSync(fd, bytes, written);
    if (part === 0) break;
    written += part;
  }
  return written === bytes.length ? { ok: true } : { ok: false, errno: "SHORT" };
}
