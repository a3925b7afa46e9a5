/** The results as Markdown. */
import type { Foretold } from "./foretell.js";
import type { Tried } from "./try.js";
import { type Verdict, verdictsOf, wholeKernel } from "./verdict.js";

export function reportText(boots: readonly Tried[], day: string, seconds: number): string {
  const verdicts = boots.flatMap(verdictsOf);
  const count = (result: Verdict["result"]): number => verdicts.filter((one) => one.result === result).length;
  const guests = [...new Set(boots.map(({ suite, versions }) => `- ${suite}: ${versions}`))];
  return [
    "# Boots foretold, and boots found",
    "",
    "Written by `npx tsx test/boots/run.ts FOLDER`; CONTRIBUTING.md says how. Each boot is one of a tree of Debian with a",
    "kernel of its own: tunectl says before it what each key will be, by `diff --root` and by its model of a boot, and again",
    "by `diff` in the guest, of the next boot, which is the same. Then that is held against what the kernel has.",
    "",
    `- ${day}; ${boots.length} boots, ${seconds} s for all, trees and disks included`,
    ...guests,
    `- ${verdicts.length} keys of cases: ${count("same")} as foretold, ${count("differs")} not, ${count("not known")} not known before`,
    ...boots.map(wholeKernelLine),
    ...boots.flatMap((tried) => ["", `## ${tried.suite}: ${tried.boot.title}`, "", ...bootTable(tried)]),
    "",
  ].join("\n");
}

function wholeKernelLine(tried: Tried): string {
  const { known, differences } = wholeKernel(tried);
  const named = differences.map(
    ({ key, foretold, found }) => `\`${key}\` (${valueCell(foretold)}, found \`${found}\`)`,
  );
  return `- ${tried.suite}, ${tried.boot.title}: of ${tried.found.size} keys the model knew ${known}, and was wrong of ${
    differences.length
  }${named.length > 0 ? `: ${named.join(", ")}` : ""}`;
}

function bootTable(tried: Tried): readonly string[] {
  let last = "";
  const rows = verdictsOf(tried).map(({ title, key, image, live, found, result, reason }) => {
    const shown = title === last ? "" : title;
    last = title;
    const cells = [
      shown,
      `\`${key}\``,
      valueCell(image),
      image.by.startsWith("/") ? `\`${image.by}\`` : image.by,
      live ? valueCell(live) : "",
      found === undefined ? "no such key" : `\`${found}\``,
      result === "same" ? "" : [result, reason].filter(Boolean).join(": "),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    `${tried.seconds} s.`,
    "",
    "| case | key | foretold | by | in the guest | found | |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ];
}

const valueCell = ({ value, missing }: Foretold): string =>
  missing ? "no such key" : value === undefined ? "not known" : `\`${value}\``;
