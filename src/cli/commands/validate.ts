/** `tunectl validate PROFILE|FILE…`: everything that is wrong, without a host and without root. */
import { shippedCatalogue } from "../../catalogue/shipped.js";
import { listProfiles, type ProfileLibrary, profileLibrary } from "../../disk/profiles.js";
import { type Checked, distinct, type Problem, type Warning } from "../../problem.js";
import { type Resolved, resolveProfiles } from "../../profile/resolve/resolve.js";
import { jsonText, problemJson, warningJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { renderProblems } from "../../render/problems.js";
import { counted } from "../../render/table.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { parametersFrom } from "../plan-options.js";
import type { ProcessContext } from "../process-context.js";
import { fail } from "../report.js";

export type ValidateOptions = {
  readonly format: "text" | "json";
  readonly set?: readonly string[];
  readonly each?: boolean;
};

export async function validate(
  context: ProcessContext,
  names: readonly string[],
  options: ValidateOptions,
): Promise<ExitCode> {
  const library = profileLibrary(context.cwd);
  const parameters = parametersFrom(options.set ?? []);
  if (!parameters.ok) return fail(context, parameters, options);
  const given = names.length > 0 ? names : listProfiles(context.cwd).map((profile) => profile.name);
  // Without names nothing says that all the profiles found are meant to be applied together.
  const sets = options.each || names.length === 0 ? given.map((name) => [name]) : [given];
  const { problems, warnings } = await check(library, sets, parameters.value);
  if (options.format === "json")
    context.out(
      jsonText({
        ok: problems.length === 0,
        checked: given,
        problems: problems.map(problemJson),
        warnings: warnings.map(warningJson),
      }),
    );
  else print(context, given, library, problems, warnings);
  return problems.length === 0 ? exitCode.done : exitCode.problem;
}

async function check(
  library: ProfileLibrary,
  sets: readonly (readonly string[])[],
  parameters: ReadonlyMap<string, string>,
): Promise<{ readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] }> {
  const catalogue = shippedCatalogue();
  const results: Checked<Resolved>[] = [];
  for (const names of sets)
    results.push(
      await resolveProfiles({ names, load: library.load, catalogue, parameters, purpose: "check" }),
    );
  const problems = results.flatMap((result) => (result.ok ? [] : result.problems));
  // An included profile is read with each that includes it; what is wrong with it is reported once.
  return { problems: distinct(problems), warnings: distinct(results.flatMap((result) => result.warnings)) };
}

function print(
  context: ProcessContext,
  given: readonly string[],
  library: ProfileLibrary,
  problems: readonly Problem[],
  warnings: readonly Warning[],
): void {
  context.err(renderProblems(problems, warnings, library.sources, paint(context.colour.err)));
  if (problems.some((problem) => problem.code === "profiles-disagree"))
    context.err(
      "These profiles were checked as one set, as apply would take them; --each checks every one by itself.\n",
    );
  const count = counted(given.length, "profile");
  if (problems.length === 0)
    context.out(
      paint(context.colour.out).green(
        `${count} valid${warnings.length > 0 ? `, ${counted(warnings.length, "warning")}` : ""}.\n`,
      ),
    );
  else context.err(`${counted(problems.length, "problem")} in ${count}.\n`);
}
