/**
 * Where an installed tunectl starts (`dist/start.cjs`): runs the program beside it, from V8's compiled form
 * where one was made for this Node. Compiling what a `diff` comes through takes longer than running it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { asFunction, codeFor, compiledName } from "./compiled-form.js";

const path = join(__dirname, "tunectl.cjs");
const program = readFileSync(path);

function compiledCode(): Buffer | undefined {
  try {
    return codeFor(program, readFileSync(join(__dirname, compiledName)));
  } catch {
    return undefined;
  }
}

const cachedData = compiledCode();
const script = new Script(asFunction(program), { filename: path, ...(cachedData && { cachedData }) });
script.runInThisContext()(exports, require, module, path, __dirname);
