import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { replayMarkdown, withoutAge } from "./support/session.js";
import { missingForSessions, runInRoom } from "./support/session-room.js";

// What the examples show is what happens. `UPDATE_EXAMPLES=1 npx vitest run test/examples.test.ts` writes
// down what is printed now; read the difference before you commit it.

const missing = missingForSessions();
const inCi = process.env["CI"] !== undefined;
const isUpdate = process.env["UPDATE_EXAMPLES"] !== undefined;
const timeout = 240_000;

const folder = (name: string): string => join("examples", name);
const textOf = (...path: readonly string[]): string => readFileSync(join("examples", ...path), "utf8");

// The two commands that reach out of the room.
const standIns = [
  "npm() { [ \"$*\" = 'install --global tunectl' ]; }",
  'gh() { [ "$1 $2" = \'pr comment\' ] && [ -s "$5" ]; }',
];

describe.skipIf(missing !== undefined && !inCi)(
  `examples${missing === undefined ? "" : ` (skipped: no ${missing})`}`,
  () => {
    it("every example has a README", () => {
      for (const name of readdirSync("examples")) expect(textOf(name, "README.md"), name).toMatch(/^# /);
    });

    for (const name of readdirSync("examples"))
      it(`${name}: what the README shows is what happens`, { timeout }, async () => {
        const page = textOf(name, "README.md");
        const before = name === "provisioning" ? firstBoot() : [];
        const told = await replayMarkdown(page, { files: folder(name), before });
        if (isUpdate) writeFileSync(join(folder(name), "README.md"), told);
        else expect(told).toBe(page);
      });

    it("provisioning: the same user data may run a second time and finds nothing to do", {
      timeout,
    }, async () => {
      const commands = [...firstBoot(), ...userData().runcmd];
      const answers = await runInRoom(commands);
      expect(answers.map(({ exit }) => exit)).toEqual(commands.map(() => 0));
      expect(answers.at(-2)?.text).toMatch(/^Nothing to do/);
    });

    it("code-review: the comment is what diff prints, byte for byte", { timeout }, async () => {
      const command = "tunectl diff checkout.yaml --against facts.json --format markdown";
      const [answer] = await runInRoom([command], { files: folder("code-review") });
      if (isUpdate) writeFileSync(join(folder("code-review"), "review.md"), answer?.text ?? "");
      expect(withoutAge(answer?.text ?? "")).toBe(withoutAge(textOf("code-review", "review.md")));
    });

    it("code-review: the workflow's commands all succeed", { timeout }, async () => {
      const { jobs } = parse(textOf("code-review", "github-workflow.yaml")) as Workflow;
      const commands = [...standIns, "NUMBER=1", ...jobs.review.steps.flatMap(({ run }) => run ?? [])];
      const answers = await runInRoom(commands, { files: folder("code-review") });
      expect(answers.filter(({ exit }) => exit !== 0)).toEqual([]);
      expect(commands).toHaveLength(7);
    });
  },
);

type Workflow = {
  readonly jobs: { readonly review: { readonly steps: readonly { readonly run?: string }[] } };
};
type UserData = {
  readonly write_files: readonly {
    readonly path: string;
    readonly permissions: string;
    readonly content: string;
  }[];
  readonly runcmd: readonly string[];
};

const userData = (): UserData => parse(textOf("provisioning", "user-data.yaml")) as UserData;

/** What cloud-init does with the user data, but for the packages. */
function firstBoot(): readonly string[] {
  if (missing !== undefined) throw new Error(`Examples need ${missing}`);
  const { write_files: files, runcmd } = userData();
  const writes = files.map(
    ({ path, permissions, content }) =>
      `mkdir -p $(dirname ${path}) && cat > ${path} <<'EOF' && chmod ${permissions} ${path}\n${content}EOF`,
  );
  return [...standIns, ...writes, ...runcmd];
}
