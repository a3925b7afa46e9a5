/** Runs this program again in a throw-away user, network and mount namespace, made by unshare(1) of util-linux. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { Problem } from "../problem.js";

const programs = ["/usr/bin/unshare", "/bin/unshare"];
const cleanPath = "/usr/sbin:/usr/bin:/sbin:/bin";

/** As a user of its own first, so that nothing of the host can be written; root can do without where the host forbids it. */
const ways = (uid: number): readonly (readonly string[])[] => [
  ["--user", "--map-root-user", "--net", "--mount"],
  ...(uid === 0 ? [["--net", "--mount"]] : []),
];

export type Inside =
  | { readonly ok: true; readonly way: readonly string[]; readonly program: string }
  | { readonly ok: false; readonly problem: Problem };

/** The first way that this host allows, tried with a command that does nothing. */
export function findWay(uid: number): Inside {
  const program = programs.find(existsSync);
  if (!program) return forbidden("unshare is not installed", "Install util-linux.");
  let message = "";
  for (const way of ways(uid)) {
    const run = spawnSync(program, [...way, "--", "/bin/true"], {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: cleanPath },
    });
    if (run.status === 0) return { ok: true, way, program };
    message ||=
      run.stderr.trim() || String(run.error?.message ?? `unshare ended with ${run.status ?? run.signal}`);
  }
  return forbidden(message, remedy());
}

const forbidden = (message: string, way: string): Inside => ({
  ok: false,
  problem: { code: "namespace-forbidden", message, remedy: way },
});

const setting = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
};

/** Each setting of a host that forbids namespaces, with the value that does, in words. */
const causes: readonly { readonly path: string; readonly forbids: string; readonly words: string }[] = [
  {
    path: "/proc/sys/user/max_user_namespaces",
    forbids: "0",
    words: "user.max_user_namespaces is 0: sysctl -w user.max_user_namespaces=15000 allows them.",
  },
  {
    path: "/proc/sys/user/max_net_namespaces",
    forbids: "0",
    words: "user.max_net_namespaces is 0: sysctl -w user.max_net_namespaces=15000 allows them.",
  },
  {
    path: "/proc/sys/user/max_mnt_namespaces",
    forbids: "0",
    words: "user.max_mnt_namespaces is 0: sysctl -w user.max_mnt_namespaces=15000 allows them.",
  },
  {
    path: "/proc/sys/kernel/unprivileged_userns_clone",
    forbids: "0",
    words:
      "kernel.unprivileged_userns_clone is 0: root can allow it with sysctl -w kernel.unprivileged_userns_clone=1, or run the rehearsal.",
  },
  {
    path: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    forbids: "1",
    words:
      "kernel.apparmor_restrict_unprivileged_userns is 1 (Ubuntu): root can allow it with sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or run the rehearsal.",
  },
];

/** Which setting of this host it is that forbids it. */
export function remedy(read: (path: string) => string | undefined = setting): string {
  const found = causes.filter(({ path, forbids }) => read(path) === forbids).map(({ words }) => words);
  if (found.length > 0) return found.join(" ");
  if (/^Seccomp:\s*2$/m.test(read("/proc/self/status") ?? ""))
    return "A seccomp filter is on this process, as in a container: start the container with one that allows unshare(2), or rehearse on the host.";
  if (read("/proc/self/setgroups") === undefined)
    return "This kernel has no user namespaces (CONFIG_USER_NS).";
  return "No setting that tunectl knows of forbids it; a security module or a chroot may. Rehearse as root on the host itself.";
}

/** Runs a command line inside and hands its exit code on. */
export function runInside(
  inside: Extract<Inside, { ok: true }>,
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): number {
  const run = spawnSync(inside.program, [...inside.way, "--", ...command], {
    stdio: "inherit",
    env: { ...env, PATH: cleanPath },
  });
  if (run.error) throw run.error;
  return run.status ?? (run.signal === "SIGINT" ? 130 : 143);
}
