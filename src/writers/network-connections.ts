/** NetworkManager, as far as its connections tell. */
import { type Key, withInterface } from "../catalogue/key.js";
import type { FoundWrite, Reader } from "./about.js";
import { type IniLine, iniLines } from "./ini.js";
import { writtenKey } from "./shell.js";
import { linesLike } from "./sources.js";

const folders = [
  "/etc/NetworkManager/system-connections",
  "/run/NetworkManager/system-connections",
  "/usr/lib/NetworkManager/system-connections",
];

/** A connection holds passwords: these lines alone are read. */
const matters = linesLike(/^\s*(\[|(method|autoconnect|interface-name|forwarding)\s*=)/);

export const networkManagerWrites: Reader = (files) =>
  folders.flatMap((folder) =>
    files
      .names(folder)
      .filter((name) => !name.startsWith(".") && !name.endsWith("~"))
      .flatMap((name) => {
        const file = `${folder}/${name}`;
        return connectionWrites(iniLines(files.text(file, matters) ?? "", file));
      }),
  );

function connectionWrites(lines: readonly IniLine[]): readonly FoundWrite[] {
  const setting = (section: string, name: string): IniLine | undefined =>
    lines.findLast((line) => line.section === section && line.name === name);
  if (/^(false|no|0)$/.test(setting("connection", "autoconnect")?.value ?? "")) return [];
  const device = setting("connection", "interface-name")?.value;
  const write = (line: IniLine | undefined, key: Key | undefined, value: string): readonly FoundWrite[] =>
    line && key ? [{ key, value, file: line.file, line: line.line, anytime: true }] : [];
  const [four, six] = [setting("ipv4", "method"), setting("ipv6", "method")];
  const forwarding = setting("ipv4", "forwarding");
  return [
    ...(four?.value === "shared" ? write(four, writtenKey("net.ipv4.ip_forward"), "1") : []),
    ...(six?.value === "shared" ? write(six, writtenKey("net.ipv6.conf.all.forwarding"), "1") : []),
    ...(six?.value === "disabled" ? write(six, ofDevice("net.ipv6.conf.any.disable_ipv6", device), "1") : []),
    ...(forwarding && /^(0|no|1|yes)$/.test(forwarding.value)
      ? write(
          forwarding,
          ofDevice("net.ipv4.conf.any.forwarding", device),
          /^(1|yes)$/.test(forwarding.value) ? "1" : "0",
        )
      : []),
  ];
}

/** A connection without a device may come up on any. */
const ofDevice = (key: string, device: string | undefined): Key | undefined =>
  device === undefined ? undefined : withInterface(key as Key, device);
