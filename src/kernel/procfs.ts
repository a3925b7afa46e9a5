/** The real kernel, through `/proc/sys`. */
import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, statfsSync, statSync, writeSync } from "node:fs";
import { type Key, keyPath } from "../catalogue/key.js";
import { errnoOf, type Kernel, type RawReading, type WriteResult } from "../host.js";

const procMagic = 0x9fa0;

/** One buffer for all readings: a value of `/proc/sys` is at most a page, long lists a few. */
const buffer = Buffer.allocUnsafe(65_536);

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

function readAll(fd: number): string {
  let length = 0;
  for (let count = 1; count > 0 && length < buffer.length; length += count)
    count = readSync(fd, buffer, length, buffer.length - length, null);
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

function writeWhole(fd: number, text: string): WriteResult {
  // An empty write changes nothing; a line end alone empties the value.
  const bytes = Buffer.from(`${text}\n`);
  return writeSync(fd, bytes) === bytes.length ? { ok: true } : { ok: false, errno: "SHORT" };
}
