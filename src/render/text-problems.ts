/** The words for what is wrong with a text that a person wrote. */
import type { Problem } from "../problem.js";
import { faultWords } from "./value-faults.js";

const meant = (nearest: string | undefined): string =>
  nearest === undefined ? "" : `; did you mean \`${nearest}\`?`;

/** Undefined where the problem is of the other kind. */
export function textWords(problem: Problem): string | undefined {
  switch (problem.code) {
    case "file-missing":
      return `${problem.file}: there is no such file. Check the path.`;
    case "file-unreadable":
      return `${problem.file}: cannot be read (${problem.errno}${problem.errno === "EACCES" ? ": this user may not; run as one who may" : ""}).`;
    case "file-not-regular":
      return `${problem.file}: is ${problem.found}; give a regular file.`;
    case "file-too-large":
      return `${problem.file}: has ${problem.bytes} bytes; at most ${problem.limit} are read.`;
    case "file-not-text":
      return `${problem.file}: is no UTF-8 text (byte ${problem.offset}). Save it as UTF-8.`;
    case "file-untrusted":
      if (problem.why === "replaced")
        return `${problem.file}: root does not apply it, since another file took its place while it was read. See who does that, then run it again.`;
      return `${problem.file}: root does not apply it, since ${problem.culprit} ${problem.why === "owner" ? "belongs to another user" : "can be written by others"}. Make root its owner and take the others' write permission (chown root, chmod go-w).`;
    case "control-character":
      return `this text holds the control character ${problem.character}; take it out.`;
    case "profile-empty":
      return "the file is empty; a profile needs at least `name` and `summary`.";
    case "too-many-parts":
      return `this has more than ${problem.limit} lines and commas; no profile needs so many. Split it.`;
    case "yaml-syntax":
      return `this is not YAML: ${problem.message.replace(/\.$/, "")}.`;
    case "yaml-duplicate-key":
      return `\`${problem.key}\` stands here a second time; keep one.`;
    case "yaml-tab":
      return "this line is indented with a tab, which YAML forbids; use spaces.";
    case "yaml-alias":
      return "this is an alias (`*name`), which is not followed; write the value out.";
    case "yaml-tag":
      return `this has the tag \`${problem.tag.replace("tag:yaml.org,2002:", "!!")}\`; values are text, so take it away.`;
    case "yaml-nesting":
      return `this is nested deeper than ${problem.limit} levels; a profile needs three.`;
    case "profile-structure":
      return `${problem.where} ${problem.message}.`;
    case "unknown-field":
      return unknownField(problem);
    case "bare-value":
      return `\`${problem.key}\` needs its why: write \`${problem.key}: { value: ${problem.text}, why: … }\`, or \`unset\` to drop what an included profile sets.`;
    case "unknown-profile":
      return `there is no profile \`${problem.name}\`${meant(problem.nearest) || "."} Searched: ${problem.searched.join(", ")}. \`tunectl list\` shows all.`;
    case "bad-profile-name":
      return `\`${problem.name}\` is no profile's name (small letters, digits, \`.\`, \`_\`, \`-\`). ${problem.place ? "`include` takes names, not paths." : "For a file, give a path with a `/` or the ending `.yaml`."}`;
    case "include-cycle":
      return `this profile includes itself: ${problem.chain.join(" → ")}. Take one \`include\` out.`;
    case "include-depth":
      return `this is included through more than ${problem.limit} profiles; include it more directly.`;
    case "bad-key":
      return `\`${problem.text}\` is no sysctl key; write it as sysctl(8) prints it: \`net.ipv4.ip_forward\`, \`net.ipv4.conf.eth0/100.rp_filter\`. Patterns are taken for interfaces alone.`;
    case "same-key-twice":
      return `\`${problem.key}\` is set twice in this profile, first in line ${problem.other.line}; keep one.`;
    case "unknown-tunable":
      return `\`${problem.key}\` is not in the catalogue${meant(problem.nearest) || "; `tunectl explain WORD` searches it."}`;
    case "removed-tunable":
      return `\`${problem.key}\` is gone since Linux ${problem.version}: ${problem.because.replace(/\.$/, "")}. Take it out.`;
    case "renamed-tunable":
      return `\`${problem.key}\` is gone since Linux ${problem.version}; it is now \`${problem.successor}\`.`;
    case "read-only-tunable":
      return `\`${problem.key}\` can only be read; take it out.`;
    case "write-only-tunable":
      return `\`${problem.key}\` is a trigger, not a setting: it does its work when written and keeps no value. Take it out.`;
    case "secret-tunable":
      return `\`${problem.key}\` is a secret; a profile and a drop-in are read by many. Set it by other means.`;
    case "bad-value":
      return `\`${problem.key}\` ${faultWords(problem.fault)}.`;
    case "bound-on-pattern":
      return `\`${problem.key}\` stands for many keys, and sysctl.d knows no \`${problem.bound}\` for interfaces that come later; use \`value\`, or name the interface.`;
    case "bound-on-words":
      return `\`${problem.key}\` has values without an order, so \`${problem.bound}\` means nothing; use \`value\`.`;
    case "bounds-crossed":
      return `\`${problem.key}\` is to be at least ${problem.least} and at most ${problem.most}, which no value can be.`;
    case "profiles-disagree":
      return `\`${problem.key}\` is to be ${problem.wanted} here and ${problem.otherWanted} in ${problem.other.file}:${problem.other.line}. Apply one of the profiles, or write a third that includes both and sets the key.`;
    case "bad-expression":
      return `\${${problem.expression}}: ${expressionWords(problem.message)}.`;
    case "expression-kind":
      return `\${${problem.expression}} gives ${problem.found}; ${problem.wanted} is needed here.`;
    case "bad-parameter":
      return `parameter \`${problem.name}\`: ${problem.message}.`;
    case "unknown-parameter":
      return `--set ${problem.name}: no such parameter${meant(problem.nearest) || "."} ${problem.known.length === 0 ? "These profiles have none." : `There are: ${problem.known.join(", ")}.`}`;
    case "parameter-value":
      return `--set ${problem.name}=${problem.text}: takes a whole number${bounds(problem)}.`;
    default:
      return undefined;
  }
}

function unknownField({ field, part, nearest }: Extract<Problem, { code: "unknown-field" }>): string {
  // In `{ why: one, two }` the comma ends the text, and `two` looks like a field: the likeliest trap of all.
  if (nearest === undefined && part !== "profile")
    return `\`${field}\` is no field of a ${part}. Inside { } a comma ends a text: put the text in quotes if this belongs to it.`;
  return `\`${field}\` is no field of a ${part}${meant(nearest) || "."}`;
}

/** The expression library's words, where ours are plainer. */
const expressionWords = (message: string): string =>
  message.replace(/^Unexpected token: EOF$/, "the expression ends too early").replace(/\.$/, "");

function bounds({ minimum, maximum }: { minimum?: string; maximum?: string }): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `, at least ${minimum}`;
  return maximum === undefined ? "" : `, at most ${maximum}`;
}
