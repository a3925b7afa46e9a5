/**
 * The catalogue's text inside the program: as the comment in the body of a function, which that function's
 * `toString` gives back. As a string it would be the greatest of all constants, made anew at every start,
 * though a command asks for a few lines of it.
 */
import type { Plugin } from "esbuild";

const holder = "tunectlCatalogue";
const before = `function ${holder}() {/*\n`;
const after = "\n*/}";

/**
 * ASCII, because the program is read as such, and with no end of a comment in it; both as JSON's own escapes,
 * so it is still JSON.
 */
const harmless = (json: string): string =>
  json
    .replace(/\*\//g, "*\\/")
    .replace(/[^\n -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

export const catalogueInComment = (lines: string): string => before + harmless(lines) + after;

/** Stands in for `src/generated/catalogue.ts`. */
export const fromComment = (keys: string): Plugin => ({
  name: "catalogue-in-comment",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/generated\/catalogue\.ts$/ }, () => ({
      contents: `export const catalogueKeys = ${JSON.stringify(keys)};
        export const catalogueLines = () => ${holder}.toString().slice(${before.length}, -${after.length});`,
    }));
  },
});
