/** Names on a disk are bytes. Node takes strings, and bytes where a name is no UTF-8. */
import { isUtf8 } from "node:buffer";
import { readdirSync, readlinkSync } from "node:fs";
import { fromBytes, toBytes } from "../boot/bytes.js";

/** A string for bytes, of which none is lost. */
export const textOf = (bytes: Buffer): string =>
  isUtf8(bytes) ? bytes.toString("utf8") : fromBytes(bytes.toString("latin1"));

/** A path as the functions of node:fs take it. */
export const onDisk = (path: string): string | Buffer =>
  /[\udc80-\udcff]/.test(path) ? Buffer.from(toBytes(path), "latin1") : path;

export const namesIn = (folder: string): readonly string[] =>
  readdirSync(onDisk(folder), { encoding: "buffer" }).map(textOf);

export const linkTarget = (path: string): string =>
  textOf(readlinkSync(onDisk(path), { encoding: "buffer" }));
