/** The results as Markdown. */
import type { Cut } from "./cut.js";
import type { TrialResult } from "./trials.js";
import type { Verdict } from "./verdict.js";

export type Results = {
  readonly kernel: string;
  /** What it says of its systemd, and of how its root is mounted. */
  readonly guest: string;
  /** Before one in `stride` calls of all; `cuts` of the whole plan, more than were made in a run that was ended early. */
  readonly plan: { readonly stride: number; readonly calls: number; readonly cuts: number };
  readonly verdicts: readonly Verdict[];
  readonly control: readonly Verdict[];
  readonly trials: readonly TrialResult[];
};

export function reportText({ kernel, guest, plan, verdicts, control, trials }: Results): string {
  const good = verdicts.filter(({ faults }) => faults.length === 0);
  const untidy = verdicts.filter(({ leftovers }) => leftovers.length > 0);
  const lost = control.filter(({ faults }) => faults.length > 0);
  const cuts = new Set(verdicts.map(({ cut }) => cut)).size;
  return [
    "# Power cuts",
    "",
    "Written by `npx tsx test/power-cut/run.ts FOLDER`; CONTRIBUTING.md says how. A guest with its own kernel, a real ext4",
    "disk and systemd is killed in the middle of a change and booted again.",
    "",
    `- Linux ${kernel}, ${guest.split("\n").join(", ")}, qemu with \`cache=writethrough\``,
    `- ${cuts} cuts of ${plan.cuts} planned, ${verdicts.length} boots after them`,
    `- ${momentsOf(plan)}`,
    `- ${good.length} of ${verdicts.length} ended wholly old or wholly new, and \`status\` named it`,
    `- ${untidy.length} of ${verdicts.length} left a hidden name beside a file, which no boot reads`,
    `- control: with an fsync that does nothing, ${lost.length} of ${control.length} cuts after exit 0 lost something`,
    "",
    '"At boot" is what was live when systemd-sysctl had ended. "Status" is the exit code of `tunectl status` before',
    '`tunectl recover`: 4 says that a change was interrupted. "After" is the state after `recover`.',
    "",
    ...table([...verdicts].sort(byPlace)),
    "",
    "## Trials",
    "",
    "| what | exit codes | fault |",
    "| --- | --- | --- |",
    ...trials.map(
      ({ what, seen, faults }) => `| ${what} | ${oneCell(seen)} | ${faults.map(oneCell).join("; ")} |`,
    ),
    "",
    "## Control: an fsync that does nothing",
    "",
    ...table(control),
    "",
  ].join("\n");
}

/** A run that was ended early lacks the last of them. */
const momentsOf = ({ stride, calls }: Results["plan"]): string =>
  `planned, in this order: after exit 0; before each call where the files of the boot are half made; with a full disk;
  some time after three calls; before ${stride === 1 ? "each" : `one in ${stride}`} of the other calls that change something, ${calls} in all`;

function byPlace({ cut: one }: Verdict, { cut: other }: Verdict): number {
  const place = ({ command, from, moment, full }: Cut): string =>
    [
      `${command} ${from}`,
      full ? 3 : moment.kind === "end" ? 2 : moment.kind === "during" ? 1 : 0,
      "call" in moment ? String(moment.call).padStart(3, "0") : "",
    ].join(" ");
  return place(one) < place(other) ? -1 : Number(place(one) > place(other));
}

function table(verdicts: readonly Verdict[]): readonly string[] {
  return [
    "| command | from → to | cut | unit | at boot | status | after | left over | fault |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...verdicts.map(({ cut, withUnit, atBoot, status, after, leftovers, faults }) => {
      const cells = [
        `\`${cut.command}\``,
        `${cut.from} → ${cut.to}`,
        momentWords(cut),
        withUnit ? "yes" : "no",
        atBoot,
        String(status),
        after,
        leftovers.map((path) => `\`${path}\``).join(", "),
        faults.map(oneCell).join("; "),
      ];
      return `| ${cells.join(" | ")} |`;
    }),
  ];
}

const oneCell = (text: string): string => text.trim().replaceAll("\n", " / ").replaceAll("|", "\\|");

function momentWords({ moment, place, full }: Cut): string {
  if (moment.kind === "end") return "after exit 0";
  if (moment.kind === "at") return `before ${moment.call}: ${place}${full ? ", then the disk is full" : ""}`;
  return `${moment.milliseconds} ms after ${moment.call}: ${place}`;
}
