/** The one file that touches `process`. */
import { fstatSync, writeSync } from "node:fs";
import { errnoOf } from "../host.js";
import { printable } from "../render/escape.js";
import { main } from "./main.js";
import type { ProcessContext } from "./process-context.js";

let asked: string | undefined;
let listening = false;

/**
 * From the first step of a change on, a signal waits for the next one; until then it ends the process as it
 * always does.
 */
function listen(): void {
  if (listening) return;
  listening = true;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      asked = signal;
    });
}

function stopRequest(): Promise<string | undefined> {
  listen();
  return new Promise((resolve) => setImmediate(() => resolve(asked)));
}

/** Why the report could not be written. */
let unread: string | undefined;

/** A closed pipe (`| head`) or a full disk must not end a change half way, nor hide its exit code. */
function write(fd: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let written = 0; written < bytes.length; ) written += writeOrWait(fd, bytes.subarray(written));
  } catch (error) {
    // What was done to the host stands, whether it is read or not. EPIPE is a reader that closed its end (`|
    // head`).
    if (fd === 1 && errnoOf(error) !== "EPIPE") unread ??= errnoOf(error);
  }
}

function writeOrWait(fd: 1 | 2, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (errnoOf(error) !== "EAGAIN") throw error;
    // A pipe in non-blocking mode that is full for now.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return 0;
  }
}

/**
 * Asked of the descriptor itself: `process.stdout` would load all of Node's streams for this one question.
 */
const takesColour = (fd: 1 | 2): boolean =>
  isTerminal(fd) && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";

function isTerminal(fd: 0 | 1 | 2): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}

/** Enter keeps; any word, a signal, the end of the terminal or of the time does not. */
function ask(seconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (keep: boolean): void => {
      clearInterval(watch);
      process.stdin.removeAllListeners();
      process.stdin.pause();
      resolve(keep);
    };
    const until = Date.now() + seconds * 1000;
    const watch = setInterval(() => {
      if (asked !== undefined || Date.now() > until) answer(false);
    }, 200);
    process.stdin.once("data", (line) => answer(String(line).trim() === ""));
    for (const event of ["end", "error", "close"]) process.stdin.once(event, () => answer(false));
  });
}

/** A deleted working folder has no path; nothing relative can be found then, and everything else works. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}

const context: ProcessContext = {
  cwd: workingFolder(),
  env: process.env,
  uid: process.geteuid?.() ?? -1,
  now: () => new Date(),
  colour: { out: takesColour(1), err: takesColour(2) },
  out: (text) => write(1, text),
  err: (text) => write(2, text),
  stopRequest,
  ...(isTerminal(0) && isTerminal(2) && { ask }),
  self: [process.execPath, process.argv[1] ?? ""],
};

/** Whether a command line asks for a change of the host, and not for a report alone. */
const isChange = ([command = "", ...words]: readonly string[]): boolean =>
  ["apply", "confirm", "recover", "rollback"].includes(command) ||
  words.some((word) => /^--(install|remove|keep|older-than)(=|$)/.test(word));

/**
 * After a change, ends at once: a process that runs out of work gives up its signal handlers before it is
 * gone, and a signal would then end a change that stands with the code of one that was undone.
 */
function end(code: number): void {
  process.exitCode = code;
  if (listening) process.exit();
}

main(process.argv.slice(2), context).then(
  (code) => {
    // A report must not be lost in silence. Where it is the whole of a command's work, that has failed; a
    // change's outcome is the host's.
    if (unread !== undefined) write(2, `tunectl: the answer could not be written (${unread}).\n`);
    end(unread !== undefined && code === 0 && !isChange(process.argv.slice(2)) ? 1 : code);
  },
  (error: unknown) => {
    write(
      2,
      printable(
        `tunectl: internal error (a bug in tunectl); please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        false,
      ),
    );
    end(1);
  },
);
