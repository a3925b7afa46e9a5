/**
 * A key's spelling as a path below /proc/sys: if the first separator is a dot, dots and slashes change
 * places; if it is a slash, nothing does (S18, P7). So `net.ipv4.conf.eth0/100.tag` is
 * `net/ipv4/conf/eth0.100/tag`.
 */
export function toPath(text: string): string {
  const first = /[./]/.exec(text);
  if (first?.[0] !== ".") return text;
  return text.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
}

/** Without leading, repeated and trailing slashes and `.` parts (S18). */
export function tidyPath(path: string): string {
  return path.split("/").filter(isName).join("/");
}

/**
 * As realpath(3) resolves it below /proc/sys: empty for /proc/sys itself, with `..` in front for what lies
 * outside (P7).
 */
export function resolvePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part !== ".." || parts.length === 0 || parts.at(-1) === "..") {
      if (isName(part)) parts.push(part);
    } else parts.pop();
  }
  return parts.join("/");
}

/** Whether a part of the path is `..`. */
export function hasParentPart(path: string): boolean {
  return path.includes("..") && path.split("/").includes("..");
}

/**
 * Whether open(2) cannot find the key because of the ends of its path: a blank in front, or a slash behind
 * (P6, P7).
 */
export function isUnopenable(path: string): boolean {
  return /^\s|[^/]\/+\.?$/.test(path);
}

/** Whether a part of a path names a place of its own: `a//./b` has the two places a and b. */
export function isName(part: string): boolean {
  return part !== "" && part !== ".";
}
