/** The words for what concerns the record of changes and the way back: what it is, and the way out. */
import type { HostProblem } from "../../problem.js";
import { shellWord } from "../escape.js";
import { recordWords, restoreWords } from "./host-parts.js";
import { type Messages, nothingChanged, sentences } from "./sentences.js";

type RecordCode =
  | "abandoned"
  | "damaged-boot-checks"
  | "damaged-snapshot"
  | "file-modified"
  | "file-modified-in-trial"
  | "file-not-restored"
  | "interrupted-transaction"
  | "locked"
  | "modified-externally"
  | "newer-boot-checks"
  | "newer-snapshot"
  | "no-guard"
  | "no-lock"
  | "no-record"
  | "no-trial"
  | "not-in-set"
  | "not-restored"
  | "not-triable"
  | "original-unknown"
  | "open-live"
  | "other-namespace"
  | "recovery-incomplete"
  | "state-untrusted"
  | "trial-pending"
  | "trial-unguarded"
  | "unknown-abandoned"
  | "unknown-snapshot";

/** `45 s`, `4 min 10 s`. */
export const timeWords = (seconds: number): string =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;

export const recordMessages: Pick<Messages<HostProblem>, RecordCode> = {
  "other-namespace": ({ id }) =>
    sentences(
      `change ${id} was made in another network namespace, whose net.* values cannot be reached from here.`,
      nothingChanged,
      "Run tunectl in that namespace: on the host itself, or with `nsenter --net`.",
    ),
  "file-modified": ({ file, removed = false }) =>
    sentences(
      `${file}: was ${removed ? "removed" : "modified"} since tunectl wrote it.`,
      removed
        ? "--keep-changed leaves it and restores the rest; --force restores the former version."
        : "--keep-changed leaves it and restores the rest; --force restores the former version and discards the modification.",
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
  "damaged-boot-checks": ({ file, fault }) =>
    sentences(
      `${file}: does not hold valid results of checks after a boot: ${recordWords(fault)}.`,
      "What boots proved is not known; all else works. The next `tunectl boot-check` begins it anew.",
    ),
  "newer-boot-checks": ({ file, version }) =>
    sentences(
      `${file}: was written by a newer tunectl (format ${version}). What boots proved is not known; all else works.`,
      "Use that version, or move the file away.",
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
  "recovery-incomplete": ({ id, left, abandoned }) =>
    sentences(
      `change ${id} is not taken back whole: ${left.join(", ")} could not be restored.`,
      "Run `tunectl recover` again when the cause is removed, or leave it and go on with",
      `\`tunectl recover ${[...abandoned, ...left].map((what) => `--abandon ${shellWord(what)}`).join(" ")}\`.`,
    ),
  abandoned: ({ what, found, before }) =>
    found === undefined
      ? `${what} is left as it is.`
      : `\`${what}\` is left at ${value(found)}; it was ${value(before)} before.`,
  "trial-pending": ({ id, seconds }) =>
    sentences(
      `change ${id} is on trial for another ${timeWords(seconds)}. ${nothingChanged}`,
      `\`tunectl confirm\` keeps it, \`tunectl rollback ${id}\` takes it back.`,
    ),
  "open-live": ({ id }) =>
    sentences(
      `change ${id} of the running kernel was interrupted, and its values cannot be reached with the files alone. ${nothingChanged}`,
      "Run `tunectl recover` first, without --offline and --root.",
    ),
  "trial-unguarded": ({ id, seconds }) =>
    sentences(
      `change ${id} is on trial for another ${timeWords(seconds)}, but its guard has ended: nothing takes it back by itself.`,
      "`tunectl confirm` keeps it, `tunectl recover` takes it back.",
    ),
  "no-trial": ({ id, end, why }) =>
    id === undefined || end === undefined
      ? "no change is on trial here; `tunectl apply PROFILE --trial 5m` begins one."
      : `change ${id} is on trial no more: ${endWords[end]}${why === undefined ? "" : ` (${why})`}.`,
  "no-guard": ({ detail }) =>
    sentences(
      `nothing would take the trial back in time: the guard is not there (${detail}).`,
      "Apply it without --trial, or see what keeps a process from starting.",
    ),
  "not-triable": ({ what, why }) =>
    sentences(
      `\`${what}\` cannot be on trial: ${triableWords[why]}. ${nothingChanged}`,
      triableWayOut(what, why),
    ),
  "file-modified-in-trial": ({ file }) =>
    sentences(
      `${file}: something else has changed it since the trial began. The change is on trial as before.`,
      "Put the file back as it was and confirm again, or let the trial be taken back.",
    ),
  "unknown-abandoned": ({ what, id }) =>
    `--abandon ${what}: change ${id}, which was interrupted, has no such key or file; \`tunectl snapshots ${id}\` lists them.`,
};

const endWords = {
  "rolled-back": "an operator took it back",
  "timed-out": "it was not confirmed in time, and is taken back",
  watched: "a counter got worse, and it is taken back",
  rebooted: "a reboot has taken it back",
  recovered: "a recovery took it back",
};

const triableWords = {
  "one-way": "only a reboot takes it back",
  "write-only": "it cannot be read, so nobody knows what to take it back to",
  "original-unknown": "what it is now cannot be recorded, so nobody knows what to take it back to",
  module: "it would have to be loaded, and stays when the values are taken back",
};

const triableWayOut = (what: string, why: keyof typeof triableWords): string =>
  why === "module"
    ? `Load it first: \`modprobe ${what}\`.`
    : "Leave it out with `unset` in a profile that includes this one, or apply without --trial.";

const undoScriptOf = (file: string): string => file.replace(/(\.taken-back)?\.json$/, ".undo.sh");

const value = (text: string | undefined): string =>
  text === undefined ? "absent" : text === "" ? '""' : text;
