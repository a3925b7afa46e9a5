/** The words for what stands in the way on the host. */
import type { Problem } from "../problem.js";

const guards: Readonly<Record<string, string>> = {
  "one-way": "cannot be taken back before a reboot",
  "runs-code": "makes the kernel run what it names, as root",
  "stops-host": "can stop or lock this host",
};

/** Undefined where the problem is of the other kind. */
export function hostWords(problem: Problem): string | undefined {
  switch (problem.code) {
    case "not-root":
      return `\`tunectl ${problem.command}\` changes the host, so it needs root; nothing was touched. Run it with sudo, or try \`tunectl rehearse\`, which needs no root.`;
    case "no-kernel":
      return `${problem.path} is not there: this is no running Linux. Use \`--against FACTS\` for another host, or \`--root DIR\` for an image.`;
    case "kernel-read-only":
      return `${problem.path} is mounted read-only (a container, or ProtectKernelTunables=yes); nothing was changed. Run tunectl on the host itself.`;
    case "kernel-lacks-key":
      return `\`${problem.key}\`: this kernel (${problem.kernel}) does not have it${lackWords(problem)}. Leave it out with \`when: \${has_tunable('${problem.key}')}\`, or run with --skip-missing.`;
    case "not-writable-here":
      return `\`${problem.key}\` cannot be written here (${problem.errno}); nothing was changed. In a network namespace or container some keys belong to the host alone.`;
    case "needs-acceptance":
      return `\`${problem.key}\` ${guards[problem.guard] ?? problem.guard}: ${problem.danger.replace(/\.$/, "")}. If that is what you want, run with --accept ${problem.key}.`;
    case "loses-at-boot":
      return `\`${problem.key}\`: the next boot will give ${problem.boot}, not ${problem.wanted}, since ${problem.file}:${problem.line} is read after ours. Take that line out, or run with --allow-override to apply all the same.`;
    case "module-not-loadable":
      return `module ${problem.module} could not be loaded: ${problem.message}. Nothing was changed.`;
    case "write-refused":
      return `\`${problem.key}\`: the kernel refused ${problem.value === "" ? "the empty value" : problem.value} (${problem.errno}${refusalWords(problem.errno)}).`;
    case "value-changed":
      return `\`${problem.key}\`: the kernel took ${problem.wanted} and reads ${problem.found}. Write that value in the profile if it is good enough.`;
    case "file-not-written":
      return `${problem.file}: cannot be written (${problem.errno}${diskWords[problem.errno] ?? ""}).`;
    case "foreign-file":
      return `${problem.file}: ${foreignWords[problem.why]}, so it is not touched. Move it away.`;
    case "file-edited":
      return `${problem.file}: was changed since tunectl wrote it. --keep-changed leaves it and puts back the rest; --force puts the former version back, and your change is lost.`;
    case "locked":
      return `another tunectl is at work${problem.holder === undefined ? "" : ` (process ${problem.holder})`}; nothing was changed. Try again when it has ended.`;
    case "no-lock":
      return `the lock cannot be taken: ${problem.message}. Nothing was changed.`;
    case "state-untrusted":
      return `${problem.path}: is not used as the state folder, since ${problem.why}. Move it away.`;
    case "damaged-snapshot":
      return `${problem.file}: is no snapshot that can be trusted: ${problem.message}. Nothing was changed; look at it, then move it away.`;
    case "nothing-on-record":
      return `${problem.profiles.join(", ") || problem.file} is in force, but no snapshot says what was before it: it was pruned, moved away, or the state folder is lost. \`tunectl apply\` of other profiles replaces it; to end it, remove ${problem.file} and reboot.`;
    case "unknown-snapshot":
      return `there is no snapshot ${problem.id} to go back to. ${problem.known.length === 0 ? "None is kept." : `There are: ${problem.known.join(", ")} (tunectl snapshots).`}`;
    case "changed-since":
      return `\`${problem.key}\` was ${problem.ours} after our change and is ${problem.found} now: somebody else changed it. --keep-changed leaves it and puts back the rest; --force puts back ${problem.before ?? "what was before us"}.`;
    case "before-unknown":
      return `\`${problem.key}\` reads ${problem.found}; what it was before is not known: it came with an image, or its interface came after apply. --keep-changed takes the profile out of the next boot and leaves the value until then.`;
    case "not-restored":
      return `NOT RESTORED \`${problem.key}\`: reads ${problem.found}, was ${problem.wanted} (${problem.reason}). Set it by hand: sysctl -w '${problem.key}=${problem.wanted}'`;
    case "file-not-restored":
      return `NOT RESTORED ${problem.file} (${problem.reason}).`;
    case "interrupted-transaction":
      return `change ${problem.id} was interrupted before it ended. \`tunectl rollback\` puts back what was before it.`;
    case "interrupted":
      return `stopped by ${problem.signal}.`;
    case "facts-invalid":
      return `${problem.file}: is not a file of facts: ${problem.message}. Write it anew with \`tunectl capture\` on the host.`;
    case "namespace-forbidden":
      return `cannot make a throw-away namespace: ${problem.message}. ${problem.remedy}`;
    case "usage":
      return problem.message;
    default:
      return undefined;
  }
}

function lackWords({ since, module }: { since?: string; module?: string }): string {
  return [since && ` (it came with Linux ${since})`, module && ` (it comes with the module ${module})`]
    .filter(Boolean)
    .join("");
}

function refusalWords(errno: string): string {
  if (errno === "EINVAL") return ": outside of what it takes here, or against another key's value";
  if (errno === "ENOENT") return ": it knows no such name, or lacks the module for it";
  return errno === "SHORT" ? ": it took only a part of it" : "";
}

const diskWords: Readonly<Record<string, string>> = {
  ENOSPC: ": the disk is full",
  EROFS: ": the file system is read-only",
  EDQUOT: ": the quota is used up",
  EBADMSG: ": it would hold what no snapshot can, and could not be read back",
};

const foreignWords = {
  "not-ours": "was not written by tunectl",
  link: "is a symbolic link",
  "not-regular": "is no regular file",
  "hard-linked": "has a second name (hard link)",
};
