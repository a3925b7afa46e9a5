/** What the starter and the build have to agree on about the program's compiled form. */

/** V8's form fits one Node and one processor only: under another name it is not even looked at. */
export const compiledName = `tunectl.${process.version}-${process.arch}.cache`;

/**
 * The program as the function that Node makes of a module. The shebang's line stays, empty, so that line
 * numbers are the file's own.
 */
export const asFunction = (program: Buffer): string =>
  `(function (exports, require, module, __filename, __dirname) {${program.toString("latin1", program.indexOf("\n"))}\n})`;

// V8 copies code that does not begin at a multiple of 8.
const codeBegins = (program: Buffer): number => Math.ceil(program.length / 8) * 8;

/**
 * The program once more, then V8's form of it, twice. V8 compares no more than versions and lengths: whether
 * they belong together has to be seen, and of damaged code it dies without a word. Two copies are compared in
 * no time; any module with a checksum takes longer to load.
 */
export const printCompiled = (program: Buffer, code: Buffer): Buffer =>
  Buffer.concat([program, Buffer.alloc(codeBegins(program) - program.length), code, code]);

/**
 * V8's form, or nothing if it is another program's (one that was edited, say, or half of an upgrade) or
 * damaged.
 */
export function codeFor(program: Buffer, compiled: Buffer): Buffer | undefined {
  if (!compiled.subarray(0, program.length).equals(program)) return undefined;
  const both = compiled.subarray(codeBegins(program));
  const code = both.subarray(0, both.length / 2);
  return code.equals(both.subarray(code.length)) ? code : undefined;
}
