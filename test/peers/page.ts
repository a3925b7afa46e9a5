/** The points as Markdown: pure. */
import type { Side } from "./seen.js";
import type { Point } from "./worker.js";

/** A peer as it ran. */
export type Ran = { readonly title: string; readonly offers: string };

const faultWords: Readonly<Record<string, string>> = {
  "signal=KILL": "killed before a call",
  "error=ENOSPC": "ENOSPC at a write",
  "error=EIO": "EIO at a write",
};

type Column = readonly [head: string, counts: (point: Point) => boolean];

const is = (side: Side, of: "then" | "after") => (point: Point) => point[of].whole === side;

const columns: readonly Column[] = [
  ["points", () => true],
  ["old", is("old", "then")],
  ["new", is("new", "then")],
  ["between", is("neither", "then")],
  ["of these told", (point) => is("neither", "then")(point) && point.told],
  ["then old", is("old", "after")],
  ["then new", is("new", "after")],
  ["then between", is("neither", "after")],
  ["then litter", ({ after }) => after.litter > 0],
];

export function resultsPage(
  points: readonly Point[],
  ran: readonly Ran[],
  linux: string,
  day: string,
): string {
  const groups = ran.flatMap(({ title }) =>
    Object.keys(faultWords).map((fault) => ({
      title: `${title}: ${faultWords[fault]}`,
      cells: `${title} | ${faultWords[fault]}`,
      points: points.filter((point) => point.peer === title && point.fault === fault),
    })),
  );
  const missed = points.filter(({ hit }) => !hit).length;
  return `# Peers under faults

Written by \`npx tsx test/peers/run.ts\` on ${day}, ${linux}. Each program sets the thirty keys of \`bench/thirty-keys.yaml\`,
Ansible's module one of them, in namespaces of their own. strace kills it before each of its calls that changes a file
below \`/etc\` or \`/var/lib\` or a value of the kernel; in other runs it fails one of its writes, once. ${missed} of ${points.length} faults came to another call than was meant.

| program | fault | ${columns.map(([head]) => head).join(" | ")} | back |
| --- | --- |${columns.map(() => " ---: |").join("")} ---: |
${groups.map(({ cells, points: some }) => `| ${cells} | ${counted(some).join(" | ")} | ${backOf(some)} |\n`).join("")}
- *old*, *new*: right after the fault, the values of the kernel and the program's own files are all as before, or all as an
  undisturbed run leaves them. *between*: neither. For procps and systemd the file of settings is there before the run, and only
  the kernel is judged.
- *of these told*: a failed run that ends with another code than 0, or has a line of the level ERROR in TuneD's log; after a death,
  \`tunectl status\` ends with 4. The others have nothing that tells after a death.
- *then*: after what the program offers (below); *between* as well where it still says that a change was interrupted. *litter*: a
  name beside the file that an undisturbed run does not leave.
- *back*: at how many points the change was taken back after that, all old values live.

${ran.map(({ title, offers }) => `- ${title}, offers: ${offers}.\n`).join("")}
TuneD is the daemon without D-Bus, with \`reapply_sysctl = 0\`, that goes from a profile without values to one with thirty. Where
one of its writes fails, its log says so, and Python writes once more when it closes the file: the value arrives after all. The
module of Ansible is run as Ansible runs it on a host, with \`sysctl_set\` and the reload of its default.

## Points

Calls are numbered as the program makes them.

${groups.map(({ title, points: some }) => `### ${title}\n\n${rangesOf(some)}\n`).join("\n")}`;
}

const counted = (points: readonly Point[]): readonly string[] =>
  columns.map(([, counts]) => String(points.filter(counts).length));

function backOf(points: readonly Point[]): string {
  const tried = points.filter(({ back }) => back !== undefined);
  return tried.length === 0 ? "no command" : String(tried.filter(({ back }) => back).length);
}

/** Points one after another that came to the same are one line. */
function rangesOf(points: readonly Point[]): string {
  const lines: { text: string; first: Point; last: Point }[] = [];
  for (const point of points) {
    const text = outcomeOf(point);
    const line = lines.at(-1);
    if (line?.text === text) line.last = point;
    else lines.push({ text, first: point, last: point });
  }
  return lines
    .map(
      ({ text, first, last }) =>
        `- ${placeOf(first)}${first === last ? "" : ` to ${placeOf(last)}`}: ${text}\n`,
    )
    .join("");
}

const placeOf = ({ at, call }: Point): string => `${at} \`${call}\``;

function outcomeOf({ then, after, back, told }: Point): string {
  const state = ({ kernel, own, whole }: Point["then"]): string =>
    whole !== "neither"
      ? `wholly ${whole}`
      : [`kernel ${sideWords[kernel]}`, ...(own === kernel ? [] : [`own files ${sideWords[own]}`])].join(
          ", ",
        );
  return [
    `${state(then)}${told ? ", told" : ""}; then ${state(after)}`,
    ...(after.litter > 0 ? ["litter"] : []),
    ...(back === undefined ? [] : [back ? "taken back" : "not taken back"]),
  ].join(", ");
}

const sideWords: Readonly<Record<Side, string>> = { old: "old", new: "new", neither: "between" };
