/** What is wrong with a boot, or not known of it, in words and as JSON. */
import type { BootFault } from "../boot/fault.js";
import type { Key } from "../catalogue/key.js";
import { withoutSecrets } from "../catalogue/secret.js";
import { type BootFinding, isError } from "../operations/boot-findings.js";
import { doubtWords, isLate, placeOf, shownValue, unitWords, unusableWords } from "./boot-words.js";
import { oneLine } from "./escape.js";
import { unreadWords } from "./messages/warnings.js";
import type { Paint } from "./paint.js";
import { counted } from "./table.js";

export function findingWords(finding: BootFinding, loader: string): string {
  switch (finding.code) {
    case "refused-value":
      return `the kernel refuses \`${shownValue(finding.key, finding.value)}\` for ${finding.key}${
        finding.bound ? ` because of ${finding.bound}` : ""
      }${failWords(finding.fails, loader)}`;
    case "unread-file":
      return `it ${unreadWords(finding.reason)}, and what it sets is not known${deniedWords(finding.reason)}`;
    case "unread-source":
      return `what ${finding.program ?? "a program"} does at boot is not known: ${reasonWords(finding.reason)}`;
    case "unit":
      return unitWords(finding.unit, ", which applies the files at boot,");
    case "module":
      return `${keysWords(finding.keys)} ${isLate(finding.module) ? "will" : "may"} not be set: ${doubtWords({
        kind: "module",
        module: finding.module,
      })}`;
    case "no-loader":
      return "nothing that applies these files at boot is here: neither systemd-sysctl nor another sysctl with an init; what the next boot sets is not known";
    case "other-version":
      return finding.version === undefined
        ? `the version of ${loader} is not known; it is taken for ${finding.treatedAs}`
        : `${loader} ${finding.version} is not among the versions that are known; it is taken for ${finding.treatedAs}`;
    default:
      return `${faultWords(finding, loader)}${failWords(finding.fails && finding.code !== "blocked", loader)}`;
  }
}

const keysWords = (keys: readonly Key[]): string =>
  `${keys[0]}${keys.length > 1 ? ` and ${counted(keys.length - 1, "other key")}` : ""}`;

const deniedWords = (reason: string): string =>
  reason === "EACCES" || reason === "EPERM" ? "; ask as root, or see what keeps root out" : "";

const reasonWords = (reason: string): string =>
  /^E[A-Z]+$/.test(reason) ? `the file could not be read (${reason})` : `${reason}`;

const failWords = (fails: boolean, loader: string): string => (fails ? `; ${loader} ends with an error` : "");

function faultWords(fault: BootFault, loader: string): string {
  const text = "text" in fault && fault.text !== "" ? ` (${withoutSecrets(fault.text)})` : "";
  switch (fault.code) {
    case "blocked":
      return `it is a FIFO or a device: ${loader} waits for it, and carries no line out`;
    case "dangling-file":
      return "it is a link that leads nowhere";
    case "folder-as-file":
      return "it is a folder";
    case "unreadable-file":
      return `it cannot be read (${fault.reason ?? "unknown"})`;
    case "not-an-assignment":
      return `the line has no \`=\`${text}`;
    case "line-too-long":
      return "the line is too long, and it and the rest of the file are lost";
    case "bad-key":
    case "unusable-key":
    case "not-a-key":
      return `${unusableWords(fault.text, fault.code)}${text}`;
    case "glob-too-large":
      return "the pattern is too large to be followed";
  }
}

/** Where it is; undefined for what is about the loader itself. */
function fileOf(finding: BootFinding): { readonly file: string; readonly line?: number } | undefined {
  if (finding.code === "other-version" || finding.code === "no-loader") return undefined;
  const { file, line } = placed(finding);
  return file === undefined ? undefined : { file, ...(line !== undefined && { line }) };
}

function placed(finding: Exclude<BootFinding, { readonly code: "other-version" | "no-loader" }>): {
  readonly file?: string;
  readonly line?: number;
} {
  switch (finding.code) {
    case "unit":
      return finding.unit;
    case "module":
      return finding.module.denied ?? finding.module.off ?? {};
    default:
      return finding;
  }
}

export const findingsText = (findings: readonly BootFinding[], loader: string, paint: Paint): string =>
  findings
    .map((finding) => {
      const place = fileOf(finding);
      const mark = isError(finding) ? paint.red("error") : paint.yellow("warning");
      const words = oneLine(findingWords(finding, loader));
      return `${place ? `${oneLine(placeOf(place))}: ` : ""}${mark}: ${words}.\n`;
    })
    .join("");

export const findingJson = (finding: BootFinding, loader: string): object => {
  const place = fileOf(finding);
  return {
    severity: isError(finding) ? "error" : "warning",
    code: finding.code,
    file: place?.file ?? null,
    line: place?.line ?? null,
    text: "text" in finding ? withoutSecrets(finding.text) : null,
    reason:
      "reason" in finding ? (finding.reason ?? null) : finding.code === "unit" ? finding.unit.state : null,
    message: findingWords(finding, loader),
  };
};
