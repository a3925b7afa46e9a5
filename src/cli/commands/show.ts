/** `tunectl show PROFILE`: a profile resolved for this host, with where each setting came from and why. */
import { existsSync } from "node:fs";
import { shippedCatalogue } from "../../catalogue/shipped.js";
import { profileLibrary } from "../../disk/profiles.js";
import { resolveProfiles } from "../../profile/resolve.js";
import { jsonText, resolvedJson, warningJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { resolvedText } from "../../render/resolved.js";
import { type Exit, exit } from "../exit.js";
import { gather } from "../gather.js";
import { parametersFrom } from "../planning.js";
import { fail, warn } from "../report.js";
import type { World } from "../world.js";

export type ShowOptions = {
  readonly format: "text" | "json";
  readonly set?: readonly string[];
  readonly against?: string;
};

export async function show(world: World, name: string, options: ShowOptions): Promise<Exit> {
  const library = profileLibrary(world.cwd);
  const told = { format: options.format, sources: library.sources };
  const catalogue = shippedCatalogue();
  const parameters = parametersFrom(options.set ?? []);
  if (!parameters.ok) return fail(world, parameters.problems, [], told);
  const isHere = options.against !== undefined || existsSync("/proc/sys/kernel/osrelease");
  const gathered = isHere
    ? await gather(catalogue, world.cwd, options.against === undefined ? {} : { against: options.against })
    : undefined;
  if (gathered && !gathered.ok) return fail(world, gathered.problems, [], told);
  const view = gathered?.value.view;
  const resolved = await resolveProfiles({
    names: [name],
    load: library.load,
    catalogue,
    parameters: parameters.value,
    purpose: "check",
    ...(view && { host: view }),
  });
  if (!resolved.ok) return fail(world, resolved.problems, resolved.warnings, told);
  const written = await library.load(name);
  if (!written.ok) return fail(world, written.problems, [], told);
  warn(world, resolved.warnings, told);
  if (options.format === "json")
    world.out(
      jsonText({
        ok: true,
        ...resolvedJson(written.value, resolved.value),
        warnings: resolved.warnings.map(warningJson),
      }),
    );
  else world.out(resolvedText(written.value, resolved.value, paint(world.colour.out)));
  return exit.done;
}
