/**
 * The protocol of a change, broken on purpose in one place: what a sweep is worth is seen by what it finds.
 * Each break is a change of the source text, and fails where that text is no longer there.
 */
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

export type Break = {
  readonly edits: readonly {
    readonly file: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** What shows it: a command, a fault, and how many calls may be left out between two. */
  readonly command: string;
  readonly fault: string;
  readonly stride: number;
};

const replaceFile = "src/disk/replace-file.ts";
const carryOut = "src/apply/carry-out.ts";

export const breaks: Readonly<Record<string, Break>> = {
  "no sync": {
    edits: [{ file: replaceFile, from: "fsyncSync(fd);", to: "" }],
    command: "apply over",
    fault: "power cut",
    stride: 1,
  },
  "no lock": {
    edits: [{ file: "src/disk/lock.ts", from: "if (run.status === 0) return", to: "return" }],
    command: "apply over",
    fault: "another run",
    stride: 9,
  },
  "no record before the first write": {
    edits: [{ file: "src/apply/prepare.ts", from: "records.save(prepared);", to: "" }],
    command: "apply over",
    fault: "SIGKILL before",
    stride: 9,
  },
  "a copy in place of a rename": {
    edits: [
      { file: replaceFile, from: "  renameSync,\n", to: "  copyFileSync, renameSync,\n" },
      { file: replaceFile, from: "else renameSync(fresh, path)", to: "else copyFileSync(fresh, path)" },
    ],
    command: "apply over",
    fault: "torn write",
    stride: 1,
  },
  "no undo": {
    edits: [
      {
        file: carryOut,
        from: "return undo(context, prepared, progress, problem);",
        to: 'return { status: "reverted", problems: [problem] };',
      },
    ],
    command: "apply over",
    fault: "EIO, once",
    stride: 9,
  },
  "guard not checked": {
    edits: [
      {
        file: "src/disk/guard-process.ts",
        from: 'if (!started) return "it could not be started";',
        to: "if (started || !started) return undefined;",
      },
    ],
    command: "apply on trial",
    fault: "guard that ends at once",
    stride: 1,
  },
  "nothing read back": {
    edits: [{ file: "src/apply/steps.ts", from: "return settle(context, soFar);", to: "return [];" }],
    command: "apply over",
    fault: "ignored value",
    stride: 1,
  },
};

/** Builds the program with a break into a folder; what it is made of besides is that of `dist`. */
export async function buildBroken({ edits }: Break, folder: string): Promise<void> {
  const found = new Set<object>();
  await build({
    entryPoints: ["src/cli/bin.ts"],
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    logLevel: "silent",
    plugins: [editing(edits, found)],
    banner: { js: "#!/usr/bin/env node" },
    outfile: join(folder, "tunectl.cjs"),
  });
  for (const edit of edits)
    if (!found.has(edit)) throw new Error(`There is no \`${edit.from}\` in ${edit.file} any more`);
  mkdirSync(folder, { recursive: true });
  copyFileSync("dist/start.cjs", join(folder, "start.cjs"));
}

const editing = (edits: Break["edits"], found: Set<object>): Plugin => ({
  name: "editing",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const edit of edits) {
        if (!path.endsWith(`/${edit.file}`) || !contents.includes(edit.from)) continue;
        contents = contents.replaceAll(edit.from, edit.to);
        found.add(edit);
      }
      return { contents, loader: "ts" };
    });
  },
});
