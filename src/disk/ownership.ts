/**
 * Whether root may act on a file: one that others can change, or put another in the place of, would hand them
 * the host.
 */
import { type BigIntStats, lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../problem.js";

const worldOrGroup = 0o022n;
const sticky = 0o1000n;
/** The kernel follows no more either. */
const maximumLinks = 40;

/** A folder or a link on the way to a file, or the file itself. */
type PathPart = { readonly path: string; readonly stats: BigIntStats };

/** How a file that was read was come by; without steps where its path no longer leads to it. */
export type PathTrace = { readonly file: string; readonly steps?: readonly PathPart[] };

/**
 * Looks at all that the path of an open file leads through, as it is written. To be asked while the file is
 * open: until then no other file can have its number.
 * @param file an absolute path
 * @param opened what the open descriptor says of itself
 */
export function tracePath(file: string, opened: BigIntStats): PathTrace {
  try {
    const steps = walk(file);
    const end = steps.at(-1);
    // Whoever can turn the path elsewhere could show the check another file than the reader.
    if (end?.stats.dev !== opened.dev || end.stats.ino !== opened.ino) return { file };
    return { file, steps: [...steps, { path: end.path, stats: opened }] };
  } catch {
    return { file };
  }
}

/**
 * Goes a path from `/` on, one name after another. Others cannot replace a name in a folder that they cannot
 * write, nor what is not theirs in a sticky one: each step that is found trustworthy stays what it is while
 * the next one is looked at.
 */
function walk(path: string): readonly PathPart[] {
  const steps = [look("/")];
  const todo = namesOf(path);
  let folder = "/";
  let links = 0;
  for (let name = todo.shift(); name !== undefined && links <= maximumLinks; name = todo.shift()) {
    const step = look(join(folder, name));
    steps.push(step);
    if (step.stats.isSymbolicLink()) {
      const target = readlinkSync(step.path);
      if (target.startsWith("/")) folder = "/";
      todo.unshift(...namesOf(target));
      links++;
    } else folder = step.path;
  }
  return steps;
}

const look = (path: string): PathPart => ({ path, stats: lstatSync(path, { bigint: true }) });
const namesOf = (path: string): string[] => path.split("/").filter(Boolean);

/**
 * What of a file's trace others could change.
 * @param owners user ids that may own it: root, and who called sudo
 */
export function ownershipProblem({ file, steps }: PathTrace, owners: readonly number[]): Problem | undefined {
  if (!steps) return { code: "file-untrusted", file, path: file, why: "replaced" };
  // From the file upwards: what is nearest to it is the likeliest to be in its reader's hands.
  for (const { path, stats } of steps.toReversed()) {
    const why = ownershipFault(stats, owners);
    if (why !== undefined) return { code: "file-untrusted", file, path, why };
  }
  return undefined;
}

function ownershipFault(stats: BigIntStats, owners: readonly number[]): "owner" | "writable" | undefined {
  if (!owners.includes(Number(stats.uid))) return "owner";
  // In a sticky folder such as /tmp, others cannot replace what is not theirs. The mode of a link means
  // nothing.
  const isHarmless = stats.isSymbolicLink() || (stats.isDirectory() && (stats.mode & sticky) !== 0n);
  return (stats.mode & worldOrGroup) !== 0n && !isHarmless ? "writable" : undefined;
}
