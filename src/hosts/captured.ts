/** A machine elsewhere, by its facts file. It can be read and not changed. */
import { dropInPathOf, isOddlyNamed, modulesPath, rivalPath } from "../boot/drop-in.js";
import type { BootStack } from "../boot/stack.js";
import { hasPlainLines } from "../boot/taken-over.js";
import { sysctlConfPath } from "../boot/with-texts.js";
import type { CapturedFacts } from "../format/facts-file.js";
import type { Host, OwnFiles, RecordStore, WriteResult } from "../host.js";
import { failed, ok } from "../problem.js";
import type { Rival } from "../record/rival.js";
import { noHistory } from "../record/transaction.js";

export function capturedHost({
  taken,
  host,
  readings,
  boot,
  bootSources,
  dropIn,
  modulesFile,
  applied,
  use,
}: CapturedFacts): Host {
  const texts = new Map([
    [dropInPathOf(applied?.dropIn), dropIn],
    [modulesPath, modulesFile],
  ]);
  const textAt = (path: string): string | undefined => {
    const entry = boot.entries.find(({ folder, name }) => `${folder}/${name}` === path);
    return entry?.content.kind === "text" && entry.content.target === undefined
      ? entry.content.text
      : undefined;
  };
  return {
    kind: "captured",
    captured: { taken, ...(applied && { applied }) },
    facts: host,
    kernel: {
      // A key that the capture does not hold was not there: the whole of `/proc/sys` was read.
      read: (key) => readings.get(key) ?? { status: "missing" },
      readAll: () => readings,
      list: () => [...readings.keys()],
      write: () => readOnly,
      probe: () => readOnly,
    },
    files: {
      read: (path) => texts.get(path) ?? textAt(path),
      attributes: () => undefined,
      stage: refuseFile,
      obstacle: () => undefined,
      rival: (path) => rivalIn(boot, path),
    },
    bootStack: () => boot,
    ...(bootSources && { bootSources: () => bootSources }),
    records,
    modules: { load: () => "EROFS", unload: () => "EROFS" },
    ...(use && { use: () => use }),
    stopRequest: async () => undefined,
  };
}

/** Whose the file is, and who may write it, a capture does not tell: `apply` looks at it there. */
function rivalIn(boot: BootStack, file: string): Rival {
  if (!rivalPath.test(file))
    return { ok: false, why: isOddlyNamed(file) ? "odd-name" : "not-administrators" };
  const content =
    boot.entries.find(({ folder, name }) => `${folder}/${name}` === file)?.content ??
    (file === sysctlConfPath ? boot.sysctlConf : undefined);
  if (content?.kind !== "text") return { ok: false, why: "unreadable" };
  const { text, target: path = file } = content;
  if (!rivalPath.test(path)) return { ok: false, why: isOddlyNamed(path) ? "odd-name" : "elsewhere", path };
  return hasPlainLines(text) ? { ok: true, path, text } : { ok: false, why: "not-text", path };
}

const readOnly: WriteResult = { ok: false, errno: "EROFS" };

const refuseFile: OwnFiles["stage"] = (path) => {
  throw Object.assign(new Error(`EROFS: ${path}`), { code: "EROFS", path });
};

/** What is applied there is among the facts; how it came about is not. */
const records: RecordStore = {
  folder: "the captured host",
  read: async () => ok(noHistory),
  leftovers: () => [],
  lock: async () => failed([{ code: "file-not-written", file: "the captured host", errno: "EROFS" }]),
};
