/** Names of tunables. sysctl.d(5): the first separator of a name decides whether `.` or `/` parts it. */

import { nameMatcher } from "./wildcard.js";

/**
 * A sysctl key as sysctl(8) prints it: `net.ipv4.ip_forward`; a dot inside a part is a slash:
 * `net.ipv4.conf.eth0/100.rp_filter`.
 */
export type Key = string & { readonly brand: "Key" };

const longest = 256;
const part = /^[A-Za-z0-9_][A-Za-z0-9_.:@+-]*$/;
const interfacePattern = /^[A-Za-z0-9_.:@+*?[\]!-]+$/;

const swapped = (text: string): string => {
  if (!text.includes("/")) return text.replaceAll(".", "/");
  if (!text.includes(".")) return text.replaceAll("/", ".");
  return text.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
};

/**
 * Reads the `.` or the `/` form; undefined where it is not a key. Patterns are taken only for the interface
 * in `net.*.conf.*` and `net.*.neigh.*`.
 */
export function parseKey(text: string): Key | undefined {
  if (text.length > longest) return undefined;
  const dotted = /^[^./]*\//.test(text) ? swapped(text) : text;
  const parts = dotted.split(".");
  if (parts.length < 2 || !parts.every((piece, at) => isPart(swapped(piece), at, parts))) return undefined;
  return dotted as Key;
}

function isPart(piece: string, at: number, parts: readonly string[]): boolean {
  if (piece === "." || piece === "..") return false;
  return part.test(piece) || (at === 3 && isInterfaceKey(parts) && interfacePattern.test(piece));
}

function isInterfaceKey(parts: readonly string[]): boolean {
  return parts[0] === "net" && (parts[2] === "conf" || parts[2] === "neigh") && parts.length === 5;
}

/**
 * Reads a key that was found on a host. The kernel lets an interface be called anything without blanks and
 * slashes, so there is more than what a person may write; a name that is itself a pattern is left alone.
 */
export function recordedKey(text: string): Key | undefined {
  if (text.length > longest) return undefined;
  const plain = parseKey(text);
  if (plain !== undefined) return isPattern(plain) ? undefined : plain;
  const parts = text.split(".");
  const name = swapped(parts[3] ?? "");
  if (
    !isInterfaceKey(parts) ||
    !/^[^\s\u0000-\u001f\u007f*?[\]]+$/.test(name) ||
    name === "." ||
    name === ".."
  )
    return undefined;
  return parseKey(withInterface(text as Key, "any")) === undefined ? undefined : (text as Key);
}

/** Where the kernel shows a key, below `/proc/sys`. */
export const keyPath = (key: Key): string => swapped(key);

/** The key of a path below `/proc/sys`. */
export const pathKey = (path: string): Key => swapped(path) as Key;

export const isPattern = (key: Key): boolean => /[*?[]/.test(key);

/** The interface that a key is about, with its own dots: `eth0.100`; also `all`, `default` or a pattern. */
export function interfaceOf(key: Key): string | undefined {
  // Most keys have none, and a boot asks thousands of times.
  if (!/^net\.[^.]*\.(conf|neigh)\./.test(key)) return undefined;
  const parts = key.split(".");
  return isInterfaceKey(parts) ? swapped(parts[3] ?? "") : undefined;
}

/** The same key for another interface. */
export function withInterface(key: Key, name: string): Key {
  const parts = key.split(".");
  parts[3] = swapped(name);
  return parts.join(".") as Key;
}

/** What the catalogue calls a key: one entry serves all interfaces. */
export const entryName = (key: Key): Key => (interfaceOf(key) === undefined ? key : withInterface(key, "*"));

/** The key that an entry names, for the interface of another key where it is one of each interface. */
export function forInterfaceOf(key: Key, name: Key): Key {
  const own = interfaceOf(key);
  return own !== undefined && isPattern(name) ? withInterface(name, own) : name;
}

/**
 * The keys that a pattern stands for among these, as glob(3) matches one part; a plain key stands for itself.
 */
export function expand(key: Key, interfaces: readonly string[]): readonly Key[] {
  const name = interfaceOf(key);
  if (name === undefined || !isPattern(key)) return [key];
  return interfaces.filter(nameMatcher(name)).map((candidate) => withInterface(key, candidate));
}
