/** The script that an administrator has run last. */
import type { Reader } from "./about.js";
import { scriptLines, scriptWrites } from "./shell.js";

export const rcLocalWrites: Reader = (files) =>
  ["/etc/rc.local", "/etc/rc.d/rc.local"].flatMap((file) =>
    scriptWrites(files.text(file, scriptLines) ?? "", file),
  );
