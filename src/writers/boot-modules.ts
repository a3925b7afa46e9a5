/**
 * Modules that a boot is asked to load, modules-load.d(5), and those that it will not load all the same,
 * modprobe.d(5); the kernel command line has a say in both.
 */
import { commandLine } from "./command-line.js";
import type { DeniedModule } from "./other-write.js";
import { type Files, linesLike, linesOf } from "./sources.js";
import { systemFolders } from "./unit-files.js";

const denials = linesLike(/^\s*(blacklist|install)\s/);

export const deniedModules = (files: Files): readonly DeniedModule[] => [
  ...configurationFiles(files, "modprobe.d", /\.(conf|alias)$/).flatMap((file) =>
    linesOf(files.text(file, denials) ?? "").flatMap(({ number, text }) => deniedBy(text, file, number)),
  ),
  ...commandLine(files)
    .filter(({ name }) => /blacklist$/.test(name))
    .flatMap(({ value, file, line }) =>
      value
        .split(",")
        .filter(Boolean)
        .map((name) => denied(name, "blacklist", file, line)),
    ),
];

const names = linesLike(/^\s*[^\s#;]/);

/** Debian's own list, which its modules-load.d has a link to, or its init script reads. */
const debianList = "/etc/modules";

export const listedModules = (files: Files): readonly string[] => [
  ...[...configurationFiles(files, "modules-load.d", /\.conf$/), debianList].flatMap((file) =>
    linesOf(files.text(file, names) ?? "").flatMap(({ text }) =>
      /^[^\s#;]/.test(text) ? [normal(text.split(/\s+/)[0] ?? "")] : [],
    ),
  ),
  ...commandLine(files)
    .filter(({ name }) => /^(rd\.)?modules[-_]load$/.test(name))
    .flatMap(({ value }) => value.split(",").filter(Boolean).map(normal)),
];

/** The same name in a lower folder is never opened. */
function configurationFiles(files: Files, kind: string, name: RegExp): readonly string[] {
  const paths = new Map<string, string>();
  for (const folder of systemFolders(files, kind))
    for (const one of files.names(folder))
      if (name.test(one) && !one.startsWith(".") && !paths.has(one)) paths.set(one, `${folder}/${one}`);
  return [...paths].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

function deniedBy(text: string, file: string, line: number): readonly DeniedModule[] {
  const [word, name = "", ...command] = text.split(/\s+/);
  if (name === "") return [];
  if (word === "blacklist") return [denied(name, "blacklist", file, line)];
  return word === "install" && !loads(command.join(" "), name) ? [denied(name, "install", file, line)] : [];
}

/** An `install` line may load the module itself, after something else: `--ignore-install` is how. */
const loads = (command: string, name: string): boolean =>
  command.includes("modprobe") && normal(command).includes(normal(name));

const normal = (name: string): string => name.replace(/-/g, "_");

const denied = (
  name: string,
  how: DeniedModule["how"],
  file: string,
  line: number | undefined,
): DeniedModule => ({ module: normal(name), how, file, ...(line !== undefined && { line }) });
