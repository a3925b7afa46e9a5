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

/** An executable of a session, in a folder that comes first on the path. */
const standIn = (name: string, lines: string): string =>
  `mkdir -p /run/stand-ins && cat > /run/stand-ins/${name} <<'EOF' && chmod 755 /run/stand-ins/${name}
#!/bin/sh
${lines}
EOF`;

const placeholder = "PUT_ITS_CHECKSUM_HERE";

// What reaches out of the room: curl brings /srv/served.cjs, which is /srv/built.cjs unless a test alters it.
// The folder for programs is the room's own.
const download = [
  'cp "$(dirname "$(readlink -f "$(command -v tunectl)")")/tunectl.cjs" built.cjs && cp built.cjs served.cjs',
  standIn(
    "curl",
    `[ "$1 $2 $4" = '-fsSL -o https://files.example.com/tunectl.cjs' ] && cp /srv/served.cjs "$3"`,
  ),
  "mount -t tmpfs none /usr/local/sbin",
  'export PATH="/usr/local/sbin:/run/stand-ins:$PATH"',
];
const alter = "echo '// altered' >> served.cjs";

/** The reader's part: the checksum of the file that was built. */
const withChecksum = (text: string): string =>
  text.replace(placeholder, () => "$(sha256sum < /srv/built.cjs | cut -d ' ' -f 1)");

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
      const commands = [...firstBoot(), runcmd];
      const answers = await runInRoom(commands);
      expect(answers.map(({ exit }) => exit)).toEqual(commands.map(() => 0));
      expect(answers.at(-1)?.text).toMatch(/^Nothing to do/m);
    });

    it("provisioning: a file with another checksum is neither installed nor run", { timeout }, async () => {
      const boot = firstBoot().toSpliced(-1, 0, alter);
      const answers = await runInRoom([...boot, "ls /usr/local/sbin /etc/sysctl.d"]);
      expect(answers.at(-2)).toMatchObject({ text: expect.stringContaining("FAILED"), exit: 1 });
      expect(answers.at(-1)?.text).toBe("/etc/sysctl.d:\n\n/usr/local/sbin:\n");
    });

    it("provisioning: nothing is installed before the reader has put in a checksum", {
      timeout,
    }, async () => {
      const answers = await runInRoom([...firstBoot((text) => text), "ls /usr/local/sbin"]);
      expect(answers.at(-2)?.exit).toBe(1);
      expect(answers.at(-1)?.text).toBe("");
    });

    for (const [found, lines] of [
      ["v18.20.4", nodeOfVersion("18.20.4")],
      ["v20.18.3", nodeOfVersion("20.18.3")],
      ["none", "exit 127"],
    ] as const)
      it(`provisioning: says which Node it needs where there is ${found}`, { timeout }, async () => {
        const boot = firstBoot().toSpliced(-1, 0, standIn("node", lines));
        const answers = await runInRoom([...boot, "ls /usr/local/sbin"]);
        expect(answers.at(-2)).toEqual({
          text: `tunectl needs Node.js 20.19 or later; this machine has ${found}\n`,
          exit: 1,
        });
        expect(answers.at(-1)?.text).toBe("");
      });

    it("code-review: the comment is what diff prints, byte for byte", { timeout }, async () => {
      const command = "tunectl diff checkout.yaml --against facts.json --format markdown";
      const [answer] = await runInRoom([command], { files: folder("code-review") });
      if (isUpdate) writeFileSync(join(folder("code-review"), "review.md"), answer?.text ?? "");
      expect(withoutAge(answer?.text ?? "")).toBe(withoutAge(textOf("code-review", "review.md")));
    });

    it("code-review: the workflow comments with the plan and ends well", { timeout }, async () => {
      const { exit, told, comment } = await review();
      expect(exit).toBe(0);
      expect(told).toBe("pr comment 1 --edit-last --create-if-none --body-file review.md\n");
      expect(withoutAge(comment)).toBe(withoutAge(textOf("code-review", "review.md")));
    });

    it("code-review: where the plan has a problem, the workflow comments and then fails", {
      timeout,
    }, async () => {
      const { exit, told, comment } = await review({ change: otherFileWins });
      expect(exit).toBe(1);
      expect(told).toMatch(/^pr comment 1 /);
      expect(comment).toContain("**Problems**");
      expect(comment).toContain("99-local.conf:1 is read after our line");
    });

    it("code-review: a profile that cannot be read is a comment, too", { timeout }, async () => {
      const { exit, comment } = await review({
        change: "sed -i s/keepalive_time/keepalive_tim/ checkout.yaml",
      });
      expect(exit).toBe(1);
      expect(comment).toMatch(/^```\ncheckout.yaml:12:3: error: .*\n[\s\S]*\n```\n$/);
    });

    it("code-review: where the comment cannot be made, the workflow fails", { timeout }, async () => {
      expect(await review({ change: standIn("gh", "exit 4") })).toMatchObject({ exit: 4, comment: "" });
    });

    it("code-review: a file with another checksum is not run", { timeout }, async () => {
      const { exit, told } = await review({ change: alter });
      expect(exit).toBe(1);
      expect(told).toBe("");
    });

    it("code-review: nothing is run before the reader has put in a checksum", { timeout }, async () => {
      const { exit, told } = await review({ fillIn: (text) => text });
      expect(exit).toBe(1);
      expect(told).toBe("");
    });
  },
);

describe("no document installs tunectl by its name from a registry", () => {
  const separator = "[ \\t,\"'\\[]+";
  const words = "[^\\n;&|]*";
  const byManager = `\\b(npm|pnpm|yarn|bun)${separator}(${words}${separator})?(install|i|add|exec|dlx|x)\\b`;
  const byRunner = "(?<!npm ci && )\\b(npx|bunx)\\b";
  const installs = new RegExp(`(${byManager}|${byRunner})${words}\\btunectl\\b`);
  const isInstalled = (text: string): boolean => installs.test(text.replaceAll("\\\n", " "));

  it.each([
    "npm install --global tunectl",
    "npm install \\\n  tunectl@1",
    "sudo npm i -g tunectl",
    "- [npm, install, --global, tunectl]",
    "npm --global install tunectl",
    "npx tunectl list",
    "npx --yes tunectl",
    "pnpm dlx tunectl",
  ])("%j would", (text) => expect(isInstalled(text)).toBe(true));

  it("the program of a clone is not from a registry", () =>
    expect(isInstalled("npm ci && npx tunectl rehearse web-base")).toBe(false));

  const pages = ["examples", "docs"].flatMap((top) =>
    readdirSync(top, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name)),
  );
  it.each(["README.md", "CONTRIBUTING.md", ...pages])("%s does not", (page) =>
    expect(installs.exec(readFileSync(page, "utf8").replaceAll("\\\n", " "))?.[0]).toBeUndefined(),
  );
});

type Environment = Readonly<Record<string, string>>;
type Step = { readonly run?: string; readonly env?: Environment };
type Workflow = {
  readonly jobs: { readonly review: { readonly env: Environment; readonly steps: readonly Step[] } };
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

// On the host, a file of somebody else's comes later in the boot.
const otherFileWins = `node -e '
  const facts = JSON.parse(fs.readFileSync("facts.json", "utf8"));
  const content = { kind: "text", text: "net.ipv4.tcp_keepalive_time = 7200\\n" };
  facts.boot.entries.push({ folder: "/etc/sysctl.d", name: "99-local.conf", content });
  fs.writeFileSync("facts.json", JSON.stringify(facts));
'`;

type ReviewOptions = { readonly change?: string; readonly fillIn?: (text: string) => string };

/** Runs the workflow's steps as GitHub does, each by `bash -e` until one fails. What `gh` got is kept. */
async function review({ change = ":", fillIn = withChecksum }: ReviewOptions = {}) {
  const { jobs } = parse(textOf("code-review", "github-workflow.yaml")) as Workflow;
  const { env: ofJob, steps } = jobs.review;
  const exports = (env: Environment): readonly string[] =>
    Object.entries(env).map(
      ([name, value]) => `export ${name}="${fillIn(value.replace(/\$\{\{.*?\}\}/, "1"))}"`,
    );
  const lines = steps.flatMap(({ run, env = {} }, at) =>
    run === undefined
      ? []
      : [...exports(env), `cat > /run/step-${at} <<'EOF'`, run, "EOF", `bash -e /run/step-${at} || exit`],
  );
  const commands = [
    ...download,
    standIn("gh", `[ -s "$7" ] && echo "$*" > /run/told && cp "$7" /run/comment`),
    change,
    ["(", ...exports(ofJob), ...lines, ")"].join("\n"),
    "cat /run/told 2>/dev/null || :",
    "cat /run/comment 2>/dev/null || :",
  ];
  const answers = await runInRoom(commands, { files: folder("code-review") });
  const [run, told, comment] = answers.slice(-3);
  return { exit: run?.exit, told: told?.text ?? "", comment: comment?.text ?? "" };
}

const runcmd = "sh /run/runcmd";

/** What cloud-init does with the user data, but for the packages: it makes one script of all commands. */
function firstBoot(fillIn = withChecksum): readonly string[] {
  if (missing !== undefined) throw new Error(`Examples need ${missing}`);
  const { write_files: files, runcmd: commands } = userData();
  const script = { path: "/run/runcmd", permissions: "0700", content: `${fillIn(commands.join("\n"))}\n` };
  const writes = [...files, script].map(
    ({ path, permissions, content }) =>
      `mkdir -p $(dirname ${path}) && cat > ${path} <<'EOF' && chmod ${permissions} ${path}\n${content}EOF`,
  );
  return [...download, ...writes, runcmd];
}

/** A Node that takes itself for another version. */
function nodeOfVersion(version: string): string {
  const old = `Object.defineProperty(process, "versions", { value: { node: "${version}" } });`;
  return `if [ "$1" = --version ]; then echo v${version}; exit; fi
shift
exec ${process.execPath} -e '${old}'"$1"`;
}
