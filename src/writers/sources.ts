/**
 * What a machine's files say about who else sets keys at boot: only files that exist, and of them only the
 * lines that matter, as plain data. So it can be captured, and read again anywhere.
 */

/** One path of a host. A path that is not there has none. */
export type Source =
  /** Lines that do not matter, and may hold secrets, are empty: so lines keep their numbers. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "folder"; readonly names: readonly string[] }
  /** A link to /dev/null or an empty file, by which an administrator says that there shall be no such unit. */
  | { readonly kind: "masked" }
  /** It is there; what is in it is of no interest. */
  | { readonly kind: "present" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** By path. */
export type BootSources = Readonly<Record<string, Source>>;

/** How a path is to be looked at: `text` and `folder` tell of `present` only where it is something else. */
export type Wanted = "text" | "folder" | "presence";

/** Looks at one path of a machine; undefined where nothing is there. It never fails and never waits. */
export type Look = (path: string, wanted: Wanted) => Source | undefined;

/** A file or folder whose content is not known, or a line that its program would not understand. */
export type Unread = { readonly file: string; readonly reason: string; readonly line?: number };

export type Line = { readonly number: number; readonly text: string };

/** What of a line matters; done twice it changes no more. */
export type Keep = (line: string) => string;

/** Keeps whole lines. */
export const linesLike =
  (pattern: RegExp): Keep =>
  (line) =>
    pattern.test(line) ? line : "";

/** The files of a machine, as the readers of programs ask for them. */
export type Files = {
  readonly has: (path: string) => boolean;
  readonly isMasked: (path: string) => boolean;
  /** In byte order; empty where there is no such folder. */
  readonly names: (path: string) => readonly string[];
  /**
   * @param keep the same for a file each time it is asked for
   * @param isQuiet whether it is no news that only root may read it
   */
  readonly text: (path: string, keep: Keep, isQuiet?: boolean) => string | undefined;
  readonly fault: (unread: Unread) => void;
};

/** More is not asked for, whatever includes and links say; the first over it is named. */
const mostSources = 2000;
const mostCharacters = 4 * 1_048_576;
const tooMuch: Source = { kind: "unreadable", reason: "too-much" };

/** Asks a machine, and keeps every answer. */
export function recordingFiles(look: Look): {
  readonly files: Files;
  readonly filesWith: (fault: (unread: Unread) => void) => Files;
  readonly sources: BootSources;
} {
  // Without a prototype: a file may be called anything.
  const sources = Object.create(null) as Record<string, Source>;
  const asked = new Set<string>();
  let characters = 0;
  const within = (source: Source): Source => {
    characters += source.kind === "text" ? source.text.length : 0;
    return characters > mostCharacters ? tooMuch : source;
  };
  const ask = (path: string, wanted: Wanted, keep?: Keep): Source | undefined => {
    const question = `${wanted} ${path}`;
    if (!asked.has(question) && asked.size < mostSources) {
      asked.add(question);
      const isLast = asked.size === mostSources;
      const found = isLast ? tooMuch : look(path, wanted);
      if (found && (wanted !== "presence" || sources[path] === undefined))
        sources[path] = keep && found.kind === "text" ? keptText(within(found), keep) : found;
    }
    return sources[path];
  };
  const filesWith = (fault: (unread: Unread) => void): Files => filesOver(ask, fault);
  return { files: filesWith(() => undefined), filesWith, sources };
}

/** Answers from what was kept. */
export const keptFiles = (sources: BootSources, fault: (unread: Unread) => void): Files =>
  filesOver((path) => (Object.hasOwn(sources, path) ? sources[path] : undefined), fault);

type Ask = (path: string, wanted: Wanted, keep?: Keep) => Source | undefined;

function filesOver(ask: Ask, fault: (unread: Unread) => void): Files {
  const told = new Set<string>();
  const noted = (path: string, source: Source | undefined): Source | undefined => {
    if (source?.kind === "unreadable" && !told.has(path)) {
      told.add(path);
      fault({ file: path, reason: source.reason });
    }
    return source;
  };
  return {
    has: (path) => ask(path, "presence") !== undefined,
    isMasked: (path) => {
      const source = ask(path, "presence");
      return source?.kind === "masked" || (source?.kind === "text" && source.text === "");
    },
    names: (path) => {
      const source = noted(path, ask(path, "folder"));
      return source?.kind === "folder" ? source.names : [];
    },
    text: (path, keep, isQuiet = false) => {
      const source = ask(path, "text", keep);
      if (!(isQuiet && source?.kind === "unreadable" && source.reason === "EACCES")) noted(path, source);
      return source?.kind === "text" ? source.text : undefined;
    },
    fault,
  };
}

/** What matters, at the same line numbers. A file that holds something stays one that does. */
function keptText(source: Source, keep: Keep): Source {
  if (source.kind !== "text" || source.text === "") return source;
  const lines = source.text.split("\n").map((line) => keep(line.replace(/\r$/, "")));
  while (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return { kind: "text", text: `${lines.join("\n")}\n` };
}

/** Lines that hold something, counted from 1. */
export const linesOf = (text: string): readonly Line[] =>
  text
    .split("\n")
    .map((line, at) => ({ number: at + 1, text: line.trim() }))
    .filter((line) => line.text !== "");
