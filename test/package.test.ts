/** What npm packs, installed in an empty folder: the command, the library and its types, and nothing else. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const work = mkdtempSync(join(tmpdir(), "tunectl-package-"));
const home = join(work, "empty");
const installed = join(home, "node_modules/tunectl");

function run(cwd: string, program: string, ...args: readonly string[]): string {
  const child = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (child.status !== 0) throw new Error(`${program} ${args.join(" ")}\n${child.stdout}${child.stderr}`);
  return child.stdout;
}

beforeAll(() => {
  // In a copy: what npm builds for the package must not replace the `dist` that other tests run.
  const copy = join(work, "copy");
  for (const file of run(".", "git", "ls-files", "-co", "--exclude-standard")
    .split("\n")
    .filter(existsSync)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(file, join(copy, file));
  }
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  run(copy, "npm", "pack", "--pack-destination", work);
  const tarball = readdirSync(work).find((name) => name.endsWith(".tgz")) ?? "";
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), '{ "type": "module" }');
  run(home, "npm", "install", "--offline", "--no-audit", "--no-fund", join(work, tarball));
}, 120_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe("the packed program", () => {
  it("brings no other package along: all that it uses is bundled", () => {
    const found = readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith("."));
    expect(found).toEqual(["tunectl"]);
  });

  it("runs as a command", () => {
    expect(run(home, "node_modules/.bin/tunectl", "--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(run(home, "node_modules/.bin/tunectl", "validate", "web-base")).toContain("valid");
  });

  it("runs as a library, and holds the types that it promises", () => {
    const user = `import { type Checked, parseProfile, planRollback, type WrittenProfile } from "tunectl";
const parsed: Checked<WrittenProfile> = parseProfile("web.yaml", "name: web\\nsummary: s\\n");
if (!parsed.ok || typeof planRollback !== "function") throw new Error("no library");
`;
    writeFileSync(join(home, "user.ts"), user);
    const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--types", "node"];
    const roots = ["--typeRoots", resolve("node_modules/@types")];
    run(home, process.execPath, resolve("node_modules/typescript/lib/tsc.js"), ...flags, ...roots, "user.ts");
    writeFileSync(
      join(home, "user.js"),
      user.replace(/type \w+, |, type \w+|: Checked<WrittenProfile>/g, ""),
    );
    run(home, process.execPath, "user.js");
  });

  it("holds the licence of every package that it bundles", () => {
    const licences = readFileSync(join(installed, "dist/THIRD-PARTY-LICENSES"), "utf8");
    for (const name of [
      "commander",
      "diff",
      "fs-extra",
      "yaml",
      "@marcbachmann/cel-js",
      "fastest-levenshtein",
      "ajv",
    ])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
  });

  it("holds every file that its README leads to", () => {
    const readme = readFileSync(join(installed, "README.md"), "utf8");
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) => path);
    expect(links.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  });
});
