/**
 * `tunectl rehearse PROFILE…`: makes a throw-away namespace, and runs this program again inside to do the
 * whole job.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { profileLibrary } from "../../disk/profiles.js";
import type { FactsFile } from "../../format/facts-file.js";
import { errnoOf } from "../../host.js";
import { liveHost } from "../../hosts/live.js";
import { hostFacts } from "../../kernel/facts.js";
import { judgeProfiles } from "../../operations/plan.js";
import { rehearse as rehearseOn, succeeded } from "../../operations/rehearse.js";
import { type Checked, failed, ok } from "../../problem.js";
import type { Resolved } from "../../profile/resolve/resolve.js";
import { hostNamespace } from "../../record/transaction.js";
import { jsonText } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { rehearsalJson, rehearsalText } from "../../render/rehearsal.js";
import { evidenceOf } from "../../sandbox/evidence.js";
import { findUnshareFlags, runInside } from "../../sandbox/namespace.js";
import { mountPrivateRoot } from "../../sandbox/private-root.js";
import { handedOn } from "../environment.js";
import { type ExitCode, exitCode, exitCodeForSignal } from "../exit-code.js";
import { openHost } from "../open-host.js";
import { parametersFrom } from "../plan-options.js";
import type { ProcessContext } from "../process-context.js";
import { fail, type ReportOptions, warn } from "../report.js";
import { captured } from "./capture.js";

export type RehearseFlags = {
  readonly format: "text" | "json";
  readonly set?: readonly string[];
  readonly allow?: readonly string[];
  /** The folder with the host's facts, for the run inside the namespace. */
  readonly inside?: string;
};

export const rehearse = (
  context: ProcessContext,
  names: readonly string[],
  flags: RehearseFlags,
): Promise<ExitCode> =>
  flags.inside === undefined
    ? startInside(context, names, flags)
    : runHere(context, names, flags, flags.inside);

/** Finds what is wrong with the profiles before any namespace is made. */
async function startInside(
  context: ProcessContext,
  names: readonly string[],
  flags: RehearseFlags,
): Promise<ExitCode> {
  const { resolved, report } = await resolve(context, names, flags, {});
  if (!resolved.ok) return fail(context, resolved, report);
  const unshare = findUnshareFlags(context.uid);
  if (!unshare.ok) return fail(context, { problems: [unshare.problem] }, flags);
  const facts = await captured(context);
  if (!facts.ok) return fail(context, facts, flags);
  const folder = temporaryFolder(context, facts.value);
  if (!folder.ok) return fail(context, folder, flags);
  // A signal reaches the run inside too; this one stays to remove the folder.
  await context.stopRequest();
  try {
    const sets = (flags.set ?? []).flatMap((pair) => ["--set", pair]);
    const allowed = (flags.allow ?? []).flatMap((id) => ["--allow", id]);
    const own = ["rehearse", "--inside", folder.value, "--format", flags.format, ...sets, ...allowed];
    const code = runInside(
      unshare,
      [...context.self, ...own, "--", ...names],
      handedOn(context.env),
    ) as ExitCode;
    const signal = await context.stopRequest();
    return signal === undefined ? code : exitCodeForSignal(signal);
  } finally {
    rmSync(folder.value, { recursive: true, force: true });
  }
}

const factsIn = (folder: string): string => join(folder, "facts.json");
const rootIn = (folder: string): string => join(folder, "root");

/**
 * Holds the host's facts, which the expressions of the profiles ask, and the mount point of the private root.
 */
function temporaryFolder({ uid }: ProcessContext, facts: FactsFile): Checked<string> {
  // TMPDIR may name a folder in which its owner can turn what root makes there into a link to elsewhere.
  const base = uid === 0 ? "/tmp" : tmpdir();
  try {
    const folder = mkdtempSync(join(base, "tunectl-"));
    mkdirSync(rootIn(folder));
    writeFileSync(factsIn(folder), JSON.stringify(facts));
    return ok(folder);
  } catch (error) {
    return failed([{ code: "file-not-written", file: base, errno: errnoOf(error) }]);
  }
}

/** `hz`: the tick rate of the kernel, which a namespace does not show. */
type ResolvedHere = {
  readonly resolved: Checked<Resolved>;
  readonly report: ReportOptions;
  readonly hz?: number;
};

async function resolve(
  context: ProcessContext,
  names: readonly string[],
  { format, set = [], allow = [] }: RehearseFlags,
  from: { readonly against?: string },
): Promise<ResolvedHere> {
  const library = profileLibrary(context.cwd);
  const report = { format, sources: library.sources };
  const parameters = parametersFrom(set);
  if (!parameters.ok) return { resolved: parameters, report };
  const opened = await openHost(context, from);
  if (!opened.ok) return { resolved: opened, report };
  const { host } = opened.value;
  if (host.kind === "image")
    return { resolved: failed([{ code: "in-chroot", command: "rehearse" }]), report };
  const options = { names, load: library.load, parameters: parameters.value, allow };
  const hz = host.facts?.hz;
  return { resolved: await judgeProfiles(host, options), report, ...(hz !== undefined && { hz }) };
}

/**
 * Whether the values below would be the host's own: whoever may call `rehearse` alone, by a rule of sudo's,
 * must not reach them by the hidden option.
 */
const isHostNetwork = (): boolean => hostFacts().networkNamespace === hostNamespace;

/** Inside the namespace: the kernel's `net.*` are its own, and all files are below the private root. */
async function runHere(
  context: ProcessContext,
  names: readonly string[],
  flags: RehearseFlags,
  folder: string,
): Promise<ExitCode> {
  if (isHostNetwork())
    return fail(
      context,
      { problems: [{ code: "usage", message: "--inside is for the namespace that a rehearsal makes." }] },
      flags,
    );
  const { resolved, report, hz } = await resolve(context, names, flags, { against: factsIn(folder) });
  if (!resolved.ok) return fail(context, resolved, report);
  warn(context, resolved.warnings, report);
  const root = rootIn(folder);
  const detail = mountPrivateRoot(root);
  if (detail !== undefined)
    return fail(
      context,
      { problems: [{ code: "namespace-forbidden", detail, cause: { kind: "mount-refused" } }] },
      flags,
    );
  const host = liveHost({ ...context, filesBelow: root, ...(hz !== undefined && { hz }) });
  const rehearsed = await rehearseOn(
    host,
    { resolved: resolved.value, evidence: () => evidenceOf(host, root) },
    { operator: { name: "rehearsal", now: context.now } },
  );
  if (!rehearsed.ok) return fail(context, rehearsed, flags);
  const rehearsal = rehearsed.value;
  context.out(
    flags.format === "json"
      ? jsonText(rehearsalJson(rehearsal))
      : rehearsalText(rehearsal, paint(context.colour.out)),
  );
  const stopped = rehearsal.problems.find((problem) => problem.code === "interrupted");
  if (stopped) return exitCodeForSignal(stopped.signal);
  return succeeded(rehearsal) ? exitCode.done : exitCode.problem;
}
