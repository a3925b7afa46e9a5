/** Commands that cloud-init runs at every boot. */
import type { FoundWrite, Reader } from "./about.js";
import { commandWrites } from "./shell.js";
import { type Files, type Keep, linesOf } from "./sources.js";

const folder = "/etc/cloud/cloud.cfg.d";
const userData = "/var/lib/cloud/instance/user-data.txt";

/** Of user data, which may hold secrets: names at the margin, and lines that set a key. */
const keep: Keep = (line) =>
  /^\w+:/.exec(line)?.[0] ?? (/sysctl\s|sysctl,|\/proc\/sys\//.test(line) ? line : "");

/** `bootcmd` runs each time, `runcmd` once in the life of an instance. */
export const cloudInitWrites: Reader = (files) =>
  [
    "/etc/cloud/cloud.cfg",
    ...files
      .names(folder)
      .filter((name) => name.endsWith(".cfg"))
      .map((name) => `${folder}/${name}`),
    userData,
  ].flatMap((file) => bootCommands(files, file));

function bootCommands(files: Files, file: string): readonly FoundWrite[] {
  let section = "";
  return linesOf(files.text(file, keep) ?? "").flatMap(({ number, text }) => {
    const name = /^(\w+):$/.exec(text)?.[1];
    if (name !== undefined) section = name;
    if (section !== "bootcmd" || text.startsWith("#")) return [];
    // `- [sysctl, -w, KEY=VALUE]` is a command in parts.
    const command = text.replace(/^-\s*\[(.*)\]$/, (_, parts: string) => parts.replace(/,/g, " "));
    return commandWrites(command).map((write) => ({ ...write, file, line: number }));
  });
}
