/** `tunectl validate PROFILE|FILE…`: everything that is wrong, without a host and without root. */
import { parseKernels, type Target } from "../../catalogue/target.js";
import { listProfiles, type ProfileLibrary, profileLibrary } from "../../disk/profiles.js";
import { checkProfiles, type Judged } from "../../operations/check.js";
import { unknownAllowedIds } from "../../plan/excuse.js";
import { distinct, type Problem, type Warning } from "../../problem.js";
import { excusedText } from "../../render/excused.js";
import { excusedJson, jsonText, problemJson, warningJson } from "../../render/json.js";
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
  readonly allow?: readonly string[];
  readonly kernel?: string;
};

export async function validate(
  context: ProcessContext,
  names: readonly string[],
  options: ValidateOptions,
): Promise<ExitCode> {
  const library = profileLibrary(context.cwd);
  const parameters = parametersFrom(options.set ?? []);
  if (!parameters.ok) return fail(context, parameters, options);
  const kernel = options.kernel === undefined ? undefined : parseKernels(options.kernel);
  if (options.kernel !== undefined && kernel === undefined)
    return fail(
      context,
      {
        problems: [
          { code: "bad-option-value", option: "--kernel", value: options.kernel, expected: "kernels" },
        ],
      },
      options,
    );
  const allow = options.allow ?? [];
  const mistyped = unknownAllowedIds(allow);
  if (mistyped.length > 0) return fail(context, { problems: mistyped }, options);
  const given = names.length > 0 ? names : listProfiles(context.cwd).map((profile) => profile.name);
  // Without names nothing says that all the profiles found are meant to be applied together.
  const sets = options.each || names.length === 0 ? given.map((name) => [name]) : [given];
  const request = { parameters: parameters.value, allow, ...(kernel && { kernel }) };
  const { problems, warnings, excused } = await check(library, sets, request);
  if (options.format === "json")
    context.out(
      jsonText({
        ok: problems.length === 0,
        checked: given,
        problems: problems.map(problemJson),
        warnings: warnings.map(warningJson),
        excused: excused.map(excusedJson),
      }),
    );
  else {
    print(context, given, library, problems, warnings);
    context.out(excusedText(excused, paint(context.colour.out)));
  }
  return problems.length === 0 ? exitCode.done : exitCode.problem;
}

type CheckRequest = {
  readonly parameters: ReadonlyMap<string, string>;
  readonly allow: readonly string[];
  readonly kernel?: Target;
};

async function check(
  library: ProfileLibrary,
  sets: readonly (readonly string[])[],
  request: CheckRequest,
): Promise<Judged> {
  const results: Judged[] = [];
  for (const names of sets) results.push(await checkProfiles({ ...request, names, load: library.load }));
  // An included profile is read with each that includes it; what is wrong with it is reported once.
  return {
    problems: distinct(results.flatMap(({ problems }) => problems)),
    warnings: distinct(results.flatMap(({ warnings }) => warnings)),
    excused: distinct(results.flatMap(({ excused }) => excused)),
  };
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
