/** The points of a sweep as a Markdown table: pure. */
import { isBad, isBetween, isCrash, isInPart, isSilent, isUnnamed, isUntrue, type Point } from "./judge.js";

type Column = readonly [head: string, counts: (point: Point) => boolean];

const columns: readonly Column[] = [
  ["points", () => true],
  ["wholly old", ({ after, isWhole }) => isWhole && after === "old"],
  ["wholly new", ({ after, isWhole }) => isWhole && after === "new"],
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
    return `| ${[key, ...counted(group)].join(" | ")} |`;
  });
  const heads = ["command", "fault", ...columns.map(([head]) => head)];
  return [
    `| ${heads.join(" | ")} |`,
    `|${heads.map((_, at) => (at < 2 ? " --- |" : " ---: |")).join("")}`,
    ...rows,
    `| all | | ${counted(points).join(" | ")} |`,
    "",
  ].join("\n");
}

const counted = (points: readonly Point[]): readonly string[] =>
  columns.map(([, counts]) => String(points.filter(counts).length));

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
