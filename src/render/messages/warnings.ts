/** The words for warnings. */
import type { Warning } from "../../problem.js";
import { type Messages, messageOf, sentences } from "./sentences.js";

export const loaderName = {
  systemd: "systemd-sysctl",
  procps: "`sysctl --system` (procps)",
};

const messages: Messages<Warning> = {
  "below-default": ({ key, wanted, default: standard, since }) =>
    sentences(
      `\`${key}\`: ${wanted} is below the kernel's default of ${standard}${since ? ` since Linux ${since}` : ""}.`,
      "A host without this setting has more.",
    ),
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
  "more-than-memory": ({ key, wanted, unit, bytes, memory }) =>
    sentences(
      `\`${key}\` is counted in ${unit}: ${wanted} is ${bytes} bytes, and this host has ${memory} bytes of memory.`,
      "Check whether bytes were meant.",
    ),
  "other-loader-differs": ({ key, loader, value, file, line }) =>
    `\`${key}\`: ${loaderName[loader]} would set ${value}, from ${file}:${line}.`,
  "boot-file-unreadable": ({ file, errno }) =>
    sentences(
      `${file}: cannot be read by this user (${errno}), so what it sets at the next boot is not known.`,
      "Run as root to include it.",
    ),
};

export const warningWords = (warning: Warning): string => messageOf(messages, warning);
