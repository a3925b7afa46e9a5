/** The command line in this process: what it prints and answers, with a process of the test's own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.js";
import { exitCode } from "../../src/cli/exit-code.js";
import type { ProcessContext } from "../../src/cli/process-context.js";
import { factsToFile } from "../../src/format/facts-file.js";
import { machine } from "../fakes/machine.js";
import { runCommandLine, type Said } from "../support/command-line.js";
import { profileText } from "../support/profile-text.js";

const folder = mkdtempSync(join(tmpdir(), "tunectl-main-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (line: string, own: Partial<ProcessContext> = {}): Promise<Said> =>
  runCommandLine(line, folder, own);

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

write("web.yaml", profileText("web", { "net.core.somaxconn": "8192" }));
write("typo.yaml", profileText("typo", { "net.core.somaxcon": "8192" }));
const { host } = machine({ values: {} });
if (host.facts)
  write(
    "facts.json",
    JSON.stringify(
      factsToFile({
        taken: "2026-01-01T00:00:00.000Z",
        host: host.facts,
        readings: new Map([
          ["net.core.somaxconn" as never, { status: "present", text: "4096", writable: true }],
        ]),
        boot: { entries: [] },
      }),
    ),
  );

describe("a command line", () => {
  it("that asks for help gets it, with the exit codes, and ends with 0", async () => {
    for (const line of ["--help", ...commands.map(({ name }) => `${name} --help`)]) {
      const said = await run(line);
      expect([said.code, said.err], line).toEqual([exitCode.done, ""]);
      expect(said.out, line).toContain("Exit codes:\n  0    success");
    }
  });

  it("that tells what a boot does claims nothing of what is in effect in its own table of exit codes", async () => {
    for (const name of ["boot", "why"]) {
      const { out } = await run(`${name} --help`);
      expect(out).toContain("  0    success: the answer is whole");
      expect(out).not.toMatch(/in effect now|and undone|drift/);
    }
  });

  it("that asks about a loader of an unknown version has the version named once", async () => {
    const { err } = await run("boot --root . --loader systemd:100");
    expect(err).toContain("warning: systemd-sysctl 100 is not among the versions that are known");
  });

  it.each([
    ["aply web", "Did you mean apply?"],
    ["diff", "missing required argument"],
    ["diff web.yaml --format xml", "Allowed choices are text, patch, markdown, json"],
    ["rollback --dryrun", "Did you mean --dry-run?"],
  ])("that cannot be read, `%s`, is told what is wrong, and ends with 1", async (line, words) => {
    const said = await run(line);
    expect(said.code).toBe(exitCode.problem);
    expect(said.err).toContain(words);
    expect(said.out).toBe("");
  });

  it("that asks for JSON gets its problems as JSON too", async () => {
    const said = await run("aply web --format json");
    expect([said.code, said.err]).toEqual([exitCode.problem, ""]);
    expect(JSON.parse(said.out)).toMatchObject({
      ok: false,
      problems: [{ code: "usage", severity: "error" }],
    });
  });
});

describe("an ordinary user", () => {
  it.each(["apply web.yaml", "rollback", "snapshots --keep 3"])(
    "cannot run `%s`, and learns why",
    async (line) => {
      const said = await run(line);
      expect(said.code).toBe(exitCode.problem);
      expect(said.err).toContain("needs root. Nothing was changed.");
    },
  );
});

describe("diff against a captured host", () => {
  it("prints the plan, and answers 2 for pending changes only where it is asked to", async () => {
    const said = await run("diff web.yaml --against facts.json");
    // Facts that were captured before there were relations say nothing of what runs on the host.
    expect([said.code, said.err]).toEqual([
      exitCode.done,
      "warning: not judged, because a value of the host is not known: backlog-for-servers. [relations-not-judged]\n",
    ]);
    expect(said.out).toContain("~ net.core.somaxconn  4096  8192");
    expect((await run("diff web.yaml --against facts.json --exit-code")).code).toBe(exitCode.pending);
  });

  it("names a mistyped key with its place, and one file that is not there", async () => {
    const said = await run("diff typo.yaml none.yaml --against facts.json");
    expect(said.code).toBe(exitCode.problem);
    expect(said.err).toContain(
      "typo.yaml:4:3: error: `net.core.somaxcon` is not in the catalogue; did you mean",
    );
    expect(said.err).toContain("none.yaml: no such file.");
  });

  it("is the same in every format about what changes", async () => {
    const formats = ["text", "patch", "markdown", "json"];
    const said = await Promise.all(
      formats.map((format) => run(`diff web.yaml --against facts.json --format ${format}`)),
    );
    for (const { out, code } of said) {
      expect(code).toBe(exitCode.done);
      expect(out).toContain("8192");
    }
  });
});

describe("options that contradict each other", () => {
  it.each([
    ["rollback --force --keep-changed", "--force and --keep-changed cannot be given together"],
    ["snapshots 3 --keep 1", "ID and --keep cannot be given together"],
    ["apply web.yaml --against facts.json", "--against names another host, and apply writes here"],
  ])("are refused: %s", async (line, words) => {
    const said = await run(line, { uid: 0 });
    expect(said.code).toBe(exitCode.problem);
    expect(said.err).toContain(words);
  });
});

describe("the folder of --root", () => {
  it.each([
    ["/nonexistent", "there is no such folder"],
    ["/", "is this host itself"],
  ])("%s is refused with what is wrong with it", async (root, words) => {
    const said = await run(`diff web.yaml --root ${root}`);
    expect(said.code).toBe(exitCode.problem);
    expect(said.err).toContain(words);
    expect(said.err).toContain("[bad-root]");
  });
});

describe("verify", () => {
  it("where nothing is applied says so, with a code of its own", async () => {
    write("image-marker", "");
    const said = await run(`verify --root ${folder}`);
    expect(said.code).toBe(exitCode.problem);
    expect(said.err).toContain("[not-applied]");
  });
});
