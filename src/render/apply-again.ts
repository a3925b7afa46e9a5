/** The command that applies again what is applied, as it was applied. */
import type { Applied } from "../record/applied.js";
import { shellWord } from "./escape.js";

/** Without the way that was accepted the same apply would be refused; what is live only would become more. */
export function applyAgain({
  profiles,
  arguments: given = profiles,
  parameters,
  yielded = {},
  liveOnly,
}: Applied): string {
  const sets = Object.entries(parameters).map(([name, value]) => `--set ${shellWord(`${name}=${value}`)}`);
  return [
    "tunectl apply",
    ...given.map(shellWord),
    ...sets,
    ...(Object.keys(yielded).length > 0 ? ["--on-override yield"] : []),
    ...(liveOnly ? ["--live-only"] : []),
  ].join(" ");
}
