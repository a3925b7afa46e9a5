/** `tunectl verify`: is what was applied still in effect, live and at the next boot. */
import { inspect, isInterrupted } from "../../operations/inspect.js";
import { jsonText } from "../../render/json.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail } from "../report.js";
import { printVerdict, verdictCode, verdictJson, whyNone } from "../verdict.js";

export type VerifyFlags = HostOptions & { readonly format: "text" | "json" };

export async function verify(context: ProcessContext, flags: VerifyFlags): Promise<ExitCode> {
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const inspected = await inspect(opened.value.host);
  if (!inspected.ok) return fail(context, inspected, flags);
  const { applied, problems, unreadable } = inspected.value;
  if (!applied)
    return fail(
      context,
      { problems: [...problems, ...unreadable, ...whyNone(inspected.value)] },
      flags,
      ...(isInterrupted(inspected.value) ? [exitCode.unfinished] : []),
    );
  if (flags.format === "json") context.out(jsonText(verdictJson(inspected.value, applied)));
  else printVerdict(context, inspected.value, applied, flags);
  return verdictCode(inspected.value);
}
