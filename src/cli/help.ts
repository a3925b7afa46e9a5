/** Text that `--help` adds to what the flags say of themselves. */
import { type ExitCodeWords, exitCodeWords } from "./exit-code.js";

/** The table of a command that ends otherwise than the others, or that of all. */
export const exitCodes = (codes: ExitCodeWords = exitCodeWords): string => `
Exit codes:
${codes.map(([code, words]) => `  ${String(code).padEnd(4)} ${words}`).join("\n")}
`;

export const overview = `
A profile is a name (tunectl list), or a file: a path that contains "/" or ends in .yaml.

Start here, without root; nothing is changed:
  tunectl rehearse high-churn-webserver
  tunectl diff high-churn-webserver
Then, as root:
  tunectl apply high-churn-webserver && tunectl verify
  tunectl rollback
`;

export const rootNote = `
Needs root, unless --root names an image that you can write.
`;

export const bootCheckNote = `
Ends as verify does, and with 1 where the result cannot be kept. Where no profile is
applied it ends with 0: a host may have the check before it has a profile.
Needs root. --root DIR installs or removes the unit of an image.
`;

export const bootNote = `
Needs no root and changes nothing. Ends with 1 where a file could not be read, where the loader will
end with an error or need not run, or where a module that a line needs may come after it: each is named.
With --root the files of an image are read; --against then names a host whose keys and interfaces stand
for those of the kernel that boots it.
`;

export const whyNote = `
A pattern of interfaces, such as 'net.ipv4.conf.*.rp_filter', is told for each of them.
Needs no root and changes nothing. Ends with 1 where a file that may set the key could not be read, where
the loader need not run, or where the key's module may come after it.
`;
