/** A profile resolved for a host, for a person. */

import type { Setting, WrittenProfile } from "../profile/profile.js";
import type { Resolved } from "../profile/resolve/resolve.js";
import { wantedText } from "../profile/wanted.js";
import { oneLine } from "./escape.js";
import type { Paint } from "./paint.js";
import { wrapped } from "./table.js";

export function resolvedText(written: WrittenProfile, { settings, leftOut }: Resolved, paint: Paint): string {
  const lines = [
    `${paint.bold(written.name)}  ${oneLine(written.summary)}`,
    ...(written.description === undefined ? [] : ["", ...wrapped(oneLine(written.description), "  ")]),
    ...(written.include.length > 0
      ? ["", `  includes ${oneLine(written.include.map((include) => include.text).join(", "))}`]
      : []),
    ...(written.kernels ? ["", `  for Linux ${oneLine(written.kernels.text)}`] : []),
    ...written.parameters.flatMap((parameter) => [
      "",
      oneLine(`  --set ${parameter.name}=${parameter.default.text}`),
      ...wrapped(oneLine(parameter.why), "      ").map(paint.dim),
    ]),
    ...settings.flatMap((setting) => settingLines(setting, paint)),
    ...(leftOut.length > 0 ? [""] : []),
    ...leftOut.map((left) =>
      paint.dim(`  ${left.key} is left out here: ${oneLine(left.condition)} does not hold`),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function settingLines(setting: Setting, paint: Paint): readonly string[] {
  const labelled = (name: string, texts: readonly string[]): readonly string[] =>
    texts.length > 0 ? wrapped(`${name}: ${texts.map(oneLine).join(", ")}`, "      ").map(paint.dim) : [];
  return [
    "",
    `  ${paint.bold(setting.key)} = ${paint.green(wantedText(setting.wanted))}  ${paint.dim(`${oneLine(setting.place.file)}:${setting.place.line}`)}`,
    ...wrapped(oneLine(setting.why), "      "),
    ...labelled(
      "excused",
      Object.entries(setting.allow ?? {}).map(([id, why]) => `${id} (${why})`),
    ),
    ...labelled("shows in", setting.evidence),
    ...labelled("source", setting.source),
  ];
}
