/** The words for what exactly is wrong with a stored file, a host or an option. */
import type { BadRecord, HostProblem, NamespaceObstacle } from "../../problem.js";
import { ended, sentences } from "./sentences.js";

/** Why a stored file cannot be used. */
export function recordWords(fault: BadRecord): string {
  switch (fault.kind) {
    case "not-text":
      return "it is not text";
    case "not-json":
      return `it is not JSON (${fault.detail})`;
    case "too-deep":
      return `it is nested more than ${fault.limit} levels deep`;
    case "duplicate-name":
      return `one object in it has the name \`${fault.name}\` twice`;
    case "structure":
      return `${fault.path || "it"} ${fault.detail.replace(/^must have required property/, "lacks")}`;
    case "bad-key":
      return `\`${fault.key}\` is not a key`;
    case "checksum":
      return "its checksum does not match";
    case "other-id":
      return `it is the record of change ${fault.id}, under another name`;
    case "version":
      return `its format is ${fault.found}, and this tunectl knows ${fault.known}`;
    case "owner":
      return `it belongs to user ${fault.owner}, and its folder to user ${fault.expected}`;
  }
}

/** What forbids namespaces on this host, and the way out. */
export function obstacleWords(cause: NamespaceObstacle): string {
  switch (cause.kind) {
    case "not-installed":
      return `${cause.program} is not installed (package util-linux).`;
    case "settings":
      return cause.settings.map(({ key, value: live }) => settingWords(key, live)).join(" ");
    case "seccomp":
      return sentences(
        "A seccomp filter is on this process, as in a container:",
        "start the container with one that allows unshare(2), or rehearse on the host.",
      );
    case "not-in-kernel":
      return "This kernel has no user namespaces (CONFIG_USER_NS).";
    case "mount-refused":
      return "The namespace can be made, but no file system can be mounted in it.";
    case "unknown":
      return sentences(
        "No known setting forbids it; a security module or a chroot may.",
        "Rehearse as root on the host itself.",
      );
  }
}

const settingWords = (key: string, live: string): string => {
  const allowed = live === "0" ? (key.startsWith("user.") ? "15000" : "1") : "0";
  const root = key.startsWith("user.") ? "" : ", or run the rehearsal as root";
  return `${key} is ${live}: allow it with sysctl -w ${key}=${allowed}${root}.`;
};

/** What is wrong with the folder of `--root`. */
export function rootWords(root: string, why: string, path: string | undefined): string {
  switch (why) {
    case "empty":
      return "--root is empty; give the folder of the image.";
    case "this-host":
      return `--root ${root} is this host itself; leave --root out to work on it.`;
    case "link-loop":
      return `--root ${root}: ${path ?? "a path"} in it is reached by links that form a loop.`;
    default:
      return `--root ${root}: there is no such folder.`;
  }
}

type MissingKey = Extract<HostProblem, { code: "key-not-found" }>;

export function missingKeyWords(problem: MissingKey): string {
  const { key, hidden, kernel, instead } = problem;
  if (hidden)
    return sentences(
      `\`${key}\` is one value for the whole host, and this network namespace does not show it.`,
      `Run on the host itself; or leave it out with \`when: \${has_tunable('${key}')}\`, or --skip-missing.`,
    );
  const here = kernel === undefined ? "the kernel here" : `the kernel here (${kernel})`;
  return sentences(
    `\`${key}\`: ${here} does not have it${originWords(problem)}.`,
    instead === undefined
      ? `Leave it out with \`when: \${has_tunable('${key}')}\`, or run with --skip-missing.`
      : ended(instead),
  );
}

function originWords({ since, module, vendor }: MissingKey): string {
  return [
    vendor && ` (it is in ${vendor} only)`,
    since && ` (it was added in Linux ${since})`,
    module && ` (it comes with the module ${module})`,
  ]
    .filter(Boolean)
    .join("");
}

export function restoreWords({ why, errno }: Extract<HostProblem, { code: "not-restored" }>): string {
  switch (why) {
    case "one-way":
      return "one-way: the kernel keeps it until a reboot";
    case "refused":
      return errno ?? "the kernel refused it";
    case "unexpected":
      return "the kernel took the write and reads another value";
  }
}
