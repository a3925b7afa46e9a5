import {
  type BigIntStats,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ownershipProblem, type PathTrace, tracePath } from "../../src/disk/ownership.js";
import { readTracedFile } from "../../src/disk/text-file.js";

const owners = [0, process.getuid?.() ?? 0];
const stranger = 4242;

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "tunectl-trust-")));
  for (const name of ["links", "real", "real/deep"]) mkdirSync(join(folder, name), { mode: 0o755 });
  writeFileSync(join(folder, "real/web.yaml"), "name: web\n", { mode: 0o644 });
  symlinkSync("../real/web.yaml", join(folder, "links/web.yaml"));
  symlinkSync(join(folder, "real/deep"), join(folder, "links/deep"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The trace of a file that was read; its path may hold `..`, which `join` would take out. */
function traceOf(path: string): PathTrace {
  const read = readTracedFile(`${folder}/${path}`);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value.trace;
}

const statsOf = (path: string): BigIntStats => lstatSync(join(folder, path), { bigint: true });
const changed = (stats: BigIntStats, change: Partial<BigIntStats>): BigIntStats =>
  Object.assign(Object.create(stats) as BigIntStats, change);

/** The trace with one of its steps as it would be on another host. */
const withStep = ({ file, steps = [] }: PathTrace, at: number, change: Partial<BigIntStats>): PathTrace => ({
  file,
  steps: steps.with(at, {
    path: steps[at]?.path ?? "",
    stats: changed(steps[at]?.stats ?? statsOf("real"), change),
  }),
});

const pathsIn = ({ steps = [] }: PathTrace): readonly string[] => steps.map(({ path }) => path);
const below = (paths: readonly string[]): readonly string[] =>
  paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1));

describe("a profile that root is to apply", () => {
  it("is trusted where all that leads to it is root's or the caller's, by links too", () => {
    expect(ownershipProblem(traceOf("real/web.yaml"), owners)).toBeUndefined();
    expect(ownershipProblem(traceOf("links/web.yaml"), owners)).toBeUndefined();
  });

  it("is not where a folder or a link on the way, as it is written, belongs to anybody else", () => {
    const trace = traceOf("links/web.yaml");
    for (const [at, path] of pathsIn(trace).entries()) {
      const others = withStep(trace, at, { uid: BigInt(stranger) });
      const file = join(folder, "links/web.yaml");
      expect(ownershipProblem(others, owners)).toEqual({
        code: "file-untrusted",
        file,
        path,
        why: "owner",
      });
      expect(ownershipProblem(others, [...owners, stranger])).toBeUndefined();
    }
  });

  it.each([
    ["its group", 0o020n],
    ["everybody", 0o002n],
  ])(
    "is not where %s can write it or a folder on the way, but the mode of a link means nothing",
    (_, bit) => {
      const trace = traceOf("links/web.yaml");
      for (const [at, { path, stats }] of (trace.steps ?? []).entries()) {
        const open = ownershipProblem(withStep(trace, at, { mode: (stats.mode & ~0o1000n) | bit }), owners);
        if (stats.isSymbolicLink()) expect(open).toBeUndefined();
        else expect(open).toMatchObject({ path, why: "writable" });
      }
    },
  );

  it("may lie below a sticky folder, where others replace only what is theirs; a sticky file is open all the same", () => {
    const trace = traceOf("real/web.yaml");
    for (const [at, { stats }] of (trace.steps ?? []).entries())
      expect(
        ownershipProblem(withStep(trace, at, { mode: stats.mode | 0o1777n }), owners) === undefined,
      ).toBe(stats.isDirectory());
  });

  it("is told with the step nearest to it where several are others'", () => {
    const trace = withStep(traceOf("real/web.yaml"), 0, { uid: BigInt(stranger) });
    const both = withStep(trace, (trace.steps ?? []).length - 1, { uid: BigInt(stranger) });
    expect(ownershipProblem(both, owners)).toMatchObject({ path: join(folder, "real/web.yaml") });
  });
});

describe("the way to a file", () => {
  it("leads from / through each folder and link that its path names and its links name", () => {
    const paths = pathsIn(traceOf("links/web.yaml"));
    expect(paths[0]).toBe("/");
    expect(paths).toContain(folder);
    expect([...new Set(below(paths))]).toEqual(["links", "links/web.yaml", "real", "real/web.yaml"]);
  });

  it("goes up from where a link has led, as the kernel does", () => {
    const paths = pathsIn(traceOf("links/deep/../web.yaml"));
    expect([...new Set(below(paths))]).toEqual(["links", "links/deep", "real", "real/deep", "real/web.yaml"]);
  });
});

describe("a path that was turned elsewhere after the file was opened", () => {
  const replaced = (path: string): unknown =>
    ownershipProblem(tracePath(join(folder, path), statsOf("real/web.yaml")), owners);

  it("is no proof of what was read, though everything on it can be trusted", () => {
    writeFileSync(join(folder, "real/other.yaml"), "name: other\n");
    const file = join(folder, "real/other.yaml");
    expect(replaced("real/other.yaml")).toEqual({
      code: "file-untrusted",
      file,
      path: file,
      why: "replaced",
    });
  });

  it("is none either where the other file has the same number on another file system", () => {
    const stats = statsOf("real/web.yaml");
    const opened = changed(stats, { dev: stats.dev + 1n });
    expect(ownershipProblem(tracePath(join(folder, "real/web.yaml"), opened), owners)).toMatchObject({
      why: "replaced",
    });
  });

  it.each([
    ["to nothing", "nowhere", "real/gone.yaml"],
    ["into a circle", "circle", "links/circle"],
  ])("%s ends the search", (_, target, path) => {
    symlinkSync(target, join(folder, "links/circle"));
    expect(replaced(path)).toMatchObject({ why: "replaced" });
  });

  it("changes nothing of whose the file is that was read", () => {
    const opened = changed(statsOf("real/web.yaml"), { uid: BigInt(stranger) });
    expect(ownershipProblem(tracePath(join(folder, "real/web.yaml"), opened), owners)).toMatchObject({
      why: "owner",
    });
  });
});
