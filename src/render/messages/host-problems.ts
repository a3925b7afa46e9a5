/** The words for what stands in the way on the host: what it is, and the way out. */
import type { HostProblem } from "../../problem.js";
import { bootProblemMessages } from "./boot-messages.js";
import { missingKeyWords, obstacleWords, recordWords, rootWords } from "./host-parts.js";
import { loaderName } from "./loader-name.js";
import { conflictWords, expectedWords } from "./option-words.js";
import { overrideWords } from "./override-words.js";
import { recordMessages } from "./record-problems.js";
import { didYouMean, type Messages, nothingChanged, sentences } from "./sentences.js";

const guards: Readonly<Record<string, string>> = {
  "one-way": "cannot be changed back before a reboot",
  "runs-code": "makes the kernel run what it names, as root",
  "stops-host": "can stop or lock this host",
  "starves-host": "can leave programs of this host without something they need",
};

export const hostMessages: Messages<HostProblem> = {
  ...recordMessages,
  ...bootProblemMessages,
  "not-root": ({ command }) =>
    sentences(
      `\`tunectl ${command}\` changes the host and needs root. ${nothingChanged}`,
      "Run it with sudo, or try `tunectl rehearse`, which needs no root.",
    ),
  "unclean-environment": ({ command, variables }) =>
    sentences(
      `${variables.join(" and ")} ${variables.length === 1 ? "is" : "are"} set:`,
      `other code than tunectl's is in this process already, as root. ${nothingChanged}`,
      `Start the program by its own name, which takes ${variables.length === 1 ? "it" : "them"} away,`,
      `or run \`env ${variables.map((name) => `-u ${name}`).join(" ")} node … ${command}\`.`,
    ),
  "no-kernel": ({ path }) =>
    sentences(
      `${path} cannot be read, so there is no kernel to ask. ${nothingChanged}`,
      "Use `--root /` for the files of this system alone, `--root DIR` for an image, or `--against FACTS` for another host.",
    ),
  "in-chroot": ({ command }) =>
    sentences(
      `this is a chroot, and its kernel belongs to the system outside. ${nothingChanged}`,
      `Run \`tunectl ${command}\` outside, or on the booted system.`,
    ),
  "kernel-read-only": ({ path }) =>
    sentences(
      `${path} is read-only (a container, or ProtectKernelTunables=yes). ${nothingChanged}`,
      "Run tunectl on the host itself, or use `apply --offline` to change the files alone.",
    ),
  "key-not-found": missingKeyWords,
  "locked-by-other-key": ({ key, other, other_value }) =>
    sentences(
      `\`${key}\` cannot be written while \`${other}\` is ${other_value}: the kernel refuses it. ${nothingChanged}`,
      `Give \`${other}\` another value in the profile, or leave \`${key}\` out.`,
    ),
  "not-writable-here": ({ key, errno }) =>
    sentences(
      `\`${key}\` cannot be written here (${errno}). ${nothingChanged}`,
      "In a network namespace or a container some keys can only be written on the host.",
    ),
  "needs-acceptance": ({ key, guard, danger }) =>
    sentences(
      `\`${key}\` ${guards[guard] ?? guard}: ${danger.replace(/\.$/, "")}.`,
      `To set it all the same, run with --accept ${key}.`,
    ),
  "broken-relation": ({ message, way_out }) => sentences(message, way_out),
  "contradicting-values": (problem) =>
    sentences(
      contradictionWords(problem),
      // Of a pair the kernel keeps one: an excuse would end in a failed write. Of a bound it may know better.
      problem.relation === "bounded-value"
        ? `Correct one of them, or excuse it: --allow ${problem.relation}.`
        : "Keep one of them.",
    ),
  "overridden-at-boot": (problem) =>
    sentences(
      `\`${problem.key}\`: the next boot will give ${problem.boot ?? "the kernel's default"}, not ${problem.wanted},`,
      overrideWords(problem),
    ),
  "not-taken-over": ({ file, why, path = file }) =>
    sentences(
      `${file} is not changed: ${path === file ? "it" : path} ${obstacleWordsOf[why]}.`,
      why === "not-administrators" ? "" : "Take the line out by hand.",
    ),
  "drop-in-hides": ({ name, file }) =>
    `--drop-in ${name}: ${file} has that name, and would not be read any more. ${nothingChanged} Choose another name.`,
  "boot-blocked": ({ file, loader }) =>
    sentences(
      `${file} is not a regular file, and ${loaderName[loader]} waits for it for ever: the next boot sets nothing.`,
      "Remove it.",
    ),
  "module-not-loadable": ({ module, detail }) =>
    `the module ${module} cannot be loaded: ${detail.replace(/\.$/, "")}. ${nothingChanged}`,
  "write-refused": ({ key, value, errno }) =>
    `\`${key}\`: the kernel refused ${value === "" ? "the empty value" : value} (${errno}${refusalWords(errno)}).`,
  "unexpected-value": ({ key, wanted, found }) =>
    found === undefined
      ? `\`${key}\`: ${wanted} was written, and the key is not there any more.`
      : sentences(
          `\`${key}\`: ${wanted} was written, and the kernel reads ${found}.`,
          `Write ${found} in the profile if that is enough.`,
        ),
  "file-not-written": ({ file, errno }) => `${file}: cannot be written (${errno}${diskWords[errno] ?? ""}).`,
  "foreign-file": ({ file, why, doing }) =>
    doing === "remove"
      ? `${file}: ${foreignWords[why]}, so it is not removed. ${nothingChanged} Remove it by hand if it is not wanted.`
      : `${file}: ${foreignWords[why]}, so it is not replaced. Move it away.`,
  "no-systemd": ({ path, root }) =>
    sentences(
      `${root === undefined ? `no systemd runs here, and ${path} is not there` : `the image at ${root} has no ${path}`}: there is nothing that would start a unit. ${nothingChanged}`,
      "Have the boot's own scripts run `tunectl boot-check` when all else is up, such as a file in /etc/local.d, or a line `@reboot` of cron.",
    ),
  "program-unfit": ({ program, why, path }) =>
    why === "missing"
      ? sentences(
          `${program}: there is no such program for the unit to start. ${nothingChanged}`,
          "Put tunectl there first.",
        )
      : sentences(
          `${program}: a unit of root's must not start it, because`,
          why === "replaced"
            ? "another file took its place meanwhile."
            : `${path} ${why === "owner" ? "belongs to another user" : "can be written by others"}.`,
          `${nothingChanged} Copy tunectl to a folder that root alone can write, and install the check from there.`,
        ),
  interrupted: ({ signal }) => `stopped by ${signal}.`,
  "facts-invalid": ({ file, fault }) =>
    sentences(
      `${file}: is not a valid facts file: ${recordWords(fault)}.`,
      "Write it again with `tunectl capture` on the host.",
    ),
  "namespace-forbidden": ({ detail, cause }) =>
    sentences(`cannot make a throw-away namespace${detail ? `: ${detail}` : ""}.`, obstacleWords(cause)),
  "not-applied": () => "no profile is applied here; `tunectl apply PROFILE` applies one.",
  "bad-root": ({ root, why, path }) => rootWords(root, why, path),
  "unknown-allowed-id": ({ id, nearest }) =>
    sentences(
      `--allow ${id}: it takes the id of a relation, or of a warning about a value, and this is neither${didYouMean(nearest)}`,
      "The id stands in brackets behind such a message; other findings name their own way out.",
    ),
  "unknown-accepted-key": ({ key, nearest }) => `--accept ${key}: there is no such key${didYouMean(nearest)}`,
  "conflicting-options": ({ options }) =>
    `${options.join(" and ")} cannot be given together; ${conflictWords[options.join(" ")] ?? "give one of them"}.`,
  "unknown-counter": ({ counter }) =>
    sentences(
      `--watch ${counter}: this kernel has no such counter.`,
      "Names are as `nstat -a` prints them (TcpExtListenDrops), or a file and a name, such as '/proc/vmstat pgscan_direct'; behind a colon the margin, a whole number.",
    ),
  "needs-option": ({ option, needs }) => `${option} does nothing without ${needs}.`,
  "bad-option-value": ({ option, value: given, expected }) =>
    `${option} ${given}: ${expectedWords[expected]}.`,
  "nothing-asked": () => "give a key or a word, such as `tunectl explain somaxconn`, or --all.",
  "no-match": ({ text, nearest }) => `no catalogue entry matches \`${text}\`${didYouMean(nearest)}`,
  "unknown-key": ({ key, nearest }) =>
    `\`${key}\` is no key of this kernel, no file sets it, and the catalogue does not know it${didYouMean(nearest)}`,
  usage: ({ message }) => message,
};

function contradictionWords({
  relation,
  key,
  value: own,
  other,
  other_value: otherValue,
}: Extract<HostProblem, { code: "contradicting-values" }>): string {
  switch (relation) {
    case "same-value":
      return `\`${key}\` and \`${other}\` are two names of one value, and cannot be ${own} and ${otherValue}.`;
    case "exclusive-values":
      return `\`${key}\` is ${own} and \`${other}\` is ${otherValue}: setting one of them sets the other to 0.`;
    case "bounded-value":
      return `\`${key}\` is ${own}, above the ${otherValue.split(" ")[0]} of \`${other}\`: the kernel refuses that.`;
  }
}

function refusalWords(errno: string): string {
  if (errno === "EINVAL") return ": outside of the range it accepts here, or in conflict with another key";
  if (errno === "ENOENT") return ": there is no such name, or the module for it is missing";
  return errno === "SHORT" ? ": it took only a part of it" : "";
}

const diskWords: Readonly<Record<string, string>> = {
  ENOENT: ": its folder does not exist",
  ENOSPC: ": the disk is full",
  EROFS: ": the file system is read-only",
  EDQUOT: ": the quota is used up",
  ECHANGED: ": something else changed it at the same time",
  EBADMSG: ": it would hold what no snapshot can, and could not be read back",
};

const obstacleWordsOf = {
  "not-administrators": "is not a file of the administrator below /etc",
  "odd-name": "has a line's end in its name",
  elsewhere: "is neither /etc/sysctl.conf nor a file of /etc/sysctl.d",
  owner: "belongs to another user",
  writable: "can be changed by others",
  "hard-linked": "has a second name (hard link)",
  "not-regular": "is not a regular file",
  unreadable: "cannot be read",
  "not-text": "holds bytes or line ends that a snapshot cannot keep as they are",
  secret: "holds a secret, and no snapshot may keep one",
  "too-large": "is too large for a snapshot",
};

const foreignWords = {
  "not-ours": "was not written by tunectl",
  link: "is a symbolic link",
  "not-regular": "is not a regular file",
  "hard-linked": "has a second name (hard link)",
};
