/** The words for warnings. */

import type { Warning } from "../../problem.js";
import { listed } from "../../relations/listed.js";
import { bootWarningMessages } from "./boot-messages.js";
import { loaderName } from "./loader-name.js";
import { didYouMean, ended, type Messages, messageOf, sentences, sizeWords } from "./sentences.js";
import { faultWords, unusualWords } from "./value-faults.js";

export function unreadWords(errno: string): string {
  if (errno === "EFBIG") return "has more than 16 MiB and is not read";
  if (errno === "EAGAIN") return "changed each time it was read";
  return errno === "EACCES" || errno === "EPERM" ? `may not be read (${errno})` : `cannot be read (${errno})`;
}

const combinationWords = {
  max: "the greater of the values of `all` and of the interface counts",
  or: "1 for `all` or for the interface is enough",
  and: "both `all` and the interface must be 1",
  "or-unless-forwarding":
    "1 for `all` or for the interface is enough; where the interface forwards, both must be 1",
  interface: "the kernel goes by the interface's own value and not by that of `all`",
};

const messages: Messages<Warning> = {
  ...bootWarningMessages,
  "below-default": ({ key, wanted, default: standard, since }) =>
    sentences(
      `\`${key}\`: ${wanted} is below the kernel's default of ${standard}${since ? ` since Linux ${since}` : ""}.`,
      "Such a host has more without this setting.",
    ),
  "lowers-value": ({ key, wanted, live }) =>
    sentences(
      `\`${key}\`: ${wanted} is below the ${live} that this host has now.`,
      "Write `at_least` if the setting is only to raise it.",
    ),
  "weakens-protection": ({ key, wanted, than, of }) =>
    sentences(
      `\`${key}\`: ${wanted} guards this host less than ${of === "host" ? `the ${than} that it has now` : `the kernel's default of ${than}`}.`,
      "Leave it out, or say why with `allow: { weakens-protection: … }`.",
    ),
  relation: ({ message, way_out }) => sentences(message, way_out),
  "relations-not-judged": ({ ids }) =>
    `not judged, because a value of the host is not known: ${ids.join(", ")}.`,
  "other-effective-value": ({ key, wanted, effective, interfaces, combines }) =>
    sentences(
      `\`${key}\` is ${wanted}, and what counts on ${listed(interfaces)} is ${effective}:`,
      `${combinationWords[combines]}.`,
    ),
  "unusual-value": ({ key, fault }) => `\`${key}\`: the kernel takes ${unusualWords(fault)}.`,
  "refused-by-some-kernels": ({ key, fault, kernel }) =>
    sentences(
      `\`${key}\` ${faultWords(fault)}.`,
      kernel === undefined
        ? "Write `kernels` in the profile, or a `when`, if it is not for those kernels."
        : `The change was carried back to some releases of the series too, so Linux ${kernel} may take it or refuse it.`,
    ),
  "removed-later": ({ key, version, instead }) =>
    sentences(
      `\`${key}\` is gone since Linux ${version}; this setting still serves older kernels.`,
      instead === undefined ? "" : `For later ones: ${ended(instead)}`,
    ),
  "added-later": ({ key, since, kernel }) =>
    kernel === undefined
      ? sentences(
          `\`${key}\` was added in Linux ${since}, and the profile is for older kernels too.`,
          `Write \`when: \${has_tunable('${key}')}\`, or \`kernels\`.`,
        )
      : sentences(
          `\`${key}\` was added in Linux ${since}: Linux ${kernel} has it only if its vendor brought it there.`,
          `Write \`when: \${has_tunable('${key}')}\`.`,
        ),
  "vendor-tunable": ({ key, vendor, instead }) =>
    sentences(
      `\`${key}\` is in ${vendor} only.`,
      instead === undefined
        ? `Write \`when: \${has_tunable('${key}')}\` if the profile is for others too.`
        : ended(instead),
    ),
  "other-kernel": ({ profile, kernels, kernel }) =>
    `profile ${profile} is for Linux ${kernels}, and this is Linux ${kernel}.`,
  "doubtful-condition": ({ asked, text, nearest }) =>
    asked === "architecture"
      ? sentences(
          `no host has the architecture \`${text}\`${didYouMean(nearest)}`,
          "`host.arch` is what `uname -m` prints.",
        )
      : `the condition asks for \`${text}\`, which no kernel has${didYouMean(nearest)}`,
  "image-default-unknown": ({ key, value }) =>
    sentences(
      `\`${key}\`: the default of the image's kernel is not known, so the drop-in sets ${value},`,
      "which may be less than the default.",
      "Pass --against FACTS captured on a similar host.",
    ),
  "no-effect": ({ key, since }) =>
    `\`${key}\` has had no effect since Linux ${since}, though it can be written; remove this setting.`,
  "locked-until-reboot": ({ key, live, wanted }) =>
    sentences(
      `\`${key}\` is ${live}, which the kernel keeps until a reboot.`,
      `It is left so now, and becomes ${wanted} at the next boot.`,
    ),
  "more-than-memory": ({ bytes, memory, reserved, parts }) =>
    sentences(
      `these values ${reserved === "at-once" ? "take" : "can take"} ${sizeWords(bytes)}, and this host has ${sizeWords(memory)} of memory:`,
      `${parts.map((part) => `\`${part.key}\` ${part.value} is ${sizeWords(part.bytes)}`).join(", ")}.`,
      "Check the unit.",
    ),
  "loader-version-unknown": ({ loader, version, treated_as }) =>
    version === undefined
      ? `Nothing tells the version of ${loaderName[loader]}: the next boot is foretold as ${treated_as} would do it.`
      : `${loaderName[loader]} ${version} is not known: the next boot is foretold as ${treated_as} would do it.`,
  "other-loader-differs": ({ key, loader, value, file, line }) =>
    `\`${key}\`: ${loaderName[loader]} would set ${value}, from ${file}:${line}.`,
  "boot-file-unreadable": ({ file, errno }) =>
    sentences(
      `${file}: ${unreadWords(errno)}, so what it sets at the next boot is not known.`,
      errno === "EACCES" || errno === "EPERM"
        ? "Run as root to include it; where root may not either, see what its file system or SELinux denies."
        : "",
    ),
};

export const warningWords = (warning: Warning): string => messageOf(messages, warning);

export const isWarningCode = (code: string): boolean => Object.hasOwn(messages, code);
