/**
 * An installed tunectl starts from V8's compiled form of the program: never from one of another program, nor
 * only with one.
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

let installed: string;

beforeEach(() => {
  installed = mkdtempSync(join(tmpdir(), "tunectl-start-"));
  cpSync("dist", installed, { recursive: true });
});
afterEach(() => rmSync(installed, { recursive: true, force: true }));

const program = (): string => join(installed, "tunectl.cjs");
const compiled = (): string =>
  join(installed, readdirSync(installed).find((name) => name.endsWith(".cache")) ?? "none");
const help = (...flags: readonly string[]): string =>
  execFileSync(process.execPath, [...flags, join(installed, "start.cjs"), "--help"], { encoding: "utf8" });

/** As many characters as before, so that V8 takes it for the same program. */
const edit = (path: string): void =>
  writeFileSync(path, readFileSync(path, "latin1").replace("Exit codes:", "EXIT CODES:"), "latin1");

/** Zeros in place of some bytes, counted from the end. */
const blank = (path: string, from: number, count = from): void => {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0, bytes.length - from, bytes.length - from + count));
};

it("was built for the Node that runs these tests", () => {
  expect(compiled()).toBe(join(installed, `tunectl.${process.version}-${process.arch}.cache`));
});

it("runs what was compiled", () => {
  const before = help();
  edit(program());
  // The copy of the program in front of the code, so that they seem to belong together: nothing else tells
  // that the code ran.
  edit(compiled());
  expect(help()).toBe(before);
});

it("runs the program's own text once somebody has edited it, though its length is the same", () => {
  edit(program());
  expect(help()).toContain("EXIT CODES:");
});

it.each([
  ["is not there", (path: string) => rmSync(path)],
  ["is empty", (path: string) => truncateSync(path, 0)],
  ["is cut short", (path: string) => truncateSync(path, statSync(path).size - 4096)],
  ["has lost its end to a bad disk", (path: string) => blank(path, 4096)],
  ["has a hole", (path: string) => blank(path, 500_000, 4096)],
  [
    "has a hole in its first half",
    (path: string) => blank(path, Math.round(statSync(path).size * 0.6), 4096),
  ],
  ["is something else", (path: string) => writeFileSync(path, "something else ".repeat(70_000))],
  ["is a folder", (path: string) => rmSync(path) ?? cpSync("profiles", path, { recursive: true })],
])("works all the same where the compiled form %s", (_, damage) => {
  const before = help();
  damage(compiled());
  expect(help()).toBe(before);
});

it("works under other flags of V8 than it was compiled with", () => {
  expect(help("--max-lazy", "--no-opt")).toBe(help());
});

it("is one file where only the program is copied", () => {
  const alone = execFileSync(process.execPath, ["-", "explain", "tcp_tw_recycle"], {
    encoding: "utf8",
    input: readFileSync(program()),
  });
  expect(alone).toContain("4.12");
});
