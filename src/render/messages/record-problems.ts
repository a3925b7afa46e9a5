/** The words for what concerns the record of changes and the way back: what it is, and the way out. */
import type { HostProblem } from "../../problem.js";
import { shellWord } from "../escape.js";
import { recordWords, restoreWords } from "./host-parts.js";
import { type Messages, nothingChanged, sentences } from "./sentences.js";

type RecordCode =
  | "abandoned"
  | "damaged-snapshot"
  | "file-modified"
  | "file-not-restored"
  | "interrupted-transaction"
  | "locked"
  | "modified-externally"
  | "newer-snapshot"
  | "no-lock"
  | "no-record"
  | "not-in-set"
  | "not-restored"
  | "original-unknown"
  | "other-namespace"
  | "recovery-incomplete"
  | "state-untrusted"
  | "unknown-abandoned"
  | "unknown-snapshot";

export const recordMessages: Pick<Messages<HostProblem>, RecordCode> = {
  "other-namespace": ({ id }) =>
    sentences(
      `change ${id} was made in another network namespace, whose net.* values cannot be reached from here.`,
      nothingChanged,
      "Run tunectl in that namespace: on the host itself, or with `nsenter --net`.",
    ),
  "file-modified": ({ file }) =>
    sentences(
      `${file}: was modified since tunectl wrote it.`,
      "--keep-changed leaves it and restores the rest; --force restores the former version and discards the modification.",
    ),
  locked: ({ holder, waited }) =>
    sentences(
      `another tunectl process${holder === undefined ? "" : ` (PID ${holder})`} holds the lock${
        waited === undefined ? "" : `, and did not end within ${waited} seconds`
      }. ${nothingChanged}`,
      waited === undefined
        ? "Try again when it has ended, or wait for it with --wait 30s."
        : "Try again when it has ended.",
    ),
  "no-lock": ({ detail }) =>
    detail === undefined
      ? `the lock needs flock(1), which is not installed (package util-linux). ${nothingChanged}`
      : `the lock cannot be taken: ${detail}. ${nothingChanged}`,
  "state-untrusted": ({ path, owner, mode }) =>
    mode === undefined
      ? `${path}: cannot be the state folder: it ${owner === undefined ? "is not a folder" : `belongs to user ${owner}`}. Move it away.`
      : sentences(
          `${path}: cannot be the state folder: other users may write it (mode ${mode.toString(8)}).`,
          `Look at what is in it; if it is as tunectl left it, run \`chmod 700 ${shellWord(path)}\`.`,
        ),
  "damaged-snapshot": ({ file, fault }) =>
    sentences(
      `${file}: is not a valid snapshot: ${recordWords(fault)}. What needs it is refused; all else works.`,
      `\`sh ${shellWord(undoScriptOf(file))}\` restores what was before that change, if the script is good;`,
      "`tunectl rollback --to-defaults` needs no snapshot. Then move the file away.",
    ),
  "newer-snapshot": ({ file, version }) =>
    sentences(
      `${file}: was written by a newer tunectl (format ${version}). What needs it is refused; all else works.`,
      "Use that version; do not remove the file.",
    ),
  "unknown-snapshot": ({ id, known }) =>
    sentences(
      `there is no snapshot ${id} to go back to.`,
      known.length === 0
        ? "None is kept."
        : `Snapshots kept: ${known.join(", ")} (see \`tunectl snapshots\`).`,
    ),
  "no-record": ({ file, profiles }) =>
    sentences(
      `${profiles.join(", ") || file} is applied, but no snapshot says what was before it:`,
      "it was moved away, the state folder is lost, or `rollback --keep-changed` left the file, which `tunectl rollback --force` removes.",
      "`tunectl rollback --to-defaults` sets each key to what the next boot gives without tunectl, and removes the file.",
    ),
  "not-in-set": ({ text }) =>
    `--only ${text}: no setting that is applied answers to it; \`tunectl status --format json\` and the drop-in list them.`,
  "modified-externally": ({ key, ours, found, before }) =>
    sentences(
      `\`${key}\` was ${value(ours)} after our change and is ${value(found)} now: something else changed it.`,
      `--keep-changed leaves it and restores the rest; --force restores ${before ?? "what was before our change"}.`,
    ),
  "original-unknown": ({ key, found }) =>
    sentences(
      `\`${key}\` is ${found}, and what it was before is not known: it came with an image, or its interface came later.`,
      "--keep-changed removes the profile from the next boot and leaves the value until then.",
    ),
  "not-restored": (problem) =>
    sentences(
      `NOT RESTORED \`${problem.key}\`: is ${value(problem.found)}, was ${problem.wanted} (${restoreWords(problem)}).`,
      problem.why === "one-way"
        ? "Reboot to restore it."
        : `Set it by hand: \`sysctl -w ${shellWord(`${problem.key}=${problem.wanted}`)}\`.`,
    ),
  "file-not-restored": ({ file, errno }) => `NOT RESTORED ${file} (${errno}).`,
  "interrupted-transaction": ({ id }) =>
    sentences(
      `change ${id} was interrupted before it ended.`,
      "`tunectl recover` takes it back, and so does the next `apply` or `rollback` before it begins.",
    ),
  "recovery-incomplete": ({ id, left }) =>
    sentences(
      `change ${id} is not taken back whole; all but ${left.join(", ")} is as it was before.`,
      "Run `tunectl recover` again when the cause is removed, or leave it and go on with",
      `\`tunectl recover ${left.map((what) => `--abandon ${shellWord(what)}`).join(" ")}\`.`,
    ),
  abandoned: ({ what, found, before }) =>
    found === undefined
      ? `${what} is left as it is.`
      : `\`${what}\` is left at ${value(found)}; it was ${value(before)} before.`,
  "unknown-abandoned": ({ what, id }) =>
    `--abandon ${what}: change ${id}, which was interrupted, has no such key or file; \`tunectl snapshots ${id}\` lists them.`,
};

const undoScriptOf = (file: string): string => file.replace(/(\.taken-back)?\.json$/, ".undo.sh");

const value = (text: string | undefined): string =>
  text === undefined ? "absent" : text === "" ? '""' : text;
