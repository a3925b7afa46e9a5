import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { replay } from "./support/session.js";
import { missingForSessions } from "./support/session-room.js";

// Whole sessions as a person has them. `UPDATE_SCENARIOS=1 npx vitest run test/scenarios.test.ts` writes down
// what is printed now; read the difference before you commit it.

const folder = "test/scenarios";
const missing = missingForSessions();
const inCi = process.env["CI"] !== undefined;
const isUpdate = process.env["UPDATE_SCENARIOS"] !== undefined;

describe.skipIf(missing !== undefined && !inCi)(
  `sessions${missing === undefined ? "" : ` (skipped: no ${missing})`}`,
  () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
    for (const name of names) {
      const path = join(folder, name);
      const written = readFileSync(path, "utf8");
      it.concurrent(`${name.slice(0, -4)}: ${titleOf(written)}`, { timeout: 240_000 }, async () => {
        if (missing !== undefined) throw new Error(`Sessions need ${missing}`);
        const files = path.slice(0, -4);
        const told = await replay(written, existsSync(files) ? { files } : {});
        if (isUpdate) writeFileSync(path, told);
        else expect(told).toBe(written);
      });
    }
  },
);

/** The first sentence of the first comment. */
function titleOf(session: string): string {
  const words = session
    .split("\n\n")[0]
    ?.split("\n")
    .filter((line) => line.startsWith("# "))
    .map((line) => line.slice(2))
    .join(" ");
  return words?.match(/^.*?[.!?](?= |$)/)?.[0].replace(/\.$/, "") ?? "a session";
}
