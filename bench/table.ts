/** Samples as a Markdown table. */
import type { Measured, Sample } from "./measure.js";

export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = [
    sorted[Math.ceil(sorted.length / 2) - 1],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return (low + high) / 2;
};

const head = `| | wall ms, median (min–max) | × node | user+sys ms, median (min–max) | × node | peak MB | runs |
|---|--:|--:|--:|--:|--:|--:|`;

/** One row a measure; ratios are to the median of `node -e 0` in the same rounds. */
export function table(measured: readonly Measured[]): string {
  const floor = measured.find(({ work }) => work.name === "`node -e 0`")?.samples ?? [];
  return [head, ...measured.map((one) => (one.failed === undefined ? row(one, floor) : failedRow(one)))].join(
    "\n",
  );
}

function row({ work, samples }: Measured, floor: readonly Sample[]): string {
  const cells = (field: "wall" | "cpu"): readonly string[] => {
    const [own, node] = [samples.map((sample) => sample[field]), floor.map((sample) => sample[field])];
    return [
      `${shown(median(own))} (${shown(Math.min(...own))}–${shown(Math.max(...own))})`,
      (median(own) / median(node)).toFixed(2),
    ];
  };
  const memory = median(samples.map((sample) => sample.memory));
  return `| ${[work.name, ...cells("wall"), ...cells("cpu"), memory > 0 ? memory.toFixed(0) : "no GNU time", samples.length].join(" | ")} |`;
}

const failedRow = ({ work, failed }: Measured): string =>
  `| ${work.name} | FAILED: ${(failed ?? "").replace(/[|\n]/g, " ")} | | | | | 0 |`;

const shown = (number: number): string => number.toFixed(number < 10 ? 1 : 0);
