import { type KeyTree, kindOf } from "./tree.js";

/**
 * A key's spelling as a path below /proc/sys: if the first separator is a dot, dots and slashes change
 * places; if it is a slash, nothing does (S18, P7). So `net.ipv4.conf.eth0/100.tag` is
 * `net/ipv4/conf/eth0.100/tag`.
 */
export function toPath(text: string): string {
  const first = /[./]/.exec(text);
  if (first?.[0] !== ".") return text;
  if (!text.includes("/")) return text.replaceAll(".", "/");
  return text.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
}

/** Without leading, repeated and trailing slashes and `.` parts (S18). */
export function tidyPath(path: string): string {
  return isTidy(path) ? path : path.split("/").filter(isName).join("/");
}

/** Whether no part is empty, `.` or `..`: nearly every key is like that. */
const isTidy = (path: string): boolean => !/(^|\/)\.{0,2}(\/|$)/.test(path);

/**
 * As realpath(3) resolves it below /proc/sys: empty for /proc/sys itself, with `..` in front for what lies
 * outside (P7).
 */
export function resolvePath(path: string): string {
  if (isTidy(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part !== ".." || parts.length === 0 || parts.at(-1) === "..") {
      if (isName(part)) parts.push(part);
    } else parts.pop();
  }
  return parts.join("/");
}

/** Whether a path with `..` leads anywhere: what comes before each must be a folder, as for realpath(3). */
export function leadsSomewhere(tree: KeyTree, path: string): boolean {
  if (!hasParentPart(path)) return true;
  const parts = path.split("/").filter(isName);
  return parts.every((part, at) => {
    const before = resolvePath(parts.slice(0, at).join("/"));
    return part !== ".." || before === "" || hasParentPart(before) || kindOf(tree, before) === "folder";
  });
}

/**
 * A key as BusyBox finds it: it makes as few dots to slashes as it takes to find something that there is.
 * Where the rest is not there, all its dots are slashes here: the key may come to be.
 */
export function busyboxPath(tree: KeyTree, text: string, swaps: boolean): string {
  if (swaps && /^[^/]*\..*\//.test(text)) return toPath(text);
  // It works in /proc/sys, so a slash in front leads elsewhere.
  if (text.startsWith("/") && !text.startsWith("/proc/sys/")) return ` ${text}`;
  let path = text.startsWith("/proc/sys/") ? text.slice(10) : text;
  for (let from = 0; !isThere(tree, path); ) {
    const end = [...dotsIn(path, from)].reverse().find((at) => isThere(tree, path.slice(0, at)));
    if (end === undefined) return path.replaceAll(".", "/");
    path = `${path.slice(0, end)}/${path.slice(end + 1)}`;
    from = end + 1;
  }
  return path;
}

/** A path that open(2) cannot find stays as it is, and is told by that. */
export const keptOrResolved = (path: string): string =>
  isUnopenable(path) && !hasParentPart(resolvePath(path)) && resolvePath(path) !== ""
    ? path
    : resolvePath(path);

const isThere = (tree: KeyTree, path: string): boolean => {
  const kind = kindOf(tree, resolvePath(path));
  return (
    path !== "" &&
    leadsSomewhere(tree, path) &&
    (kind === "folder" || (kind === "key" && !path.endsWith("/")))
  );
};

const dotsIn = (path: string, from: number): readonly number[] =>
  [...path.matchAll(/\./g)].map(({ index }) => index).filter((at) => at >= from);

/** Whether a part of the path is `..`. */
export function hasParentPart(path: string): boolean {
  return path.includes("..") && path.split("/").includes("..");
}

/**
 * Whether open(2) cannot find the key because of the ends of its path: a blank in front, or a slash behind
 * (P6, P7).
 */
export function isUnopenable(path: string): boolean {
  return /^[ \t\n\r\v\f]|[^/]\/+\.?$/.test(path);
}

/** Whether a part of a path names a place of its own: `a//./b` has the two places a and b. */
export function isName(part: string): boolean {
  return part !== "" && part !== ".";
}
