/** The words for what is wrong with a text that a person wrote: what it is, and the way out. */
import type { TextProblem } from "../../problem.js";
import { expressionWords, parameterWords, structureWords, yamlWords } from "./parts.js";
import { didYouMean, ended, type Messages, sentences } from "./sentences.js";
import { faultWords } from "./value-faults.js";

export const textMessages: Messages<TextProblem> = {
  "file-missing": ({ file }) => sentences(`${file}: no such file.`, "Check the path."),
  "file-unreadable": ({ file, errno }) =>
    errno === "EACCES"
      ? sentences(`${file}: permission denied (EACCES).`, "Run as a user who may read it.")
      : `${file}: cannot be read (${errno}).`,
  "file-not-regular": ({ file, found }) =>
    `${file}: is a ${found === "folder" ? "directory" : "FIFO, device or socket"}; it must be a regular file.`,
  "file-too-large": ({ file, bytes, limit }) =>
    `${file}: is ${bytes} bytes long; at most ${limit} bytes are read.`,
  "file-not-text": ({ file, offset }) =>
    sentences(`${file}: is not valid UTF-8 text (byte ${offset}).`, "Save it as UTF-8."),
  "file-untrusted": ({ file, path, why }) => untrustedWords(file, path, why),
  "control-character": ({ character }) => `this text contains the control character ${character}; remove it.`,
  "profile-empty": () => "the file is empty; a profile needs at least `name` and `summary`.",
  "profile-too-long": ({ limit }) =>
    sentences(`this file has more than ${limit} lines and commas.`, "Split the profile."),
  "yaml-syntax": ({ fault }) => yamlWords(fault),
  "yaml-duplicate-key": ({ key }) => `duplicate key \`${key}\`; keep one.`,
  "yaml-tab": () => "this line is indented with a tab, which YAML forbids; use spaces.",
  "yaml-alias": () => "this is an alias (`*name`), and aliases are not supported; write the value out.",
  "yaml-tag": ({ tag }) =>
    `this has the tag \`${tag.replace("tag:yaml.org,2002:", "!!")}\`; every value is text, so remove the tag.`,
  "yaml-nesting": ({ limit }) => `this is nested more than ${limit} levels deep; a profile needs three.`,
  "profile-structure": ({ part, fault }) => structureWords(part, fault),
  "unknown-field": ({ field, part, nearest }) =>
    nearest === undefined && part !== "profile"
      ? // In `{ why: one, two }` the comma ends the text, and `two` looks like a field.
        sentences(
          `unknown field \`${field}\` in a ${part}.`,
          "Inside { } a comma ends a text: quote the text if this belongs to it.",
        )
      : `unknown field \`${field}\` in a ${part}${didYouMean(nearest)}`,
  "missing-why": ({ key, text }) =>
    `\`${key}\` has no \`why\`; write \`${key}: { value: ${text}, why: … }\`, or \`unset\` to drop what an included profile sets.`,
  "unknown-profile": ({ name, nearest, searched }) =>
    sentences(
      `there is no profile \`${name}\`${didYouMean(nearest)}`,
      `Searched: ${[...searched, "the shipped profiles"].join(", ")}.`,
      "`tunectl list` shows all.",
    ),
  "bad-profile-name": ({ name, place }) =>
    sentences(
      `\`${name}\` is not a valid profile name (lower-case letters, digits, \`.\`, \`_\`, \`-\`).`,
      place
        ? "`include` takes names, not paths."
        : "To name a file, write a path that contains `/` or ends in `.yaml`.",
    ),
  "include-cycle": ({ chain }) =>
    sentences(`this profile includes itself: ${chain.join(" → ")}.`, "Remove one `include`."),
  "include-depth": ({ limit }) =>
    `this is included through more than ${limit} profiles; include it more directly.`,
  "bad-key": ({ text }) =>
    sentences(
      `\`${text}\` is not a valid sysctl key; write it as \`sysctl -a\` prints it:`,
      "`net.ipv4.ip_forward`, `net.ipv4.conf.eth0/100.rp_filter`.",
      "Only the interface may be a pattern.",
    ),
  "duplicate-key": ({ key, other }) =>
    `\`${key}\` is set twice in this profile, first in line ${other.line}; keep one.`,
  "unknown-tunable": ({ key, nearest }) =>
    nearest === undefined
      ? `\`${key}\` is not in the catalogue; \`tunectl explain WORD\` searches it.`
      : `\`${key}\` is not in the catalogue${didYouMean(nearest)}`,
  "never-existed": ({ key, instead }) =>
    sentences(
      `no kernel ever had \`${key}\`.`,
      instead === undefined ? "Remove this setting." : ended(instead),
    ),
  "removed-tunable": ({ key, version, because, instead }) =>
    sentences(
      `\`${key}\` was removed in Linux ${version}${instead === undefined ? `: ${ended(because)}` : "."}`,
      instead === undefined ? "Remove this setting." : ended(instead),
    ),
  "renamed-tunable": ({ key, version, successor }) =>
    `\`${key}\` was removed in Linux ${version}; use \`${successor}\`.`,
  "read-only-tunable": ({ key }) => `\`${key}\` is read-only; remove this setting.`,
  "write-only-tunable": ({ key }) =>
    sentences(
      `\`${key}\` is a trigger, not a setting: a write makes the kernel act, and no value is kept.`,
      "Remove this setting.",
    ),
  "secret-tunable": ({ key }) =>
    sentences(
      `\`${key}\` holds a secret, and many users can read a profile and a drop-in.`,
      "Set it by other means.",
    ),
  "bad-value": ({ key, fault }) => `\`${key}\` ${faultWords(fault)}.`,
  "refused-by-kernel": ({ key, fault, kernel }) =>
    sentences(
      `\`${key}\` ${faultWords(fault)}.`,
      `This is for Linux ${kernel}.`,
      "If its vendor brought the later range to it, run with --allow refused-by-kernel.",
    ),
  "bad-kernels": ({ text }) =>
    `\`${text}\` names no kernels; write \`>=5.10\`, \`<6.9\`, \`>=5.4 <6.9\`, or one version.`,
  "unknown-allowance": ({ id, nearest }) =>
    sentences(
      `\`allow\` has \`${id}\`, which is neither a warning nor a relation${didYouMean(nearest)}`,
      "The id stands in brackets behind such a message; other findings name their own way out.",
    ),
  "bound-on-pattern": ({ key, bound }) =>
    sentences(
      `\`${key}\` is a pattern, and sysctl.d has no \`${bound}\` for interfaces that come later.`,
      "Use `value`, or name the interface.",
    ),
  "unordered-type": ({ key, bound }) =>
    `the values of \`${key}\` are not ordered, so \`${bound}\` cannot be used; use \`value\`.`,
  "empty-range": ({ key, least, most }) =>
    `no value of \`${key}\` is at least ${least} and at most ${most}; correct one of the bounds.`,
  "profiles-disagree": ({ key, wanted, other, otherWanted }) =>
    sentences(
      `\`${key}\` is ${wanted} here and ${otherWanted} in ${other.file}:${other.line}.`,
      "Apply one of the profiles, or write a third that includes both and sets the key.",
    ),
  "bad-expression": ({ expression, fault }) => `\${${expression}}: ${expressionWords(fault)}.`,
  "expression-type": ({ expression, wanted, found }) =>
    wanted === "boolean"
      ? `\${${expression}} gives \`${found}\`; a condition must be true or false.`
      : `\${${expression}} is true or false; a whole number or text is needed here.`,
  "bad-parameter": ({ name, fault }) => `parameter \`${name}\`: ${parameterWords(fault)}.`,
  "unknown-parameter": ({ name, known, nearest }) =>
    sentences(
      `--set ${name}: there is no such parameter${didYouMean(nearest)}`,
      known.length === 0 ? "These profiles have no parameters." : `Parameters: ${known.join(", ")}.`,
    ),
  "parameter-value": ({ name, text, minimum, maximum }) =>
    `--set ${name}=${text}: must be a whole number${rangeWords(minimum, maximum)}.`,
};

const untrustedWords = (file: string, path: string, why: "owner" | "writable" | "replaced"): string =>
  why === "replaced"
    ? sentences(
        `${file}: is not applied as root, because another file took its place while it was read.`,
        "Find out who does that, then run it again.",
      )
    : sentences(
        `${file}: is not applied as root, because`,
        `${path} ${why === "owner" ? "belongs to another user" : "can be written by others"}.`,
        "Make root the owner and remove the write permission of others (chown root, chmod go-w).",
      );

function rangeWords(minimum: string | undefined, maximum: string | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `, at least ${minimum}`;
  return maximum === undefined ? "" : `, at most ${maximum}`;
}
