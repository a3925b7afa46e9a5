/** The words for what has the last word over a setting at boot, and for the ways out. */
import type { HostProblem, OverrideWay } from "../../problem.js";
import { shellWord } from "../escape.js";

type Overridden = Extract<HostProblem, { code: "overridden-at-boot" }>;
type Rewritten = Extract<HostProblem, { code: "rewritten-after-boot" }>;

/** The way out that there always is. */
export const yieldWords = "keep the value for this boot only (--on-override yield)";

export function overrideWords(problem: Overridden): string {
  switch (problem.cause) {
    case "later-file":
      return `because ${placeWords(problem)} ${ruleWords(problem)}. ${waysWords(problem)}`;
    case "later-refused":
      return `because ${placeWords(problem)} takes the place of our line, and the kernel refuses its value. ${waysWords(problem)}`;
    case "exclusion":
      return `because ${placeWords(problem)} excludes it from our pattern. ${waysWords(problem)}`;
    case "refused":
      return `because the kernel refuses our line then${boundWords(problem)}. Set both in the profile, or ${yieldWords}.`;
    case "kernel-default":
      return `because no line sets it at boot. Correct what stops our line, or ${yieldWords}.`;
  }
}

const placeWords = ({ file, line, behind }: Overridden): string =>
  `${file}:${line}${behind === undefined ? "" : `, a link to ${behind},`}`;

function ruleWords({ rule, via, key }: Overridden): string {
  switch (rule) {
    case "names-it":
      return "names the key, and that beats a pattern";
    case "moves-it":
      return `sets ${via}, and the kernel changes ${key} with it`;
    case "carried-out-later":
      return "is carried out after our line, which only repeats an earlier one";
    default:
      return "is read after our line";
  }
}

const boundWords = ({ other, other_value }: Overridden): string =>
  other === undefined ? "" : `: \`${other}\` is ${other_value ?? "another value"} at that time`;

/** All ways out, as one sentence that begins with whose file it is where that is not the administrator's. */
function waysWords(problem: Overridden): string {
  const ways = (problem.ways ?? []).flatMap((way) => wayWords(way, problem));
  const text = `${ways.map((one) => `${one}, `).join("")}${ways.length > 0 ? "or " : ""}${yieldWords}`;
  const owner = problem.ways?.includes("mask") ? ownerWords(problem) : "";
  return owner === "" ? `${text[0]?.toUpperCase()}${text.slice(1)}.` : `${owner}: ${text}.`;
}

const ownerWords = ({ file = "" }: Overridden): string =>
  file.startsWith("/run/") ? "That file is made anew at each boot" : "A package owns that file";

function wayWords(way: OverrideWay, problem: Overridden): readonly string[] {
  const { key, file = "", behind = file, line, drop_in, loader, root = "" } = problem;
  switch (way) {
    case "name-it":
      return [`set \`${key}\` by its own name in the profile too`];
    case "drop-in":
      return [`have ours read later (--drop-in ${drop_in})`];
    case "take-over":
      return ["have it commented out (--on-override take-over)"];
    case "remove-line":
      return [behind === file ? "remove that line" : `remove line ${line} of ${behind}`];
    case "mask":
      return [
        // To BusyBox a link takes no file's place.
        ...(loader === "busybox"
          ? []
          : [`mask that file (ln -s /dev/null ${shellWord(root + maskOf(file))})`]),
        `put a copy of it without that line into ${root}/etc/sysctl.d`,
      ];
    case "profile":
      return ["correct the profile, whose own line that is"];
  }
}

/** The first way out, for whoever is told of drift; undefined where none is known. */
export function firstWay(problem: Overridden | Rewritten): string | undefined {
  if (problem.code === "rewritten-after-boot")
    return problem.file === undefined
      ? `Correct it where ${problem.program} has it`
      : `Correct ${problem.line === undefined ? "" : `line ${problem.line} of `}${problem.file}`;
  const { file = "", behind = file, line } = problem;
  if (problem.ways?.includes("remove-line")) return `Remove line ${line} of ${behind}`;
  const [words] = (problem.ways ?? []).flatMap((way) => wayWords(way, problem));
  return words === undefined ? undefined : `${words[0]?.toUpperCase()}${words.slice(1)}`;
}

/** Where a file takes the place of another: the folder that comes before all others. */
const maskOf = (file: string): string => `/etc/sysctl.d/${file.slice(file.lastIndexOf("/") + 1)}`;
