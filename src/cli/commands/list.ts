/** `tunectl list`: every profile that a name can mean here. */
import { listProfiles, profileLibrary } from "../../disk/profiles.js";
import { oneLine } from "../../render/escape.js";
import { jsonText } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { table } from "../../render/table.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import type { ProcessContext } from "../process-context.js";

export async function list(
  context: ProcessContext,
  options: { readonly format: "text" | "json" },
): Promise<ExitCode> {
  const library = profileLibrary(context.cwd);
  const found: { name: string; where: string; summary: string | null }[] = [];
  for (const { name, where } of listProfiles(context.cwd)) {
    const profile = await library.load(name);
    found.push({ name, where, summary: profile.ok ? profile.value.summary : null });
  }
  if (options.format === "json") context.out(jsonText({ ok: true, profiles: found }));
  else {
    const rows = found.map(({ name, where, summary }) => [
      name,
      where,
      oneLine(summary ?? `not valid: see \`tunectl validate ${name}\``),
    ]);
    const colours = paint(context.colour.out);
    context.out(
      `${table(rows, (cell, column) => (column === 0 ? colours.bold(cell) : column === 1 ? colours.dim(cell) : cell)).join("\n")}\n`,
    );
  }
  return exitCode.done;
}
