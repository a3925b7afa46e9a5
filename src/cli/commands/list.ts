/** `tunectl list`: every profile that a name can mean here. */
import { listProfiles, profileLibrary } from "../../disk/profiles.js";
import { oneLine } from "../../render/escape.js";
import { jsonText } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { table } from "../../render/table.js";
import { type Exit, exit } from "../exit.js";
import type { World } from "../world.js";

export async function list(world: World, options: { readonly format: "text" | "json" }): Promise<Exit> {
  const library = profileLibrary(world.cwd);
  const found: { name: string; where: string; summary: string | null }[] = [];
  for (const { name, where } of listProfiles(world.cwd)) {
    const profile = await library.load(name);
    found.push({ name, where, summary: profile.ok ? profile.value.summary : null });
  }
  if (options.format === "json") world.out(jsonText({ ok: true, profiles: found }));
  else {
    const rows = found.map(({ name, where, summary }) => [
      name,
      where,
      oneLine(summary ?? `not valid: \`tunectl validate ${name}\` says why`),
    ]);
    const colours = paint(world.colour.out);
    world.out(
      `${table(rows, (cell, column) => (column === 0 ? colours.bold(cell) : column === 1 ? colours.dim(cell) : cell)).join("\n")}\n`,
    );
  }
  return exit.done;
}
