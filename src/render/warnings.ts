/** The words for what is worth one though nothing stops for it. */
import type { Warning } from "../problem.js";

export function warningWords(warning: Warning): string {
  switch (warning.code) {
    case "below-default":
      return `\`${warning.key}\`: ${warning.wanted} is below the kernel's own default, ${warning.default}${warning.since ? ` since Linux ${warning.since}` : ""}; it asks for less than a host has untuned.`;
    case "image-unknown":
      return `\`${warning.key}\`: the image does not tell what its kernel starts with, so the drop-in says ${warning.value}, which may be less. \`--against FACTS\` of a host like those it is for tells.`;
    case "no-effect":
      return `\`${warning.key}\` takes writes and does nothing since Linux ${warning.since}; take it out.`;
    case "more-than-memory":
      return `\`${warning.key}\` counts ${warning.unit}: ${warning.wanted} are ${warning.bytes} bytes, more than this host's ${warning.memory}. Were bytes meant?`;
    case "overridden-at-boot":
      return `\`${warning.key}\`: ${loaderWords[warning.loader] ?? warning.loader} would set ${warning.value}, from ${warning.file}:${warning.line}.`;
  }
}

const loaderWords: Readonly<Record<string, string>> = {
  systemd: "systemd-sysctl",
  procps: "`sysctl --system` (procps), run by hand or at a boot without systemd,",
};
