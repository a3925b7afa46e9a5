import { compareBytes } from "./bytes.js";
import { matchNames } from "./glob.js";
import { type Loader, type LoaderName, type LoaderTraits, traitsOf } from "./loader.js";

/**
 * The folders both loaders look into, highest precedence first (S1). systemd 257 never reads a /lib apart
 * from /usr/lib.
 */
export const bootFolders: readonly string[] = [
  "/etc/sysctl.d",
  "/run/sysctl.d",
  "/usr/local/lib/sysctl.d",
  "/usr/lib/sysctl.d",
  "/lib/sysctl.d",
];

/** What a name in a sysctl.d folder turns out to be when it is opened. */
export type BootContent =
  | {
      readonly kind: "text";
      readonly text: string;
      readonly target?: string /* where it points, if a link */;
    }
  | { readonly kind: "masked" /* a link to /dev/null */ }
  | { readonly kind: "dangling" }
  | { readonly kind: "folder" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | { readonly kind: "special" /* a fifo or device */ };

/** One name found in one of the sysctl.d folders, in the state the loaders would meet it. */
export type BootEntry = {
  readonly folder: string /* "/etc/sysctl.d" */;
  readonly name: string /* "50-x.conf" */;
  readonly content: BootContent;
};

/** Everything a boot loader would look at. The order of `entries` has no meaning. */
export type BootStack = {
  readonly entries: readonly BootEntry[];
  readonly sysctlConf?: BootContent /* /etc/sysctl.conf, which systemd never reads (S8) */;
  /** Folders that exist and that this user may not list: what they hold is not known. */
  readonly unreadableFolders?: readonly { readonly folder: string; readonly reason: string }[];
};

/** A file as a loader opens it. `run`: the loader is run for this name alone, and then for the next. */
export type BootFile = { readonly path: string; readonly content: BootContent; readonly run?: string };

/**
 * The files a loader reads, in the order it reads them. The same name in a lower folder is never opened,
 * whatever the upper one is (S3); order is by name alone, in bytes (S4). procps adds names that start with a
 * dot, expands names that are patterns (P2) and reads /etc/sysctl.conf last if that is a regular file (P1).
 */
export function filesInOrder(stack: BootStack, loader: Loader): readonly BootFile[] {
  const traits = traitsOf(loader);
  if (traits.script === "alpine") return alpineFiles(stack, traits.name);
  if (traits.script === "void") return voidFiles(stack);
  const entries = uppermost(stack.entries.filter((entry) => isCandidate(entry, traits)));
  if (loader.name === "systemd") return entries.map(toFile);
  const namesakes = byFolder(stack.entries);
  return [...entries.flatMap((entry) => expandName(entry, namesakes)), ...sysctlConf(stack)];
}

/** Whether a loader comes to one file after the other. */
export function isReadAfter(stack: BootStack, loader: Loader, file: string, other: string): boolean {
  const order = filesInOrder(stack, loader).map(({ path }) => path);
  return order.lastIndexOf(file) > order.lastIndexOf(other);
}

function isCandidate({ folder, name, content }: BootEntry, traits: LoaderTraits): boolean {
  if (folder === "/lib/sysctl.d" && !traits.splitLib) return false;
  if (isLoop(content) && !traits.loopHides) return false;
  return name.endsWith(".conf") && (traits.name !== "systemd" || !name.startsWith("."));
}

const isLoop = (content: BootContent): boolean => content.kind === "unreadable" && content.reason === "ELOOP";

function uppermost(entries: readonly BootEntry[], folders = bootFolders): readonly BootEntry[] {
  const byName = new Map<string, BootEntry>();
  const rank = (folder: string): number => folders.indexOf(folder) >>> 0;
  for (const entry of entries) {
    const rival = byName.get(entry.name);
    if (rival === undefined || rank(entry.folder) < rank(rival.folder)) byName.set(entry.name, entry);
  }
  return [...byName.values()].sort((a, b) => compareBytes(a.name, b.name));
}

// procps hands the path of every file to glob(3), so a pattern stands for what it matches in its own folder,
// files hidden by an upper folder among them, and for itself only if it matches nothing. It gives up at the
// first it cannot open.
function expandName(entry: BootEntry, folders: ReadonlyMap<string, Siblings>): readonly BootFile[] {
  if (!/[*?[{\\]/.test(entry.name)) return [toFile(entry)];
  const siblings: Siblings = folders.get(entry.folder) ?? new Map();
  const found = matchNames(entry.name, [...siblings.keys()]).flatMap((name) => siblings.get(name) ?? []);
  const failing = found.findIndex(
    ({ content }) => content.kind === "dangling" || content.kind === "unreadable",
  );
  const opened = failing < 0 ? found : found.slice(0, failing + 1);
  return (opened.length === 0 ? [entry] : opened).map(toFile);
}

/** The entries of a folder by name, in byte order. */
type Siblings = ReadonlyMap<string, BootEntry>;

function byFolder(entries: readonly BootEntry[]): ReadonlyMap<string, Siblings> {
  const folders = new Map<string, Map<string, BootEntry>>();
  for (const entry of [...entries].sort((a, b) => compareBytes(a.name, b.name))) {
    const siblings = folders.get(entry.folder) ?? new Map<string, BootEntry>();
    folders.set(entry.folder, siblings.set(entry.name, entry));
  }
  return folders;
}

function sysctlConf({ sysctlConf: content }: BootStack): readonly BootFile[] {
  return content && isRegular(content) ? [confFile(content)] : [];
}

/**
 * As Alpine's script has them: those of packages, then the administrator's, /etc/sysctl.conf, then /run. A
 * regular file in /etc or /run takes out its namesakes lower down; one that is none takes out nothing.
 */
function alpineFiles({ entries, sysctlConf: conf }: BootStack, loader: LoaderName): readonly BootFile[] {
  const namesakes = byFolder(entries);
  const opened = (entry: BootEntry): readonly BootFile[] =>
    inOneRun(loader === "procps" ? expandName(entry, namesakes) : [toFile(entry)], toFile(entry));
  const regular = entries.filter(({ name, content }) => isShellName(name) && isRegular(content));
  const inFolder = (folder: string): readonly BootEntry[] => {
    const above = folder === runFolder ? [] : folder === etcFolder ? [runFolder] : [etcFolder, runFolder];
    const hidden = new Set(regular.filter((one) => above.includes(one.folder)).map(({ name }) => name));
    return regular
      .filter((entry) => entry.folder === folder && !hidden.has(entry.name))
      .sort((a, b) => compareBytes(a.name, b.name));
  };
  return [
    ...["/lib/sysctl.d", "/usr/lib/sysctl.d", etcFolder].flatMap((folder) =>
      inFolder(folder).flatMap(opened),
    ),
    ...(conf && isRegular(conf) ? inOneRun([confFile(conf)]) : []),
    ...inFolder(runFolder).flatMap(opened),
  ];
}

/** As Void's script has them: by name, /run before /etc, and never /lib. */
function voidFiles({ entries, sysctlConf: conf }: BootStack): readonly BootFile[] {
  const folders = [runFolder, etcFolder, "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d"];
  const found = uppermost(
    entries.filter(
      ({ folder, name, content }) =>
        folders.includes(folder) && isShellName(name) && content.kind !== "dangling" && !isLoop(content),
    ),
    folders,
  );
  const together = new Map(found.map((entry) => [entry.name, entry]));
  return [
    ...found.flatMap((entry) =>
      inOneRun(expandName(entry, new Map([[entry.folder, together]])), toFile(entry)),
    ),
    ...(conf ? inOneRun([confFile(conf)]) : []),
  ];
}

const runFolder = "/run/sysctl.d";
const etcFolder = "/etc/sysctl.d";

const confFile = (content: BootContent): BootFile => ({ path: "/etc/sysctl.conf", content });

/** @param named the file whose name the loader is given, which may stand for several */
const inOneRun = (files: readonly BootFile[], named = files[0]): readonly BootFile[] =>
  files.map((file) => ({ ...file, run: named?.path ?? file.path }));

/** What `*.conf` finds in a shell. */
const isShellName = (name: string): boolean => name.endsWith(".conf") && !name.startsWith(".");

/** Whether `test -f` is true. A file that only we may not read is one. */
const isRegular = (content: BootContent): boolean =>
  content.kind === "text" || (content.kind === "unreadable" && !isLoop(content));

function toFile(entry: BootEntry): BootFile {
  return { path: `${entry.folder}/${entry.name}`, content: entry.content };
}
