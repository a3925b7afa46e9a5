/** `tunectl verify`: is what was applied still in effect, live and at the next boot. */
import { dropInPath } from "../../boot/drop-in.js";
import { type Inspection, inspect } from "../../operations/inspect.js";
import type { Drift } from "../../plan/drift.js";
import type { Applied } from "../../record/applied.js";
import { driftText } from "../../render/drift.js";
import { shellWord } from "../../render/escape.js";
import { driftJson, jsonText, problemJson, warningJson } from "../../render/json.js";
import { paint } from "../../render/paint.js";
import { inEffectWords } from "../../render/plan-words.js";
import { renderProblems } from "../../render/problems.js";
import { counted } from "../../render/table.js";
import { type ExitCode, exitCode } from "../exit-code.js";
import { type HostOptions, openHost } from "../open-host.js";
import type { ProcessContext } from "../process-context.js";
import { fail, warn } from "../report.js";

export type VerifyFlags = HostOptions & { readonly format: "text" | "json" };

export async function verify(context: ProcessContext, flags: VerifyFlags): Promise<ExitCode> {
  const opened = await openHost(context, flags);
  if (!opened.ok) return fail(context, opened, flags);
  const inspected = await inspect(opened.value.host);
  if (!inspected.ok) return fail(context, inspected, flags);
  const { applied, problems, drifts, warnings } = inspected.value;
  if (!applied) return fail(context, { problems: [...problems, { code: "not-applied" }] }, flags);
  const agreed = drifts.length === 0 && problems.length === 0;
  if (flags.format === "json")
    context.out(
      jsonText({
        ok: agreed,
        profiles: applied.profiles,
        drifts: drifts.map(driftJson),
        problems: problems.map(problemJson),
        warnings: warnings.map(warningJson),
      }),
    );
  else print(context, inspected.value, applied, flags);
  return agreed ? exitCode.done : exitCode.pending;
}

function print(
  context: ProcessContext,
  { problems, drifts, plan, records, warnings }: Inspection,
  applied: Applied,
  flags: VerifyFlags,
): void {
  const colours = paint(context.colour.out);
  warn(context, warnings, flags);
  context.err(renderProblems(problems, [], new Map(), paint(context.colour.err)));
  context.out(driftText(drifts, colours));
  if (drifts.length > 0)
    context.out(`${counted(drifts.length, "difference")}. ${wayOut(applied, drifts, flags.root)}\n`);
  else if (problems.length === 0 && plan)
    context.out(colours.green(`${applied.profiles.join(", ")}: ${inEffectWords(plan)}\n`));
  if (records === undefined)
    context.err("Checked against the drop-in alone: this user may not read the state folder.\n");
}

/** How to correct it: apply again as it was applied; where another file wins at boot, that line must go. */
function wayOut(
  { profiles, arguments: given = profiles, parameters }: Applied,
  drifts: readonly Drift[],
  root: string | undefined,
): string {
  const image = root === undefined ? "" : ` --root ${shellWord(root)}`;
  const sets = Object.entries(parameters).map(([name, value]) => ` --set ${shellWord(`${name}=${value}`)}`);
  const others = drifts.flatMap((drift) =>
    drift.kind === "boot" && drift.file !== undefined && drift.file !== dropInPath
      ? [`${drift.file}:${drift.line}`]
      : [],
  );
  const again = `\`tunectl apply ${given.map(shellWord).join(" ")}${sets.join("")}${image}\` corrects it`;
  const first = others.length > 0 ? `Remove ${[...new Set(others)].join(", ")}; then ${again}` : again;
  return `${first}; \`tunectl rollback${image}\` takes ${profiles.join(", ")} back.`;
}
