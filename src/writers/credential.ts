/** The credential `sysctl.extra`, which systemd-sysctl reads after all files. */
import { parseSystemd } from "../boot/parse.js";
import { isPattern, parseKey, pathKey } from "../catalogue/key.js";
import type { Reader } from "./about.js";
import { sysctlFileLines } from "./shell.js";

const name = "sysctl.extra";

/** As systemd looks for it: what the unit was given, what the machine was given, what is stored on disk. */
const places = [
  `/run/credentials/systemd-sysctl.service/${name}`,
  `/run/credentials/@system/${name}`,
  `/etc/credstore/${name}`,
  `/usr/local/lib/credstore/${name}`,
  `/usr/lib/credstore/${name}`,
];

const encrypted = [`/etc/credstore.encrypted/${name}`, `/usr/lib/credstore.encrypted/${name}`];

/** The unit has `LoadCredential=sysctl.extra` from here on. */
const since = 252;

export const credentialWrites: Reader = (files, { systemd, systemdVersion = since }) => {
  const found = places.flatMap((file) => {
    // The folders are root's alone on every host, and on nearly every one they are empty.
    const text = files.text(file, sysctlFileLines, true);
    return text === undefined ? [] : [{ file, text }];
  })[0];
  if (!systemd || systemdVersion < since) return [];
  for (const file of encrypted) if (!found && files.has(file)) files.fault({ file, reason: "encrypted" });
  if (!found) return [];
  const lines = parseSystemd(found.file, found.text).lines.flatMap(
    ({ kind, key: path, value, file, line }) => {
      const key = parseKey(pathKey(path));
      return kind === "assign" && key !== undefined ? [{ key, value, file, line }] : [];
    },
  );
  // A line for a key beats every pattern, wherever it stands.
  return [...lines.filter(({ key }) => isPattern(key)), ...lines.filter(({ key }) => !isPattern(key))];
};
