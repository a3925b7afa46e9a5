/** A machine elsewhere, by its facts file. It can be read and not changed. */
import { dropInPath, modulesPath } from "../boot/drop-in.js";
import type { CapturedFacts } from "../format/facts-file.js";
import type { Host, OwnFiles, RecordStore, WriteResult } from "../host.js";
import { failed, ok } from "../problem.js";
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
    [dropInPath, dropIn],
    [modulesPath, modulesFile],
  ]);
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
      read: (path) => texts.get(path),
      attributes: () => undefined,
      stage: refuseFile,
      obstacle: () => undefined,
    },
    bootStack: () => boot,
    ...(bootSources && { bootSources: () => bootSources }),
    records,
    modules: { load: () => "EROFS", unload: () => "EROFS" },
    ...(use && { use: () => use }),
    stopRequest: async () => undefined,
  };
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
