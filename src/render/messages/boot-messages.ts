/** The words for who else has a part in the next boot: what it is, and the way out. */
import type { HostProblem, Warning } from "../../problem.js";
import { shellWord } from "../escape.js";
import { counted } from "../table.js";
import { loaderName } from "./loader-name.js";
import { yieldWords } from "./override-words.js";
import { type Messages, sentences } from "./sentences.js";

type BootProblemCode = "boot-unit-off" | "module-denied-at-boot" | "rewritten-after-boot";

export const bootProblemMessages: Pick<Messages<HostProblem>, BootProblemCode> = {
  "rewritten-after-boot": ({ key, wanted, boot, program, via, ...place }) =>
    sentences(
      `\`${key}\`: the boot will end with ${boot ?? "another value"}, not ${wanted},`,
      `because ${program} sets ${via ?? "it"} after sysctl.d is applied${placeWords(place)}.`,
      `${place.file === undefined ? "Correct it there" : "Correct that line"}, or ${yieldWords}.`,
    ),
  "boot-unit-off": ({ unit, state, file, root }) =>
    sentences(
      `${unit} ${unitWords[state] ?? state}${file === undefined ? "" : ` (${file}${root === undefined ? "" : " of the image"})`}:`,
      unit.includes("modules")
        ? "the next boot loads no module, and their keys are not there when sysctl.d is applied."
        : "the next boot applies no file of sysctl.d.",
      unitRemedy(unit, state, root),
    ),
  "module-denied-at-boot": ({ module, how, ...place }) =>
    sentences(
      `the next boot does not load the module ${module}, because of its ${how} line${placeWords(place)}:`,
      "its keys are not there when sysctl.d is applied. Remove that line, or take the keys out of the profile.",
    ),
};

type BootWarningCode =
  | "boot-unit-changed"
  | "boot-value-unknown"
  | "boot-writer-unread"
  | "interface-unlike"
  | "late-interface-differs"
  | "may-be-rewritten"
  | "no-boot-loader"
  | "pattern-spelled-out";

export const bootWarningMessages: Pick<Messages<Warning>, BootWarningCode> = {
  "boot-value-unknown": ({ key, file, line, program, via }) => {
    const who = file === undefined ? (program ?? "") : `${file}${line === undefined ? "" : `:${line}`}`;
    return via === undefined
      ? `\`${key}\`: it is not known what the next boot makes of ${who}.`
      : `\`${key}\`: it is not known whether the next boot leaves it as ${who} does, which sets ${via}.`;
  },
  "interface-unlike": ({ key, name, here }) =>
    sentences(
      `\`${key}\`: no interface of this host is called anything like ${name} (${shortList(here)}).`,
      "The setting waits for one. Correct the name if that is not meant.",
    ),
  "late-interface-differs": ({ key, name, wanted, boot, ...place }) =>
    `\`${key}\`: an interface called ${name} will get ${boot ?? "what conf.default has"} when it comes, not ${wanted}${placeWords(place)}.`,
  "pattern-spelled-out": ({ key, loader }) =>
    sentences(
      `\`${key}\`: ${loaderName[loader]} knows no patterns, so each interface that is here gets a line of its own.`,
      "One that comes later is not set at boot: set conf.default as well.",
    ),
  "boot-unit-changed": ({ unit, state, ...place }) =>
    `${unit} ${state === "changed" ? "runs something else" : "has a condition"}${placeWords(place)}: it is not known whether the next boot applies sysctl.d.`,
  "no-boot-loader": ({ root = "this tree" }) =>
    sentences(
      `nothing in ${root} applies sysctl.d at boot: neither systemd-sysctl nor another sysctl with an init is there.`,
      "What its next boot sets is not known. Check the path, or install them in the image.",
    ),
  "boot-writer-unread": ({ file, line, reason, program }) =>
    `${file}${line === undefined ? "" : `:${line}`}: cannot be read as ${program ?? "the boot"} reads it (${reason}): what the next boot sets is not wholly known.`,
  "may-be-rewritten": ({ program, state, keys, ...place }) =>
    sentences(
      `${program}, which ${stateWords[state]}, also sets ${listOf(keys)}${placeWords(place)}.`,
      "To what, its files do not say: what the boot ends with is not known.",
    ),
};

const stateWords = {
  running: "runs here",
  enabled: "starts at boot",
  installed: "is installed here",
};

const unitWords: Readonly<Record<string, string>> = {
  masked: "is masked",
  missing: "is missing",
  "not-started": "is started by nothing",
};

/** @param root of an image: without it the command would change this host */
function unitRemedy(unit: string, state: string, root: string | undefined): string {
  const systemctl = `systemctl${root === undefined ? "" : ` --root=${shellWord(root)}`}`;
  if (state === "masked") return `Run \`${systemctl} unmask ${unit}\`.`;
  if (state === "not-started") return `Run \`${systemctl} add-wants sysinit.target ${unit}\`.`;
  return `Install the package that brings it${root === undefined ? "" : " into the image"}.`;
}

const placeWords = ({ file, line }: { readonly file?: string; readonly line?: number }): string =>
  file === undefined ? "" : ` (${file}${line === undefined ? "" : `:${line}`})`;

const mostNamed = 4;

const shortList = (names: readonly string[]): string =>
  names.length > mostNamed ? `${names.slice(0, mostNamed).join(", ")} …` : names.join(", ");

const listOf = (keys: readonly string[]): string => {
  const named = keys.slice(0, mostNamed).map((key) => `\`${key}\``);
  const more = keys.length - named.length;
  const all = more > 0 ? [...named, counted(more, "other key")] : named;
  return all.length === 1 ? (all[0] ?? "") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
};
