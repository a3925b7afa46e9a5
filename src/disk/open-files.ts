/** How many open files the configuration of a host promises: PAM's limits, and the units of systemd. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const limitFolders = ["/etc/security/limits.d"];
const unitFolders = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];

/**
 * The greatest hard limit that is a number: `infinity` means what the kernel allows.
 * @param base a folder that stands for `/`; only tests set it
 */
export function configuredOpenFiles(base = ""): bigint {
  const limits = [
    "/etc/security/limits.conf",
    ...limitFolders.flatMap((folder) => filesIn(base, folder, ".conf")),
  ];
  const units = [
    "/etc/systemd/system.conf",
    "/etc/systemd/user.conf",
    ...unitFolders.flatMap((folder) => [
      ...filesIn(base, folder, ".service"),
      ...foldersIn(base, folder, ".d").flatMap((inner) => filesIn(base, inner, ".conf")),
    ]),
  ];
  return [
    ...limits.flatMap((path) => limitsIn(text(base, path))),
    ...units.flatMap((path) => unitLimitsIn(text(base, path))),
  ].reduce((a, b) => (a > b ? a : b), 0n);
}

/** `*  hard  nofile  524288`; `-` sets both the soft and the hard limit. */
const limitsIn = (lines: string): readonly bigint[] =>
  [...lines.matchAll(/^[ \t]*[^#\s]\S*[ \t]+(?:hard|-)[ \t]+nofile[ \t]+(\d+)/gm)].map((found) =>
    BigInt(found[1] ?? 0),
  );

/** `LimitNOFILE=1024:524288`, `DefaultLimitNOFILE=65536`: the last number is the hard limit. */
const unitLimitsIn = (lines: string): readonly bigint[] =>
  [...lines.matchAll(/^[ \t]*(?:Default)?LimitNOFILE[ \t]*=[ \t]*(?:\d+:)?(\d+)[ \t]*$/gm)].map((found) =>
    BigInt(found[1] ?? 0),
  );

function text(base: string, path: string): string {
  try {
    return readFileSync(base + path, "utf8");
  } catch {
    return "";
  }
}

const filesIn = (base: string, folder: string, ending: string): readonly string[] =>
  names(base, folder, ending, (entry) => !entry.isDirectory());

const foldersIn = (base: string, folder: string, ending: string): readonly string[] =>
  names(base, folder, ending, (entry) => entry.isDirectory());

function names(
  base: string,
  folder: string,
  ending: string,
  isWanted: (entry: { isDirectory: () => boolean }) => boolean,
): readonly string[] {
  try {
    return readdirSync(base + folder, { withFileTypes: true })
      .filter((entry) => entry.name.endsWith(ending) && isWanted(entry))
      .map((entry) => join(folder, entry.name));
  } catch {
    return [];
  }
}
