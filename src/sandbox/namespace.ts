/**
 * Runs this program again in a throw-away user, network and mount namespace, made by unshare(1) of
 * util-linux.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { NamespaceObstacle, Problem } from "../problem.js";

const programs = ["/usr/bin/unshare", "/bin/unshare"];
const cleanPath = "/usr/sbin:/usr/bin:/sbin:/bin";
/** One that does nothing: a host on which it takes longer hangs. */
const longestTrial = 30_000;

/**
 * As a user of its own first, so that nothing of the host can be written; root can do without where the host
 * forbids it.
 */
const flagChoices = (uid: number): readonly (readonly string[])[] => [
  ["--user", "--map-root-user", "--net", "--mount"],
  ...(uid === 0 ? [["--net", "--mount"]] : []),
];

export type UnshareChoice =
  | { readonly ok: true; readonly flags: readonly string[]; readonly program: string }
  | { readonly ok: false; readonly problem: Problem };

/** The first flags that this host allows, tried with a command that does nothing. */
export function findUnshareFlags(uid: number): UnshareChoice {
  const program = programs.find(existsSync);
  if (!program) return forbidden({ kind: "not-installed", program: "unshare" });
  let detail = "";
  for (const flags of flagChoices(uid)) {
    const run = spawnSync(program, [...flags, "--", "/bin/true"], {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: cleanPath },
      timeout: longestTrial,
    });
    if (run.status === 0) return { ok: true, flags, program };
    detail ||=
      run.stderr.trim() || String(run.error?.message ?? `unshare ended with ${run.status ?? run.signal}`);
  }
  return forbidden(namespaceObstacle(), detail);
}

const forbidden = (cause: NamespaceObstacle, detail = ""): UnshareChoice => ({
  ok: false,
  problem: { code: "namespace-forbidden", cause, ...(detail !== "" && { detail }) },
});

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
};

/** Settings of a host that forbid namespaces, with the value that does. */
const forbidding: readonly { readonly key: string; readonly value: string }[] = [
  { key: "user.max_user_namespaces", value: "0" },
  { key: "user.max_net_namespaces", value: "0" },
  { key: "user.max_mnt_namespaces", value: "0" },
  { key: "kernel.unprivileged_userns_clone", value: "0" },
  { key: "kernel.apparmor_restrict_unprivileged_userns", value: "1" },
];

/** What of this host forbids namespaces. */
export function namespaceObstacle(read: (path: string) => string | undefined = textOf): NamespaceObstacle {
  const settings = forbidding.filter(
    ({ key, value }) => read(`/proc/sys/${key.replaceAll(".", "/")}`) === value,
  );
  if (settings.length > 0) return { kind: "settings", settings };
  if (/^Seccomp:\s*2$/m.test(read("/proc/self/status") ?? "")) return { kind: "seccomp" };
  return { kind: read("/proc/self/setgroups") === undefined ? "not-in-kernel" : "unknown" };
}

/**
 * Runs a command line inside and hands its exit code on. It reads nothing, and ends when the rehearsal does.
 * @param env all of its environment but the path
 */
export function runInside(
  inside: Extract<UnshareChoice, { ok: true }>,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): number {
  const run = spawnSync(inside.program, [...inside.flags, "--", ...command], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...env, PATH: cleanPath },
  });
  if (run.error) throw run.error;
  return run.status ?? (run.signal === "SIGINT" ? 130 : 143);
}
