/** Prints our drop-in and our list of modules: plain sysctl.d(5) and modules-load.d(5), the same bytes for the same settings. */

import type { Key } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import { steering } from "../characters.js";

export type DropInLine = {
  readonly key: Key;
  readonly value: Value;
  readonly profile: string;
  readonly why: string;
};

export const dropInFolder = "/etc/sysctl.d";
export const dropInName = "90-tunectl.conf";
export const dropInPath = `${dropInFolder}/${dropInName}`;
export const modulesPath = "/etc/modules-load.d/tunectl.conf";

/** The first line of every file that is ours; a file without it is somebody else's. */
export const marker =
  "# Written by tunectl: `tunectl apply` replaces this file, `tunectl rollback` puts the one before it back.";

/** The drop-in's text; undefined where nothing needs a line. */
export function printDropIn(profiles: readonly string[], lines: readonly DropInLine[]): string | undefined {
  if (lines.length === 0) return undefined;
  const head = [marker, `# Profiles: ${profiles.join(", ")}`];
  const body = lines.flatMap((line) => [
    "",
    ...comment(`${line.profile}: ${line.why}`),
    `${line.key} = ${line.value}`,
  ]);
  return `${[...head, ...body].join("\n")}\n`;
}

export function printModules(modules: readonly string[]): string | undefined {
  return modules.length === 0 ? undefined : `${[marker, ...modules].join("\n")}\n`;
}

const width = 118;

function comment(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "#";
  for (const word of plain(text).split(" ")) {
    if (line.length > 1 && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** A loader must never see a second line, nor a terminal a command: white space is one space, control characters are gone. */
const plain = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(new RegExp(`[${steering}]`, "g"), "?")
    .trim();
