/** The points of a sweep as a Markdown table: pure. */
import { faultKinds } from "./faults.js";
import { isBad, isBetween, isCrash, isInPart, isSilent, isUnnamed, isUntrue, type Point } from "./judge.js";

type Column = readonly [head: string, counts: (point: Point) => boolean];

const columns: readonly Column[] = [
  ["points", () => true],
  ["wholly old", ({ after, isWhole }) => isWhole && after === "old"],
  ["wholly new", ({ after, isWhole }) => isWhole && after === "new"],
  ["before the trial", ({ after, isWhole }) => isWhole && after === "before"],
  ["of another run", ({ after, isWhole }) => isWhole && after === "rival"],
  ["in part, told", isInPart],
  ["between", isBetween],
  ["silent", isSilent],
  ["untrue code", isUntrue],
  ["not named", isUnnamed],
  ["own fault", isCrash],
  ["litter", ({ litter }) => litter],
];

const keyOf = ({ command, fault }: Point): string => `${command} | ${fault}`;

export function sweepTable(points: readonly Point[]): string {
  const keys = [...new Set(points.map(keyOf))];
  const rows = keys.map((key) => {
    const group = points.filter((point) => keyOf(point) === key);
    return `| ${[key, callsOf(group), ...counted(group)].join(" | ")} |`;
  });
  const heads = ["command", "fault", "calls", ...columns.map(([head]) => head)];
  return [
    `| ${heads.join(" | ")} |`,
    `|${heads.map((_, at) => (at < 3 ? " --- |" : " ---: |")).join("")}`,
    ...rows,
    `| all | | | ${counted(points).join(" | ")} |`,
    "",
  ].join("\n");
}

/** How many of its calls were taken. */
function callsOf(group: readonly Point[]): string {
  const stride = Math.max(...group.map((point) => point.stride));
  return stride === 1 ? "all" : `1 of ${stride}`;
}

const counted = (points: readonly Point[]): readonly string[] =>
  columns.map(([, counts]) => String(points.filter(counts).length));

/** Of several sweeps: of what more than one did, the one with most calls; in the order of commands and faults. */
export function joined(points: readonly Point[]): readonly Point[] {
  const partOf = ({ command, fault, next }: Point): string => [command, fault, next].join("|");
  const least = new Map<string, number>();
  for (const point of points)
    least.set(partOf(point), Math.min(point.stride, least.get(partOf(point)) ?? point.stride));
  const seen = new Set<string>();
  const once = points.filter((point) => {
    const name = `${partOf(point)}|${point.at}`;
    if (point.stride !== least.get(partOf(point)) || seen.has(name)) return false;
    return seen.add(name);
  });
  const commands = [...new Set(once.map(({ command }) => command))];
  const faults = faultKinds.map(({ name }) => name);
  const rank = ({ command, fault }: Point): number => commands.indexOf(command) * 100 + faults.indexOf(fault);
  return once.toSorted((one, other) => rank(one) - rank(other));
}

/** One line for each point that must not be. */
export const badPoints = (points: readonly Point[]): readonly string[] =>
  points.filter(isBad).map((point) => {
    const { command, fault, at, call, code, state, next, nextCode, after, differing } = point;
    const faults = [
      ...(isSilent(point) ? ["silent"] : []),
      ...(isUntrue(point) ? ["untrue code"] : []),
      ...(isUnnamed(point) ? ["not named"] : []),
      ...(isCrash(point) ? ["own fault"] : []),
      ...(isBetween(point) ? ["between"] : []),
    ].join(", ");
    return `${faults}: ${command}, ${fault} at call ${at} (${call}): exit ${code}, ${state}; then ${next}: exit ${nextCode}, ${after}; ${differing}`;
  });

/** @param where the kernel and the runtime */
export function resultsPage(points: readonly Point[], where: string): string {
  const isEvery = points.every(({ stride }) => stride === 1);
  const calls = isEvery
    ? "every call that changes a file or a value"
    : "calls that change a file or a value, all of them or at least one of so many as *calls* says";
  return `# What a sweep found

Written by \`npm run sweep\`, on ${where}: a fault at
${calls}.
Bad points: ${points.filter(isBad).length} of ${points.length}.

${sweepTable(points)}
- After each fault \`tunectl recover\` runs; after a death, in a second round, the command once more. *wholly old* and *wholly new*
  are what there is after that: every value below \`/proc/sys/net\`, every byte, mode and owner in \`/etc/sysctl.d\` and
  \`/etc/modules-load.d\`, and what \`status\` says is applied.
- After a fault in a \`confirm\`, or in a \`rollback\` that ends a trial, \`rollback\` runs first: *before the trial* is where the one leads.
  The guard of a trial is another process; in a run within the sweep's own process a stand-in is there for it, and never acts.
- A guard is run when the time of its trial is over. One that tries on and on is killed in its fourth wait.
- *in part, told*: a rollback left what it could not restore, with exit 3, and \`status\` names it; the same rollback then ran again.
- *between*: neither, or the command that ran after the fault failed.
- *silent*: exit 0 or 5 over a state that is not the new one. *untrue code*: 1, 75, 76, 130 or 143 over one that is not the old one.
- *not named*: half made after the fault, and \`status\` did not end with 4. *own fault*: an exception that nobody caught.
- *litter*: names with \`.tunectl-\` or \`.guard.new\` that were left beside whole files. The next command that changes something removes them.
`;
}
