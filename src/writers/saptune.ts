/** saptune applies the notes that an administrator has chosen. */
import { compareBytes } from "../boot/bytes.js";
import type { FoundWrite, Reader } from "./about.js";
import { iniLines } from "./ini.js";
import { shellVariables, writtenKey } from "./shell.js";
import { type Files, linesLike } from "./sources.js";

const configuration = "/etc/sysconfig/saptune";
const shipped = ["/var/lib/saptune/working/notes", "/usr/share/saptune/notes"];
const extra = "/etc/saptune/extra";
const override = "/etc/saptune/override";

const matters = linesLike(/^\s*(\[|[\w./-]+\s*=)/);

export const saptuneWrites: Reader = (files) => {
  const text = files.text(configuration, linesLike(/^\s*(NOTE_APPLY_ORDER|TUNE_FOR_NOTES)=/)) ?? "";
  const notes = shellVariables(text).get("NOTE_APPLY_ORDER") ?? "";
  return notes
    .split(/\s+/)
    .filter((note) => /^[\w-]+$/.test(note))
    .flatMap((note) => noteWrites(files, note));
};

/** An override replaces the value of a key that its note has; without a value the key is left alone. */
function noteWrites(files: Files, note: string): readonly FoundWrite[] {
  const file = [...shipped.map((folder) => `${folder}/${note}`), ...extraFiles(files, note)].find(files.has);
  if (file === undefined) return [];
  const own = sysctlLines(files, file);
  const overriding = new Map(sysctlLines(files, `${override}/${note}`).map((line) => [line.name, line]));
  return own.flatMap((line) => {
    const { name, value, file: from, line: number } = overriding.get(line.name) ?? line;
    const key = writtenKey(name);
    return key === undefined || value === "" ? [] : [{ key, value, file: from, line: number }];
  });
}

/** `NAME.conf`, and the older `NAME-description.conf`. */
const extraFiles = (files: Files, note: string): readonly string[] =>
  files
    .names(extra)
    .filter((name) => name === `${note}.conf` || (name.startsWith(`${note}-`) && name.endsWith(".conf")))
    .sort(compareBytes)
    .map((name) => `${extra}/${name}`);

/** A section with a condition, `[sysctl:os=15-*]`, may not hold here. */
const sysctlLines = (files: Files, file: string): ReturnType<typeof iniLines> =>
  iniLines(files.text(file, matters) ?? "", file, "#").filter(({ section }) => section === "sysctl");
