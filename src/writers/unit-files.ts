/** Units of systemd as files: which there are, which are started, and what drop-ins make of one. */
import { type Files, type Keep, linesOf } from "./sources.js";

/** Highest precedence first. What is below /run is gone at the next boot. */
const unitFolders = [
  "/etc/systemd/system",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];

/** That every boot reaches. */
const starting = ["sysinit", "multi-user", "network-online", "sockets", "graphical"];

/** Whether anything here is systemd's. */
export const hasUnits = (files: Files): boolean => unitFolders.slice(2).some(files.has);

/** The file that counts; `masked` where it is a link to /dev/null or empty. */
export function unitFile(
  files: Files,
  unit: string,
): { readonly path: string; readonly masked: boolean } | undefined {
  const path = unitFolders.map((folder) => `${folder}/${unit}`).find((file) => files.has(file));
  if (path === undefined) return undefined;
  return { path, masked: files.isMasked(path) };
}

/** Whether a link below a target that every boot reaches starts it. */
export const isWanted = (files: Files, unit: string): boolean =>
  unitFolders
    .filter(files.has)
    .some((folder) =>
      starting.some((target) => files.names(`${folder}/${target}.target.wants`).includes(unit)),
    );

export type UnitLine = {
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
};

/** The lines of a unit and its drop-ins, in the order in which systemd reads them. */
export function unitLines(files: Files, unit: string, keep: Keep): readonly UnitLine[] {
  const base = unitFile(files, unit);
  const dropIns = new Map<string, string>();
  // The same name in a lower folder is never opened.
  for (const folder of unitFolders)
    for (const name of files.names(`${folder}/${unit}.d`))
      if (name.endsWith(".conf") && !dropIns.has(name)) dropIns.set(name, `${folder}/${unit}.d/${name}`);
  const ordered = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  return [...(base ? [base.path] : []), ...ordered].flatMap((file) =>
    settingsIn(files.text(file, keep) ?? "", file),
  );
}

const settingsIn = (text: string, file: string): readonly UnitLine[] =>
  linesOf(text).flatMap(({ number, text: line }) => {
    const at = line.indexOf("=");
    return at < 1 || /^[#;]/.test(line)
      ? []
      : [{ name: line.slice(0, at).trim(), value: line.slice(at + 1).trim(), file, line: number }];
  });
