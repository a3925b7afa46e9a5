/** Scripts that run before the root file system is there. */
import type { Reader } from "./about.js";
import { scriptLines, scriptWrites } from "./shell.js";

const folder = "/etc/initramfs-tools/scripts";

/** initramfs-tools(7), in the order in which they run. */
const stages = [
  "init-top",
  "init-premount",
  "local-top",
  "local-block",
  "local-premount",
  "local-bottom",
  "nfs-top",
  "nfs-premount",
  "nfs-bottom",
  "init-bottom",
];

/** An administrator's scripts; those of packages, below /usr/share, set nothing. */
export const initramfsWrites: Reader = (files) =>
  files.has(folder)
    ? stages.flatMap((stage) =>
        files
          .names(`${folder}/${stage}`)
          .filter((name) => /^[A-Za-z0-9._-]+$/.test(name) && name !== "ORDER")
          .flatMap((name) => {
            const file = `${folder}/${stage}/${name}`;
            return scriptWrites(files.text(file, scriptLines) ?? "", file);
          }),
      )
    : [];
