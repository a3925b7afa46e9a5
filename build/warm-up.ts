/**
 * Runs the program's commands in this process, one after another, then writes what V8 compiled on the way:
 * `warm-up PROGRAM COMPILED`, command lines as JSON on standard input. Only a function that has run is in the
 * compiled form.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { Script } from "node:vm";
import { asFunction, printCompiled } from "./compiled-form.js";

const [path = "", compiled = ""] = process.argv.slice(2);
const commands: string[][] = JSON.parse(readFileSync(0, "utf8"));
const program = readFileSync(path);
const script = new Script(asFunction(program), { filename: path });

function run(command: readonly string[]): void {
  process.argv = [process.execPath, path, ...command];
  script.runInThisContext()({}, require, {}, path, "");
}

function finish(): void {
  process.off("beforeExit", next);
  writeFileSync(compiled, printCompiled(program, script.createCachedData()));
  process.exitCode = 0;
}

/**
 * A command has ended when nothing is left to wait for; an immediate keeps the process alive for the next
 * one.
 */
function next(): void {
  const command = commands.shift();
  if (command) setImmediate(run, command);
  else finish();
}

// A command that changes the host ends the process at once; the ones after it are to run all the same.
process.exit = (() => undefined) as typeof process.exit;
process.on("beforeExit", next);
