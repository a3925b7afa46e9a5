/** What the starter and the build have to agree on about the program's compiled form. */
import { crc32 } from "node:zlib";

/** V8's form fits one Node and one processor only: under another name it is not even looked at. */
export const compiledName = `tunectl.${process.version}-${process.arch}.cache`;

/** The program as the function that Node makes of a module. The shebang's line stays, empty, so that line numbers are the file's own. */
export const asFunction = (program: Buffer): string =>
  `(function (exports, require, module, __filename, __dirname) {${program.toString("latin1", program.indexOf("\n"))}\n})`;

// The checksum has eight bytes for its four: V8 copies code that does not begin at a multiple of 8.
const sumBegins = (program: Buffer): number => Math.ceil(program.length / 8) * 8;
const sumLength = 8;

/**
 * The program once more, a checksum, V8's form of it. V8 compares no more than versions and lengths: whether they belong together has
 * to be seen, and of damaged code it dies without a word.
 */
export function printCompiled(program: Buffer, code: Buffer): Buffer {
  const sum = Buffer.alloc(sumLength);
  sum.writeUInt32LE(crc32(code));
  return Buffer.concat([program, Buffer.alloc(sumBegins(program) - program.length), sum, code]);
}

/** V8's form, or nothing if it is another program's (one that was edited, say, or half of an upgrade) or damaged. */
export function codeFor(program: Buffer, compiled: Buffer): Buffer | undefined {
  if (!compiled.subarray(0, program.length).equals(program)) return undefined;
  const sum = compiled.subarray(sumBegins(program), sumBegins(program) + sumLength);
  const code = compiled.subarray(sumBegins(program) + sumLength);
  return sum.length === sumLength && sum.readUInt32LE() === crc32(code) ? code : undefined;
}
