/**
 * Runs the built program, with faults: in a process of its own, which can die, or in this one, which takes a
 * tenth of the time.
 */
import * as children from "node:child_process";
import * as realFs from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { asFunction } from "../../build/compiled-form.js";
import { type Spawn, startStandIn } from "./guards.js";

/** `at` counts the calls that change a file or a value, from 1. */
export type Fault = { readonly at: number; readonly action: string; readonly lasts?: boolean };

/** A call as its name and the paths that it changes. */
export type Call = readonly [name: string, path: string, to?: string];

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

export type Program = {
  /** In this process: for faults that it lives through. */
  readonly run: (
    args: readonly string[],
    faults?: readonly Fault[],
  ) => Promise<Ran & { calls: readonly Call[] }>;
  /** In a process of its own: for death and signals, and what runs at the same time. */
  readonly spawn: (args: readonly string[], faults?: readonly Fault[]) => Ran;
};

export type ProgramOptions = {
  /** A folder with `tunectl.cjs` and `start.cjs`. */
  readonly dist: string;
  /** What /proc/modules is said to hold. */
  readonly modules: string;
  /** The command of the fault RIVAL. */
  readonly rival: string;
};

const require = createRequire(import.meta.url);
const preload = join(import.meta.dirname, "../support/fault-at-call.cjs");
type Real = { readonly fs: Partial<typeof realFs>; readonly spawn: Spawn };
type Options = { readonly rival: string; readonly modules: string; readonly calls: Call[] };
const { withFaults } = require(preload) as {
  withFaults: (real: Real, faults: readonly Fault[], options: Options) => Real;
};

export function programIn({ dist, ...options }: ProgramOptions): Program {
  const path = join(dist, "tunectl.cjs");
  const parameters = "__dirname, process, Atomics, setTimeout)";
  const text = asFunction(realFs.readFileSync(path)).replace("__dirname)", parameters);
  const script = new Script(text, { filename: path });
  const spawn: Program["spawn"] = (args, faults = []) => {
    const command = ["--require", preload, join(dist, "start.cjs"), ...args];
    const ran = children.spawnSync(process.execPath, command, {
      encoding: "utf8",
      env: { ...environment, ...asVariables(faults, options) },
      timeout: 120_000,
    });
    const code = ran.status ?? 128 + (constants.signals[ran.signal ?? "SIGKILL"] ?? 0);
    return { code, out: ran.stdout, err: ran.stderr };
  };
  return { spawn, run: (args, faults = []) => runHere(script, path, args, faults, options) };
}

const environment = {
  PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
  HOME: "/root",
  // In a user namespace the system's folders belong to nobody (65534); their real owner is root all the same.
  ...(process.env["SUDO_UID"] !== undefined && { SUDO_UID: process.env["SUDO_UID"] }),
};

function asVariables(faults: readonly Fault[], { rival, modules }: Omit<ProgramOptions, "dist">) {
  const actionOf = ({ action, lasts }: Fault): string => (lasts ? `${action}-ON` : action);
  const [last, first] = faults.toReversed();
  return {
    FAULT_AT: String(last?.at ?? 0),
    FAULT_ACTION: last ? actionOf(last) : "",
    FAULT_FIRST: first ? `${first.at}:${actionOf(first)}` : "",
    FAULT_RIVAL: rival,
    FAULT_MODULES: modules,
  };
}

type Main = (
  exports: object,
  require: (name: string) => unknown,
  module: object,
  filename: string,
  dirname: string,
  process: object,
  atomics: object,
  setTimeout: Later,
) => void;

/** The program is a script of one function; what it takes from outside is put in its place. */
function runHere(
  script: Script,
  path: string,
  args: readonly string[],
  faults: readonly Fault[],
  options: Omit<ProgramOptions, "dist">,
): ReturnType<Program["run"]> {
  const calls: Call[] = [];
  const said = { out: "", err: "" };
  const plain = { ...realFs, writeSync: saying(said) };
  const faulty = withFaults({ fs: plain, spawn: startStandIn }, faults, { ...options, calls });
  const fs = { ...plain, ...faulty.fs };
  const own: Readonly<Record<string, unknown>> = {
    fs,
    "node:fs": fs,
    "node:child_process": { ...unlocked, spawn: faulty.spawn },
  };
  const requireOwn = (name: string): unknown => own[name] ?? require(name);
  const main = script.runInThisContext() as Main;
  return new Promise((resolve) => {
    const end = (code: number): void => resolve({ code, ...said, calls });
    main(
      {},
      requireOwn,
      {},
      path,
      dirname(path),
      processFor([process.execPath, path, ...args], end),
      unwaiting,
      impatient(() => end(128 + constants.signals.SIGKILL)),
    );
  });
}

/** Nobody else is here while a run in this process lasts, and to start flock(1) takes as long as all the rest. */
const unlocked = {
  ...children,
  spawnSync: (program: string, ...rest: readonly []) =>
    program.endsWith("/flock") ? { status: 0 } : children.spawnSync(program, ...rest),
};

/** Nothing here comes later: what a run waits for is there already, or never. */
const unwaiting = { wait: () => "timed-out" };

type Later = (act: () => void) => void;

/** No time passes between the tries of a guard. One that tries on and on is killed while it waits. */
function impatient(kill: () => void): Later {
  let tries = 0;
  return (act) => {
    tries++;
    setImmediate(tries > 3 ? kill : act);
  };
}

type Write = typeof realFs.writeSync;

/** What goes to standard output and error is kept. */
function saying(said: { out: string; err: string }): Write {
  return ((fd: number, bytes: Buffer, ...rest: number[]) => {
    if (fd > 2) return realFs.writeSync(fd, bytes, ...rest);
    said[fd === 1 ? "out" : "err"] += bytes.toString("utf8");
    return bytes.length;
  }) as Write;
}

/** `process` for one run: its end is told, and is not this process's. */
function processFor(argv: readonly string[], end: (code: number) => void): object {
  return Object.create(process, {
    argv: { value: argv },
    env: { value: environment },
    exitCode: { set: end },
    exit: { value: () => undefined },
    on: { value: () => undefined },
  });
}
