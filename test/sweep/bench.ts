/** A host for sweeps: runs commands on it, and says what it is like. */
import type { ProfileName } from "./profiles.js";
import type { Program } from "./program.js";
import { differences, readWorld, restoreWorld, type World } from "./world.js";

export type State = {
  readonly world: World;
  /** What `status` says is applied and wrong, as text, but for an interrupted change. */
  readonly status: string;
  /** Whether it says that a change was interrupted, by its exit code. */
  readonly named: boolean;
  /** Whether it says that anything is wrong. */
  readonly isTold: boolean;
  /** The names of the records, where the command is about them. */
  readonly records?: string;
};

/** The exit code of `status` where a change was interrupted. */
const unfinished = 4;
/** The exit code of a change that is on trial. */
export const onTrial = 5;

export class Bench {
  constructor(
    readonly program: Program,
    readonly profiles: Readonly<Record<ProfileName, string>>,
    readonly paths: readonly string[],
  ) {}

  /** @param withRecords whether the names of the records count as well */
  async state(withRecords = false): Promise<State> {
    const world = readWorld(this.paths);
    const status = await this.program.run(["status", "--format", "json"]);
    const records = [...world.records.keys()].filter((path) => /\d+\.json$/.test(path)).join(" ");
    return {
      world,
      status: applied(status.out),
      isTold: status.code !== 0 || isWrong(status.out),
      named: status.code === unfinished,
      ...(withRecords && { records }),
    };
  }

  /** Runs commands that must not fail. */
  async do(...commands: readonly (readonly string[])[]): Promise<void> {
    for (const args of commands) {
      const { code, err } = await this.program.run(args);
      if (code !== (args.includes("--trial") ? onTrial : 0))
        throw new Error(`${args.join(" ")} ended with ${code}: ${err}`);
    }
  }

  /** The state that commands lead to from a world. */
  async after(from: World, ...commands: readonly (readonly string[])[]): Promise<State> {
    restoreWorld(from);
    await this.do(...commands);
    return this.state();
  }

  /** On trial for longer than any sweep takes. */
  try(name: ProfileName, time = "1d"): readonly string[] {
    return [...this.apply(name), "--trial", time];
  }

  apply(name: ProfileName): readonly string[] {
    return ["apply", this.profiles[name]];
  }
}

function isWrong(json: string): boolean {
  const { drifts, problems } = JSON.parse(json) as Record<"drifts" | "problems", readonly unknown[]>;
  return drifts.length + problems.length > 0;
}

type Said = Record<"profiles" | "drifts" | "problems", readonly { readonly code?: string }[]>;

function applied(json: string): string {
  const said = JSON.parse(json) as Said & { readonly trial?: unknown };
  const problems = said.problems
    ?.map(({ code }) => code)
    .filter((code) => code !== "interrupted-transaction");
  const trial = said.trial ? ["on trial"] : [];
  return JSON.stringify([said.profiles, said.drifts, problems, ...trial]);
}

export const isLike = (state: State, wanted: State): boolean =>
  state.status === wanted.status &&
  (wanted.records === undefined || wanted.records === state.records) &&
  differences(state.world, wanted.world).length === 0;
