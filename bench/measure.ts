/**
 * Times whole processes, each in a room of its own: fresh network and mount namespaces, so that every run
 * starts from the same state.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type Work = {
  readonly name: string;
  readonly command: readonly string[];
  /** Runs in the same room before the clock starts. */
  readonly preparation?: readonly string[];
  /** Has to leave every key as the profile wants it; a run that does not is a failure, however fast. */
  readonly settles?: true;
  /** Too slow to be repeated. */
  readonly once?: true;
};

export type Sample = { readonly wall: number; readonly cpu: number; readonly memory: number };
export type Failure = { readonly failed: string };

const roomScript = fileURLToPath(new URL("room.sh", import.meta.url));
const namespaces = process.geteuid?.() === 0 ? ["-n", "-m"] : ["-r", "-n", "-m"];
const quoted = (words: readonly string[]): string =>
  words.map((word) => `'${word.replace(/'/g, "'\\''")}'`).join(" ");

/** Runs it once; `wanted` is what the keys have to read afterwards. */
export function timed(folder: string, work: Work, wanted: string): Sample | Failure {
  const room = ["bash", roomScript, folder, quoted(work.preparation ?? []), ...work.command];
  const run = spawnSync("unshare", [...namespaces, ...room], { encoding: "utf8" });
  const numbers = run.stdout?.trim().split(" ").map(Number) ?? [];
  const [status, wall, user, system, memory] = numbers;
  if (
    status === undefined ||
    wall === undefined ||
    user === undefined ||
    system === undefined ||
    memory === undefined
  )
    return { failed: `no room: ${[run.error?.message, run.stderr, said(folder)].filter(Boolean).join(" ")}` };
  if (status !== 0) return { failed: `exit ${status}: ${said(folder)}` };
  if (work.settles && readFileSync(join(folder, "readings"), "utf8").replace(/\t/g, " ") !== wanted)
    return { failed: "the keys do not read as wanted afterwards" };
  return { wall: wall * 1000, cpu: (user + system) * 1000, memory: memory / 1024 };
}

function said(folder: string): string {
  try {
    return readFileSync(join(folder, "said"), "utf8").trim().split("\n").slice(-2).join(" ").slice(0, 200);
  } catch {
    return "";
  }
}

/** All samples of one piece of work, or why there are none. */
export type Measured = { readonly work: Work; readonly samples: readonly Sample[]; readonly failed?: string };

/**
 * Interleaves: A B C A B C …, so that a busy minute of the machine falls on all alike. The first round warms
 * up and is thrown away, save for work that runs once.
 */
export function measure(
  folder: string,
  works: readonly Work[],
  runs: number,
  wanted: string,
): readonly Measured[] {
  const samples = new Map(works.map((work) => [work, [] as Sample[]]));
  const failures = new Map<Work, string>();
  for (let round = 0; round <= runs; round++) {
    for (const work of works) {
      if (failures.has(work) || (work.once && round > 0)) continue;
      const sample = timed(folder, work, wanted);
      if ("failed" in sample) failures.set(work, sample.failed);
      else if (round > 0 || work.once) samples.get(work)?.push(sample);
    }
    process.stderr.write(`\r${works[0]?.name ?? ""} …: round ${round} of ${runs}  `);
  }
  process.stderr.write("\r\x1b[K");
  return works.map((work) => {
    const failed = failures.get(work);
    return { work, samples: samples.get(work) ?? [], ...(failed !== undefined && { failed }) };
  });
}
