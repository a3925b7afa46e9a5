/** A plan as a unified diff over real paths: each tunable is a file of one line below `proc/sys`. */
import { createTwoFilesPatch } from "diff";
import { keyPath } from "../catalogue/key.js";
import { withoutSecrets } from "../catalogue/secret.js";
import { isFileChanged, isLiveChange, type Plan, type PlannedKey } from "../plan/plan.js";
import { oneLine, plain } from "./escape.js";
import { titleOf } from "./plan-text.js";
import { aboutWords, hostHeading, whyOf } from "./plan-words.js";

/** What patch(1), git and editors colour and read; between the files stand the whys, which they skip. */
export function planPatch(plan: Plan, now: Date): string {
  const head = `# ${oneLine(titleOf(plan))} on ${oneLine(hostHeading(plan, now))}\n`;
  const keys = plan.keys.filter(isLiveChange).flatMap((planned) => keyPatch(plan, planned) ?? []);
  const files = plan.files
    .filter(isFileChanged)
    .map((file) => unified(file.path.slice(1), file.before, file.after));
  return [head, ...keys, ...files].join("");
}

function keyPatch(plan: Plan, planned: PlannedKey): string | undefined {
  if (planned.after === undefined) return undefined;
  const before = planned.now.status === "present" ? asPrinted(planned.now.value) : undefined;
  const comments = [whyOf(planned), ...aboutWords(plan, planned)].map((words) => `# ${oneLine(words)}\n`);
  return `${comments.join("")}${unified(`proc/sys/${keyPath(planned.key)}`, before, asPrinted(planned.after))}`;
}

/** As `/proc/sys` has it: the kernel parts the numbers of a vector with tabs. */
const asPrinted = (value: string): string =>
  `${/^-?\d+( -?\d+)+$/.test(value) ? value.replace(/ /g, "\t") : value}\n`;

/** A captured value or an edited file may hold what commands a terminal; tabs and line ends stay. */
const safe = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.split("\t").map(plain).join("\t"))
    .join("\n");

/** One file of a unified diff. */
export function unified(path: string, before: string | undefined, after: string | undefined): string {
  const [old, fresh] = [before ?? "", after ?? ""].map((text) => safe(withoutSecrets(text)));
  const patch = createTwoFilesPatch(
    before === undefined ? "/dev/null" : `a/${path}`,
    after === undefined ? "/dev/null" : `b/${path}`,
    old ?? "",
    fresh ?? "",
  );
  // The library heads each file with a rule of its own, which git's readers do not know.
  return patch.replace(/^=+\n/, "");
}
