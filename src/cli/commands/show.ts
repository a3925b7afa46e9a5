/** `tunectl show PROFILE`: a profile resolved for this host, with where each setting came from and why. */
import { shippedCatalogue } from "../../catalogue/shipped.js";
import { profileLibrary } from "../../disk/profiles.js";
import type { HostView } from "../../expression/host-view.js";
import { gather } from "../../operations/gather.js";
import { type Checked, ok } from "../../problem.js";
import { resolveProfiles } from "../../profile/resolve/resolve.js";
import { jsonText, resolvedJson, warningJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { resolvedText } from "../../render/resolved.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, isKernelReadable, openHost } from "../open-host.js";
import { parametersFrom } from "../plan-options.js";
import type { ProcessContext } from "../process-context.js";
import { fail, warn } from "../report.js";

export type ShowFlags = HostOptions & { readonly format: "text" | "json"; readonly set?: readonly string[] };

export async function show(context: ProcessContext, name: string, flags: ShowFlags): Promise<ExitCode> {
  const library = profileLibrary(context.cwd);
  const report = { format: flags.format, sources: library.sources };
  const parameters = parametersFrom(flags.set ?? []);
  if (!parameters.ok) return fail(context, parameters, report);
  const view = await hostView(context, flags);
  if (!view.ok) return fail(context, view, report);
  const resolved = await resolveProfiles({
    names: [name],
    load: library.load,
    catalogue: shippedCatalogue(),
    parameters: parameters.value,
    purpose: "check",
    ...(view.value && { host: view.value }),
  });
  if (!resolved.ok) return fail(context, resolved, report);
  if (resolved.value.refused.length > 0)
    return fail(context, { problems: resolved.value.refused, warnings: resolved.warnings }, report);
  const written = await library.load(name);
  if (!written.ok) return fail(context, written, report);
  warn(context, resolved.warnings, report);
  context.out(
    flags.format === "json"
      ? jsonText({
          ok: true,
          ...resolvedJson(written.value, resolved.value),
          warnings: resolved.warnings.map(warningJson),
        })
      : resolvedText(written.value, resolved.value, paint(context.colour.out)),
  );
  return exitCode.done;
}

/** Undefined where there is no kernel: the profile is then shown as for any host. */
async function hostView(context: ProcessContext, flags: HostOptions): Promise<Checked<HostView | undefined>> {
  if (flags.against === undefined && !isKernelReadable()) return ok(undefined);
  const opened = await openHost(context, flags);
  if (!opened.ok) return opened;
  const gathered = await gather(shippedCatalogue(), opened.value.host);
  return gathered.ok ? ok(gathered.value.view) : gathered;
}
