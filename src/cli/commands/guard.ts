/** `tunectl guard ID`: what `apply --trial` starts, and nobody else. Waits, and takes the change back in time. */
import { announceGuard, forgetGuard } from "../../disk/guard-process.js";
import { stateFolder } from "../../disk/record-store.js";
import { guardTrial } from "../../operations/trial.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { openHost, rightsProblems } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail } from "../report.js";

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function guard(context: ProcessContext, id: string): Promise<ExitCode> {
  const rights = rightsProblems(context, "guard", {});
  if (rights.length > 0) return fail(context, { problems: rights }, { format: "text" });
  const opened = await openHost(context, {});
  if (!opened.ok) return fail(context, opened, { format: "text" });
  if (!/^\d{1,9}$/.test(id)) return exitCode.problem;
  // From here on a signal of the session or the terminal that ends does not end it.
  await context.stopRequest();
  let isAnnounced = announceGuard(stateFolder, Number(id));
  const untilNext = async (milliseconds: number): Promise<void> => {
    await pause(milliseconds);
    if (!isAnnounced) isAnnounced = announceGuard(stateFolder, Number(id));
  };
  const run = { operator: { name: "the guard of the trial", now: context.now } };
  await guardTrial(opened.value.host, Number(id), run, untilNext);
  forgetGuard(stateFolder, Number(id));
  return exitCode.done;
}
