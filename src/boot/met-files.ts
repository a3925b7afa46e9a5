/** Every file that a loader meets, and whether it reads it. */
import type { Loader } from "./loader.js";
import { type BootContent, type BootStack, bootFolders, filesInOrder } from "./stack.js";

/**
 * - read: its lines are carried out
 * - hidden: a file of the same name in a folder of higher precedence, `by`, takes its place (sysctl.d(5))
 * - ignored: this loader does not take its name
 * - masked, dangling, folder, unreadable, special: what its content is, see `BootContent`
 */
export type MetFile = {
  readonly path: string;
  readonly state: "read" | "hidden" | "ignored" | Exclude<BootContent["kind"], "text">;
  readonly by?: string;
  /** Where it leads, if it is a link. */
  readonly target?: string;
  /** Why it could not be read. */
  readonly reason?: string;
};

/** In reading order, then those that are not read. */
export function filesMet(stack: BootStack, loader: Loader): readonly MetFile[] {
  const read = filesInOrder(stack, loader);
  const paths = new Set(read.map(({ path }) => path));
  return [
    ...read.map(({ path, content }) => met(path, content)),
    ...stack.entries
      .map(({ folder, name }) => ({ folder, name, path: `${folder}/${name}` }))
      .filter(({ path }) => !paths.has(path))
      .map(({ name, path }): MetFile => {
        const upper = bootFolders.map((other) => `${other}/${name}`).find((other) => paths.has(other));
        return upper === undefined ? { path, state: "ignored" } : { path, state: "hidden", by: upper };
      }),
    ...(stack.sysctlConf && !paths.has(conf) ? [{ path: conf, state: "ignored" as const }] : []),
  ];
}

const conf = "/etc/sysctl.conf";

function met(path: string, content: BootContent): MetFile {
  switch (content.kind) {
    case "text":
      return { path, state: "read", ...(content.target !== undefined && { target: content.target }) };
    case "unreadable":
      return { path, state: "unreadable", reason: content.reason };
    default:
      return { path, state: content.kind };
  }
}
