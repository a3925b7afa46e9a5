/** The applied settings as the drop-in shows them: for a user who may not read the state folder, or where it is lost. */
import { marker } from "../boot/print.js";
import { isPattern, parseKey } from "../catalogue/key.js";
import type { Value } from "../catalogue/value.js";
import type { Applied } from "../plan/plan.js";
import type { Setting } from "../profile/profile.js";

const assignment = /^([^#;=\s][^=]*?)\s*=\s*(.*)$/;

/** Undefined where the text is not ours. Originals are not known: null. */
export function appliedFromDropIn(file: string, text: string): Applied | undefined {
  if (!text.startsWith(marker)) return undefined;
  const lines = text.split("\n");
  const profiles = /^# Profiles: (.*)$/.exec(lines[1] ?? "")?.[1]?.split(", ") ?? [];
  const settings = lines.flatMap((line, at) => settingOf(file, lines, line, at) ?? []);
  const originals = Object.fromEntries(
    settings.filter(({ key }) => !isPattern(key)).map(({ key }) => [key, null]),
  );
  return { profiles, parameters: {}, settings, originals };
}

function settingOf(file: string, lines: readonly string[], line: string, at: number): Setting | undefined {
  const found = assignment.exec(line);
  const key = found && parseKey(found[1] ?? "");
  if (!found || !key) return undefined;
  const { profile, why } = commentAbove(lines, at);
  const place = { file, line: at + 1, column: 1, length: line.length };
  return {
    key,
    wanted: { kind: "value", value: (found[2] ?? "") as Value },
    profile,
    place,
    why,
    evidence: [],
    source: [],
  };
}

function commentAbove(lines: readonly string[], at: number): { profile: string; why: string } {
  const words: string[] = [];
  for (let above = at - 1; lines[above]?.startsWith("# "); above--)
    words.unshift(lines[above]?.slice(2) ?? "");
  const [, profile = "", why = ""] = /^([^:]*): (.*)$/.exec(words.join(" ")) ?? [];
  return { profile, why };
}
