/** Text that `--help` adds to what the flags say of themselves. */
import { exitCodeWords } from "./exit-code.js";

export const exitCodes = `
Exit codes:
${exitCodeWords.map(([code, words]) => `  ${String(code).padEnd(4)} ${words}`).join("\n")}
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
