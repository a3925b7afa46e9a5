/** The stack as it would be with other texts in its files. */
import { type BootContent, type BootEntry, type BootStack, bootFolders } from "./stack.js";

/** `after`: the new text; undefined takes the file away. */
export type NewText = { readonly path: string; readonly after?: string };

/** A link to a file shows its new text too. Files that no loader reads change nothing. */
export const withTexts = (stack: BootStack, files: readonly NewText[]): BootStack =>
  files.reduce(withText, stack);

function withText(stack: BootStack, { path, after }: NewText): BootStack {
  const cut = path.lastIndexOf("/");
  const [folder, name] = [path.slice(0, cut), path.slice(cut + 1)];
  const isItself = (entry: BootEntry): boolean => entry.folder === folder && entry.name === name;
  const entries = stack.entries.flatMap((entry): BootEntry[] =>
    isItself(entry)
      ? after === undefined
        ? []
        : [{ ...entry, content: { kind: "text", text: after } }]
      : [{ ...entry, content: behindLink(entry.content, path, after) }],
  );
  const isNew = after !== undefined && bootFolders.includes(folder) && !stack.entries.some(isItself);
  const { sysctlConf, ...rest } = stack;
  const conf =
    path === sysctlConfPath ? newContent(after) : sysctlConf && behindLink(sysctlConf, path, after);
  return {
    ...rest,
    entries: isNew ? [...entries, { folder, name, content: { kind: "text", text: after } }] : entries,
    ...(conf && { sysctlConf: conf }),
  };
}

export const sysctlConfPath = "/etc/sysctl.conf";

/** The same object where nothing changes: what was parsed of it is known by it. */
const behindLink = (content: BootContent, path: string, after: string | undefined): BootContent =>
  content.kind === "text" && content.target === path
    ? after === undefined
      ? { kind: "dangling" }
      : { ...content, text: after }
    : content;

const newContent = (after: string | undefined): BootContent | undefined =>
  after === undefined ? undefined : { kind: "text", text: after };
