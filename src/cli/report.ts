/** Says problems, in the format that was asked for, and answers with the exit code. */
import type { Problem, Warning } from "../problem.js";
import { jsonText, problemJson, warningJson } from "../render/json.js";
import { paint } from "../render/paint.js";
import { renderProblems, type Sources } from "../render/problems.js";
import { type Exit, exit } from "./exit.js";
import type { World } from "./world.js";

export type Told = { readonly format: string; readonly sources?: Sources };

/** For a failed command: problems to standard error, or as the JSON answer to standard output. */
export function fail(
  world: World,
  problems: readonly Problem[],
  warnings: readonly Warning[],
  { format, sources = new Map() }: Told,
  code: Exit = problems.some((problem) => problem.code === "locked") ? exit.locked : exit.problem,
): Exit {
  if (format === "json")
    world.out(
      jsonText({
        ok: false,
        changed: code === exit.left,
        problems: problems.map(problemJson),
        warnings: warnings.map(warningJson),
      }),
    );
  else world.err(renderProblems(problems, warnings, sources, paint(world.colour.err)));
  return code;
}

/** Warnings of a command that goes on: JSON answers carry them themselves. */
export function warn(
  world: World,
  warnings: readonly Warning[],
  { format, sources = new Map() }: Told,
): void {
  if (format !== "json" && warnings.length > 0)
    world.err(renderProblems([], warnings, sources, paint(world.colour.err)));
}
