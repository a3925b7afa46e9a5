/** The host that a command line means: this one, an image, or one that was captured. */
import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { dropInPath, modulesPath } from "../boot/drop-in.js";
import { bootFolders } from "../boot/stack.js";
import { stateFolder } from "../disk/record-store.js";
import { resolveInRoot } from "../disk/resolve-in-root.js";
import { errnoOf, type Host } from "../host.js";
import { imageHost } from "../hosts/image.js";
import { liveHost } from "../hosts/live.js";
import { isChroot } from "../kernel/chroot.js";
import { type Checked, failed, type HostProblem, ok } from "../problem.js";
import { alreadyRun } from "./environment.js";
import { type ProcessContext, trustedUsers } from "./process-context.js";

export type HostOptions = {
  /** `--root`: the files of an image. */
  readonly root?: string;
  /** `--offline`: the files of this host, without its kernel. */
  readonly offline?: boolean;
  /** `--against`: a captured facts file. */
  readonly against?: string;
};

/** `reference`: with an image, the captured host that stands for those it will run on. */
export type OpenHost = { readonly host: Host; readonly reference?: Host };

/**
 * In a chroot the files are those of this tree, and the kernel belongs to the system outside: it is not
 * touched.
 */
export async function openHost(context: ProcessContext, options: HostOptions): Promise<Checked<OpenHost>> {
  const hosted = { ...context, owners: trustedUsers(context) };
  const captured = options.against === undefined ? undefined : await openCaptured(context, options.against);
  if (captured && !captured.ok) return captured;
  if (options.root !== undefined) {
    const root = imageRoot(context.cwd, options.root);
    if (!root.ok) return root;
    return ok({ host: imageHost(root.value, hosted), ...(captured && { reference: captured.value }) });
  }
  if (options.offline)
    return ok({ host: imageHost("/", hosted), ...(captured && { reference: captured.value }) });
  if (captured) return ok({ host: captured.value });
  if (isChroot()) {
    context.err(
      "This is a chroot: only its files are read or changed, as with --root /. No kernel is read or changed.\n",
    );
    return ok({ host: imageHost("/", hosted) });
  }
  return isKernelReadable()
    ? ok({ host: liveHost(hosted) })
    : failed([{ code: "no-kernel", path: "/proc/sys" }]);
}

/**
 * Whether the files at `/` and the kernel that runs make one host: not in a chroot, nor in a container that
 * may not write it.
 */
const hasOwnKernel = (): boolean => isKernelReadable() && !isKernelReadOnly() && !isChroot();

function isKernelReadOnly(): boolean {
  try {
    accessSync("/proc/sys/net/core/somaxconn", constants.W_OK);
    return false;
  } catch (error) {
    return errnoOf(error) === "EROFS";
  }
}

export const isKernelReadable = (): boolean => existsSync("/proc/sys/kernel/osrelease");

/**
 * Root is asked for before anything is touched, and a process of root's that is tunectl's alone. An image may
 * belong to anyone who can write it.
 */
export function rightsProblems(
  { uid, env }: ProcessContext,
  command: string,
  { root }: HostOptions,
): readonly HostProblem[] {
  if (uid !== 0) return root === undefined ? [{ code: "not-root", command }] : [];
  const variables = alreadyRun(env);
  return variables.length > 0 ? [{ code: "unclean-environment", command, variables }] : [];
}

async function openCaptured({ cwd }: ProcessContext, path: string): Promise<Checked<Host>> {
  const { readFactsFile } = await import("../disk/facts-file.js");
  const { capturedHost } = await import("../hosts/captured.js");
  const facts = readFactsFile(path.startsWith("/") ? path : join(cwd, path), path);
  return facts.ok ? ok(capturedHost(facts.value)) : facts;
}

/**
 * The folder of `--root`, absolute; or what is wrong with it. A script whose `$ROOT` is not set may not be
 * given the running host in its place. In a chroot, and where the kernel cannot be read or written, `/` is a
 * tree of files.
 */
function imageRoot(cwd: string, root: string): Checked<string> {
  const bad = (why: "empty" | "not-found" | "this-host" | "link-loop", path?: string): Checked<never> =>
    failed([{ code: "bad-root", root, why, ...(path !== undefined && { path }) }]);
  if (root === "") return bad("empty");
  const path = resolve(cwd, root);
  if (!isFolder(path)) return bad("not-found");
  if (realpathSync(path) === "/" && hasOwnKernel()) return bad("this-host");
  const loop = [...bootFolders, dropInPath, modulesPath, stateFolder].find(
    (inner) => !canResolve(path, inner),
  );
  return loop === undefined ? ok(path) : bad("link-loop", loop);
}

function canResolve(root: string, path: string): boolean {
  try {
    resolveInRoot(root, `${path}/.`);
    return true;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
