/** The command line in this process, in a folder of its own, against hosts that are given as facts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { usualLoader } from "../../src/boot/loader.js";
import type { RawReading } from "../../src/catalogue/reading.js";
import { main } from "../../src/cli/main.js";
import type { ProcessContext } from "../../src/cli/process-context.js";
import { factsToFile } from "../../src/format/facts-file.js";
import type { HostFacts } from "../../src/host.js";
import type { HostUse } from "../../src/relations/relation.js";

export type Said = { readonly code: number; readonly out: string; readonly err: string };

export type FactsOf = {
  readonly readings: Readonly<Record<string, string>>;
  readonly host?: Partial<HostFacts>;
  readonly use?: Partial<HostUse>;
};

const gibibyte = 1024n ** 3n;

const plainHost: HostFacts = {
  name: "box",
  kernel: "6.12.48",
  arch: "x86_64",
  memoryBytes: 4n * gibibyte,
  cpus: 2n,
  pageSize: 4096n,
  hz: 250,
  modules: [],
  loadableModules: [],
  interfaces: ["all", "default", "eth0", "lo"],
  loader: usualLoader.systemd,
  bootId: "",
};

const plainUse: HostUse = {
  swapBytes: 0n,
  committedBytes: gibibyte / 2n,
  hugePageBytes: 2n * 1024n ** 2n,
  threads: 210n,
  processes: 90n,
  openFilesLimit: 524_288n,
  listeningPorts: [22n],
  programs: ["sshd"],
};

export type Room = {
  readonly run: (line: string) => Promise<Said>;
  readonly write: (name: string, text: string) => void;
  /** Facts of a plain small server with these readings, as `NAME.json`. */
  readonly facts: (name: string, of: FactsOf) => void;
  readonly remove: () => void;
};

export function commandRoom(): Room {
  const folder = mkdtempSync(join(tmpdir(), "tunectl-room-"));
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  return {
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
    facts: (name, { readings, host, use }) => {
      const read = Object.entries(readings).map(
        ([key, text]) => [key as never, { status: "present", text, writable: true } as RawReading] as const,
      );
      const captured = factsToFile({
        taken: "2026-01-01T00:00:00.000Z",
        host: { ...plainHost, ...host },
        readings: new Map(read),
        boot: { entries: [] },
        use: { ...plainUse, ...use },
      });
      write(`${name}.json`, JSON.stringify(captured));
    },
    run: (line) => runCommandLine(line, folder),
  };
}

/** What a command prints and answers, with a process of the test's own that works in `cwd`. */
export async function runCommandLine(
  line: string,
  cwd: string,
  own: Partial<ProcessContext> = {},
): Promise<Said> {
  let [out, err] = ["", ""];
  const context: ProcessContext = {
    cwd,
    env: {},
    uid: 1000,
    now: () => new Date("2026-01-02T00:00:00.000Z"),
    colour: { out: false, err: false },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stopRequest: async () => undefined,
    self: [],
    ...own,
  };
  return { code: await main(line.split(" ").filter(Boolean), context), out, err };
}
