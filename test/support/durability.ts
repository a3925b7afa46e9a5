/** The law of what survives a power cut, over the calls that a run of the program makes one after the other. */
import { dirname } from "node:path";

export type Call = { readonly name: string; readonly path: string; readonly to: string };

/** Of a log with one call a line: those that change the host. */
export const callsIn = (text: string): readonly Call[] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.split(" "))
    .map(([name = "", path = "", to = ""]) => ({ name, path, to }))
    .filter(({ path }) => /^\/(etc|var|proc\/sys)\//.test(path));

export const isValue = ({ name, path }: Call): boolean =>
  name === "writeSync" && path.startsWith("/proc/sys/");

/** Removes a file that others see, and not a name beside one. */
export const isRemoval = ({ name, path }: Call): boolean =>
  name === "rmSync" && path.startsWith("/etc/") && !path.includes("tunectl-");

/** What a power cut could take back although a later step rests on it. */
export function notDurable(calls: readonly Call[]): readonly string[] {
  const found: string[] = [];
  /** Of files: those with bytes that are not on the disk. Of folders: those with names that are not. */
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const call of calls) {
    const { name, path, to } = call;
    const isStep = name === "renameSync" || isRemoval(call) || isValue(call);
    if (isStep) found.push(...[...folders].map((folder) => `${folder} before ${name} ${path} ${to}`));
    if (name === "renameSync" && files.has(path)) found.push(`${path} before its rename`);
    if (name === "renameSync") folders.add(dirname(to));
    else if (isRemoval(call) || name === "mkdirSync") folders.add(dirname(path));
    else if (name === "fsyncSync") for (const set of [files, folders]) set.delete(path);
    else if (name.startsWith("write") && !isValue(call)) files.add(path);
  }
  return [...found, ...[...folders].map((folder) => `${folder} at the end`)];
}
