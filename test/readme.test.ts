/**
 * The README's sessions are run, and its words compared with what is printed. `UPDATE_SCENARIOS=1` writes
 * down what is printed now.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exitCodeWords } from "../src/cli/exit-code.js";
import { replay } from "./support/session.js";
import { missingForSessions } from "./support/session-room.js";

const missing = missingForSessions();
const isUpdate = process.env["UPDATE_SCENARIOS"] !== undefined;
const block = /```console( numbers-vary)?\n([\s\S]*?)```\n/g;

describe.skipIf(missing !== undefined && process.env["CI"] === undefined)(
  `the README${missing === undefined ? "" : ` (skipped: no ${missing})`}`,
  () => {
    const text = readFileSync("README.md", "utf8");
    for (const [at, found] of [...text.matchAll(block)].entries()) {
      const [whole, varies, session = ""] = found;
      it(`prints what it says in session ${at + 1}: ${session.split("\n", 1)[0]}`, {
        timeout: 240_000,
      }, async () => {
        if (missing !== undefined) throw new Error(`The README's sessions need ${missing}`);
        const told = await replay(session);
        const known = varies ? withoutNumbers : (words: string): string => words;
        if (isUpdate)
          writeFileSync(
            "README.md",
            readFileSync("README.md", "utf8").replace(
              whole,
              () => `\`\`\`console${varies ?? ""}\n${told}\`\`\`\n`,
            ),
          );
        else expect(known(told)).toBe(known(session));
      });
    }

    it("has the exit codes that the program has, in its words", () => {
      for (const [code, words] of exitCodeWords)
        expect(text).toMatch(new RegExp(`^\\| ${code} +\\| ${words.replace(/[()]/g, "\\$&")} +\\|$`, "m"));
    });

    it("names the two commands that the CI runs", () => {
      expect(text).toContain("\nnpm ci && npm test\n");
      expect(readFileSync(".ci/run", "utf8")).toContain("npm ci && npm test");
      expect(text).toContain("\nnpm ci && npx tunectl rehearse high-churn-webserver\n");
    });
  },
);

/** What depends on a machine's memory: numbers, and with them the width of columns. */
const withoutNumbers = (text: string): string => text.replace(/\d[\d.]*/g, "N").replace(/ +/g, " ");
