/**
 * A throw-away host: own network, own mounts, own /etc and /var on the real kernel. Its commands run one
 * after another in one namespace.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { shellScripts } from "./host-scripts.js";

/** What came of one command. */
export type Said = { readonly code: number; readonly out: string; readonly err: string };

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../../dist");
const faults = join(here, "fault-at-call.cjs");
const longest = 290_000;
// Not the environment of who runs the tests: it may hold settings of node, or a proxy's certificates.
const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

/**
 * Root goes without a user namespace, as on a real host; the scripts then keep what belongs to the real host
 * read-only.
 */
export const unshareFlags = process.getuid?.() === 0 ? ["-n", "-m"] : ["-r", "-n", "-m"];

/**
 * Runs commands by name, in the order of their writing, and answers with what each of them said.
 * Beside the host's own, there are `tunectl`, `readings`, `files` and `world` (both), `add-interface NAME`,
 * `lacking-root COMMAND…`, and `with-fault ACTION CALL …`.
 * @param files by path; one without a leading `/` lies in the working folder
 */
export async function onHost<Name extends string>(
  commands: Readonly<Record<Name, string>>,
  files: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<Name, Said>>> {
  const folder = mkdtempSync(join(tmpdir(), "tunectl-test-"));
  try {
    const names = Object.keys(commands) as Name[];
    for (const [path, text] of Object.entries(files))
      place(join(folder, "files", resolve("/root", path)), text);
    for (const [name, text] of Object.entries(shellScripts))
      place(join(folder, "files/tools", name), text, 0o755);
    for (const [at, name] of names.entries()) place(join(folder, "steps", String(at)), `${commands[name]}\n`);
    mkdirSync(join(folder, "root"));
    await unshare(folder, names.length);
    return Object.fromEntries(names.map((name, at) => [name, saidOf(folder, at)])) as Record<Name, Said>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function place(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

function unshare(folder: string, count: number): Promise<void> {
  const script = join(folder, "files/tools/enter");
  const args = [
    ...unshareFlags,
    "--",
    "/bin/sh",
    script,
    folder,
    String(count),
    process.execPath,
    dist,
    faults,
  ];
  return new Promise((done, fail) => {
    execFile("unshare", args, { env, timeout: longest, killSignal: "SIGKILL" }, (error, _, stderr) => {
      if (error) fail(new Error(`the throw-away host broke: ${stderr || error.message}`));
      else done();
    });
  });
}

function saidOf(folder: string, at: number): Said {
  const text = (what: string): string => readFileSync(join(folder, "steps", `${at}.${what}`), "utf8");
  return { code: Number(text("code")), out: text("out"), err: text("err") };
}
