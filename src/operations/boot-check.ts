/** Checks a boot: whether it has set what is applied. The result is kept. */
import { fileProblem } from "../apply/live-values.js";
import { errnoOf, type Host, type UnitChange } from "../host.js";
import type { Drift } from "../plan/drift.js";
import type { SkipReason } from "../plan/plan.js";
import { type Checked, failed, ok, type Problem } from "../problem.js";
import {
  type Boot,
  type BootCheck,
  changeInEffect,
  isBefore,
  mostNames,
  withCheck,
} from "../record/boot-check.js";
import { type Inspection, inspect, isInterrupted } from "./inspect.js";
import { lockWriter, type Run } from "./locked-host.js";
import { bootTime } from "./open-change.js";

/** `unkept`: why the result could not be kept. `isKept` is also false where nothing can be told of the boot. */
export type BootChecked = {
  readonly inspection: Inspection;
  readonly isKept: boolean;
  readonly unkept: readonly Problem[];
};

/**
 * Judges what is applied and keeps the result, under the lock: no other run is then in the midst of a change.
 * Where nothing is applied nothing is written; where the lock cannot be had for another reason than another
 * run, it is judged all the same.
 */
export async function checkBoot(host: Host, run: Run): Promise<Checked<BootChecked>> {
  const inspected = await inspect(host);
  if (!inspected.ok || !inspected.value.applied) return unkept(inspected);
  const writer = await lockWriter(host, run);
  if (!writer.ok)
    return writer.problems.some(({ code }) => code === "locked")
      ? writer
      : unkept(inspected, writer.problems);
  try {
    const settled = await inspect(host);
    if (!settled.ok || !settled.value.applied) return unkept(settled);
    const check = resultOf(host, settled.value, run);
    if (!check) return unkept(settled);
    const problem = await keep(host, check);
    if (problem) return unkept(settled, [problem]);
    const kept = await inspect(host);
    return kept.ok ? ok({ inspection: kept.value, isKept: true, unkept: [] }) : kept;
  } finally {
    writer.value.release();
  }
}

function unkept(inspected: Checked<Inspection>, problems: readonly Problem[] = []): Checked<BootChecked> {
  return inspected.ok ? ok({ inspection: inspected.value, isKept: false, unkept: problems }) : inspected;
}

/** Results that a newer version wrote are not replaced; damaged ones are. */
async function keep({ bootChecks: store }: Host, check: BootCheck): Promise<Problem | undefined> {
  if (!store) return { code: "no-kernel", path: "/proc/sys" };
  const known = await store.read();
  if (!known) return { code: "file-unreadable", file: store.file, errno: "EACCES" };
  if (known.unusable?.code === "newer-boot-checks") return known.unusable;
  try {
    await store.write(withCheck(known.checks, check));
    return undefined;
  } catch (error) {
    return { code: "file-not-written", file: store.file, errno: errnoOf(error) };
  }
}

/** While a change is on trial, no one can see what the boot gave. */
function resultOf(host: Host, inspection: Inspection, { operator }: Run): BootCheck | undefined {
  const { facts, applied, history, trial, plan } = inspection;
  if (!applied || trial || !host.facts) return undefined;
  const now = operator.now();
  const boot = bootThatRuns(host, now);
  const change = history && changeInEffect(history);
  // What the next boot will give is no matter of this one.
  const drifts = inspection.drifts.filter(({ kind }) => kind === "live" || kind === "moved");
  return {
    boot,
    time: now.toISOString(),
    by: operator.name,
    release: facts.kernel ?? host.facts.kernel,
    ...(change && { change: { id: change.id, time: change.time } }),
    isOfBoot: change !== undefined && isBefore(change, boot),
    profiles: applied.profiles,
    settings: (plan?.keys ?? []).filter(({ setting, reason }) => setting && !isPostponed(reason)).length,
    result: isInterrupted(inspection) ? "interrupted" : drifts.length > 0 ? "drift" : "in-effect",
    differences: drifts.length,
    names: [...new Set(drifts.map(nameOf))].slice(0, mostNames),
  };
}

const isPostponed = (reason: SkipReason | undefined): boolean =>
  reason === "interface-absent" || reason === "locked";

/** To the second: the clock and the time since the boot are not read at once. */
function bootThatRuns(host: Host, now: Date): Boot {
  const { bootId, uptime } = bootTime(host);
  const began = Math.round(now.getTime() / 1000 - uptime) * 1000;
  return { id: bootId, began: new Date(began).toISOString() };
}

const nameOf = (drift: Drift): string => (drift.kind === "file" ? drift.path : drift.key);

/** Installs the unit that checks each boot, or removes it. */
export async function changeBootUnit(
  host: Host,
  doing: "install" | "remove",
  run: Run,
): Promise<Checked<UnitChange>> {
  const { bootUnit: unit } = host;
  if (!unit) return failed([{ code: "no-systemd", path: "/run/systemd/system" }]);
  // What cannot be done takes no lock, and makes no folder.
  const problems = orProblem(() => unit.problems(doing));
  if (!problems.ok) return problems;
  if (problems.value.length > 0) return failed(problems.value);
  if (doing === "remove" && !unit.isThere()) return ok({ changed: false, files: [] });
  const writer = await lockWriter(host, run);
  if (!writer.ok) return writer;
  try {
    // From here on a signal waits: both files are there, or neither.
    const signal = await host.stopRequest();
    if (signal !== undefined) return failed([{ code: "interrupted", signal }]);
    return orProblem(() => (doing === "install" ? unit.install() : unit.remove()));
  } finally {
    writer.value.release();
  }
}

function orProblem<T>(action: () => T): Checked<T> {
  try {
    return ok(action());
  } catch (error) {
    return failed([fileProblem(error, "/etc/systemd/system")]);
  }
}
