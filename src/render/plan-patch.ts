/** A plan as a unified diff over real paths: each tunable is a file of one line below `proc/sys`. */
import { createTwoFilesPatch } from "diff";
import { keyPath } from "../catalogue/key.js";
import { withoutSecrets } from "../catalogue/secret.js";
import { isDue, isFileChanged, type Plan, type PlannedKey } from "../plan/plan.js";
import { oneLine } from "./escape.js";
import { hostWords, whyOf } from "./plan-words.js";

/** What patch(1), git and editors colour and read; between the files stand the whys, which they skip. */
export function planPatch(plan: Plan, now: Date): string {
  const head = `# ${plan.profiles.join(", ") || "no profile"} on ${oneLine(hostWords(plan, now))}\n`;
  const keys = plan.keys.filter(isDue).flatMap((planned) => keyPatch(planned) ?? []);
  const files = plan.files
    .filter(isFileChanged)
    .map((file) => unified(file.path.slice(1), file.before, file.after));
  return [head, ...keys, ...files].join("");
}

function keyPatch(planned: PlannedKey): string | undefined {
  if (planned.after === undefined) return undefined;
  const before = planned.now.status === "present" ? asPrinted(planned.now.value) : undefined;
  return `# ${oneLine(whyOf(planned))}\n${unified(`proc/sys/${keyPath(planned.key)}`, before, asPrinted(planned.after))}`;
}

/** As `/proc/sys` has it: the kernel parts the numbers of a vector with tabs. */
const asPrinted = (value: string): string =>
  `${/^-?\d+( -?\d+)+$/.test(value) ? value.replace(/ /g, "\t") : value}\n`;

/** One file of a unified diff. */
export function unified(path: string, before: string | undefined, after: string | undefined): string {
  const [old, fresh] = [withoutSecrets(before ?? ""), withoutSecrets(after ?? "")];
  const patch = createTwoFilesPatch(
    before === undefined ? "/dev/null" : `a/${path}`,
    after === undefined ? "/dev/null" : `b/${path}`,
    old,
    fresh,
  );
  // The library heads each file with a rule of its own, which git's readers do not know.
  return patch.replace(/^=+\n/, "");
}
