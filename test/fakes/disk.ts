/** Files in memory. Staging, committing and undoing fail on command, as on a full or dying disk. */
import { rivalPath } from "../../src/boot/drop-in.js";
import type { OwnFiles, StagedFile } from "../../src/host.js";
import { type Faults, makeFaults, osError } from "./faults.js";

export type FakeFiles = OwnFiles & {
  /** The files in place. */
  readonly files: ReadonlyMap<string, string>;
  /** What lies beside them: new versions that are not in place, former ones that are kept. */
  readonly litter: ReadonlySet<string>;
  /** Another writer; `undefined` takes the file away. */
  readonly put: (path: string, text: string | undefined) => void;
};

export function fakeFiles(
  start: Readonly<Record<string, string>> = {},
  faults: Faults = makeFaults(),
): FakeFiles {
  const files = new Map(Object.entries(start));
  const litter = new Set<string>();
  const put = (path: string, text: string | undefined): void =>
    void (text === undefined ? files.delete(path) : files.set(path, text));
  const effect = (path: string, action: () => void): void => {
    const mode = faults.next();
    if (mode === "after" || mode === undefined) action();
    if (mode !== undefined) throw osError(mode === "after" ? "EIO" : "ENOSPC", path);
  };
  return {
    files,
    litter,
    put,
    read: (path) => files.get(path),
    attributes: () => undefined,
    obstacle: () => undefined,
    rival: (path) => {
      const text = files.get(path);
      if (!rivalPath.test(path)) return { ok: false, why: "not-administrators" };
      return text === undefined ? { ok: false, why: "unreadable" } : { ok: true, path, text };
    },
    stage: (path, text) => {
      effect(path, () => litter.add(path));
      return staged(path, text);
    },
  };

  function staged(path: string, text: string | undefined): StagedFile {
    const former = files.get(path);
    let committed = false;
    return {
      path,
      commit: () =>
        effect(path, () => {
          put(path, text);
          committed = true;
        }),
      undo: () =>
        effect(path, () => {
          if (committed) put(path, former);
          litter.delete(path);
        }),
      finish: () => effect(path, () => litter.delete(path)),
    };
  }
}
