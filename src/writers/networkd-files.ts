/** The files of systemd-networkd: networkd.conf, and .network files with what they match. */
import { compareBytes } from "../boot/bytes.js";
import { nameMatcher } from "../catalogue/wildcard.js";
import { type IniLine, iniLines } from "./ini.js";
import { type Files, linesLike } from "./sources.js";

const folders = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"].map((base) => `${base}/systemd`);

/** Of a link: its match, and options that end in a key. */
const matters = linesLike(
  /^\s*(\[|(Name|MACAddress|PermanentMACAddress|Path|Driver|Type|Kind|Property|WLANInterfaceType|SSID|BSSID|Host|Virtualization|KernelCommandLine|KernelVersion|Version|Credential|Architecture|Firmware|Unmanaged|IP\w+)\s*=)/,
);

/** A .network file with its drop-ins. */
export type Network = {
  readonly file: string;
  readonly lines: readonly IniLine[];
  /** Names or patterns of the links that it is for. */
  readonly links: readonly string[];
  /** Whether it asks for a name at all. */
  readonly isNamed: boolean;
  /** Whether all links of these names get it, and no other file is read before it for any of them. */
  readonly isCertain: boolean;
};

/** networkd.conf with its drop-ins. */
export const networkdLines = (files: Files): readonly IniLine[] => {
  const main = folders.map((folder) => `${folder}/networkd.conf`).find(files.has);
  return [...(main ? [main] : []), ...named(files, "networkd.conf.d", ".conf")].flatMap((file) =>
    iniLines(files.text(file, matters) ?? "", file),
  );
};

/** More names are not compared, as each would be with each: every file may then be for every link. */
const mostNames = 500;

/**
 * Those that set up links, the one that is read last first: so what is written last holds. A link has one
 * file, the first that matches.
 */
export function networks(files: Files): readonly Network[] {
  const read = named(files, "network", ".network").flatMap((file) => networkOf(files, file));
  const isTooMuch = read.reduce((sum, { links }) => sum + links.length, 0) > mostNames;
  return read
    .map((network, at) =>
      isTooMuch ? { ...network, links: ["*"], isCertain: false } : afterEarlier(network, read.slice(0, at)),
    )
    .filter(({ lines }) => !lines.some(isUnmanaged))
    .reverse();
}

function afterEarlier(network: Network, earlier: readonly Network[]): Network {
  const taken = earlier.filter(({ isCertain }) => isCertain).flatMap(({ links }) => links);
  const left = network.links.filter((link) => !taken.some((pattern) => covers(pattern, link)));
  const isDisputed = earlier.some(({ links }) =>
    links.some((before) => left.some((link) => mayBeBoth(before, link))),
  );
  return { ...network, links: left, isCertain: network.isCertain && !isDisputed };
}

const isUnmanaged = ({ section, name, value }: IniLine): boolean =>
  section === "Link" && name === "Unmanaged" && /^(yes|true|1|on)$/i.test(value);

function networkOf(files: Files, file: string): readonly Network[] {
  if (files.isMasked(file)) return [];
  const name = file.slice(file.lastIndexOf("/") + 1);
  const dropIns = named(files, `network/${name}.d`, ".conf");
  const lines = [file, ...dropIns].flatMap((path) => iniLines(files.text(path, matters) ?? "", path));
  const match = lines.filter(({ section }) => section === "Match");
  // Without a match it is passed over, with a warning.
  if (match.length === 0) return [];
  const names = match.filter((line) => line.name === "Name").flatMap(({ value }) => value.split(/\s+/));
  const isPlain = names.length > 0 && names.every((one) => one !== "" && !one.startsWith("!"));
  return [
    {
      file,
      lines,
      links: isPlain ? names : ["*"],
      isNamed: isPlain,
      isCertain: isPlain && match.every((line) => line.name === "Name"),
    },
  ];
}

const isGlob = (name: string): boolean => /[*?[]/.test(name);

const mayBeBoth = (a: string, b: string): boolean =>
  isGlob(a) && isGlob(b) ? true : isGlob(a) ? nameMatcher(a)(b) : isGlob(b) ? nameMatcher(b)(a) : a === b;

const covers = (pattern: string, link: string): boolean =>
  pattern === link || (isGlob(pattern) && !isGlob(link) && nameMatcher(pattern)(link));

/** Files of a folder by name: the same name in a lower folder is never opened. */
function named(files: Files, folder: string, ending: string): readonly string[] {
  const paths = new Map<string, string>();
  for (const base of folders)
    for (const name of files.names(`${base}/${folder}`))
      if (name.endsWith(ending) && !paths.has(name)) paths.set(name, `${base}/${folder}/${name}`);
  return [...paths].sort(([a], [b]) => compareBytes(a, b)).map(([, path]) => path);
}
