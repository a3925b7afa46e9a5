/** Modules that a boot will not load though it is asked to: modprobe.d(5), and the kernel command line. */
import { commandLine } from "./command-line.js";
import type { DeniedModule } from "./other-write.js";
import { type Files, linesLike, linesOf } from "./sources.js";
import { systemFolders } from "./unit-files.js";

const denials = linesLike(/^\s*(blacklist|install)\s/);

export const deniedModules = (files: Files): readonly DeniedModule[] => [
  ...configurationFiles(files).flatMap((file) =>
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

/** The same name in a lower folder is never opened. */
function configurationFiles(files: Files): readonly string[] {
  const paths = new Map<string, string>();
  for (const folder of systemFolders(files, "modprobe.d"))
    for (const name of files.names(folder))
      if (/\.(conf|alias)$/.test(name) && !name.startsWith(".") && !paths.has(name))
        paths.set(name, `${folder}/${name}`);
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
