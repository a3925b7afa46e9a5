/** The real kernel, through `/proc/sys`. */
import { closeSync, constants, openSync, readlinkSync, statfsSync, writeSync } from "node:fs";
import { type Key, keyPath } from "../catalogue/key.js";
import { errnoOf, type Kernel, type WriteResult } from "../host.js";
import { listKeys, readAll } from "./read-all.js";
import { readProcFile } from "./read-file.js";

const procMagic = 0x9fa0;

/** A page but one byte, less the longest range of ports: where the kernel took fewer, it wanted no more. */
const longestPart = 4095 - "65535-65535,".length;

/** Reads and writes below `base`, which only tests set. */
export function procfs(base = "/proc/sys"): Kernel {
  const path = (key: Key): string => `${base}/${keyPath(key)}`;
  return {
    read: (key) => readProcFile(path(key)),
    readAll: () => readAll(base),
    list: () => listKeys(base),
    write: (key, text) => withOpen(path(key), (fd) => writeWhole(fd, text)),
    probe: (key) => withOpen(path(key), () => ({ ok: true })),
  };
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

/**
 * The kernel takes a list of ports a page at a time, up to a comma, and adds the next part to it; of all else
 * it takes one part.
 */
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
