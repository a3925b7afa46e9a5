/**
 * Runs in namespaces that `judge` makes: lays out each stack of a file in a root, runs the real loader in it, and
 * prints what it did. The loader sees nothing of this host but /proc, where all but net is read-only.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** As `judge` writes it. Text and names are bytes, one to a character. */
export type Task = {
  readonly root: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stacks: readonly (readonly TaskFile[])[];
};
export type TaskFile = {
  readonly path: string;
  readonly kind: "text" | "link" | "folder" | "fifo";
  /** The text, or where the link leads. */
  readonly content: string;
};
export type Run = { readonly status: number; readonly said: string; readonly readings: readonly string[] };

const folders = ["etc", "run", "usr/local/lib", "usr/lib/sysctl.d", "lib/sysctl.d"];
const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

function main([file = "", watched = ""]: readonly string[]): void {
  const task = JSON.parse(readFileSync(file, "utf8")) as Task;
  const keys = said(`cd /proc/sys && printf '%s\\n' ${watched}`);
  print(said("cd /proc/sys && find net -type f"));
  print(keys);
  for (const stack of task.stacks) print(run(task, stack, keys));
}

const print = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);

function run({ root, command, environment }: Task, stack: readonly TaskFile[], keys: readonly string[]): Run {
  for (const folder of folders)
    for (const name of readdirSync(bytes(join(root, folder)), "buffer" as never) as unknown as Buffer[])
      rmSync(Buffer.concat([bytes(`${join(root, folder)}/`), name]), { recursive: true, force: true });
  for (const folder of ["etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d"])
    mkdirSync(join(root, folder));
  for (const one of stack) place(join(root, one.path), one);
  // Having been written once, no interface inherits from conf/default any more.
  for (const key of keys) writeFileSync(bytes(`/proc/sys/${key}`), "240");
  const isSlow = stack.some(({ kind }) => kind === "fifo");
  const { status, stdout, stderr } = spawnSync("chroot", [root, ...command], {
    env: environment,
    ...(isSlow && { timeout: 1000, killSignal: "SIGKILL" }),
  });
  return {
    status: status ?? 124,
    said: `${stdout.toString("latin1")}\n${stderr.toString("latin1")}`,
    readings: keys.map((key) => readFileSync(bytes(`/proc/sys/${key}`), "latin1").trim()),
  };
}

function place(path: string, { kind, content }: TaskFile): void {
  mkdirSync(bytes(join(path, "..")), { recursive: true });
  if (kind === "text") writeFileSync(bytes(path), bytes(content));
  else if (kind === "link") symlinkSync(bytes(content), bytes(path));
  else if (kind === "folder") mkdirSync(bytes(path));
  else spawnSync("mkfifo", [path]);
}

function said(command: string): readonly string[] {
  return spawnSync("sh", ["-c", command]).stdout.toString("latin1").trim().split("\n");
}

main(process.argv.slice(2));
