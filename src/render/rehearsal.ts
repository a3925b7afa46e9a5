/** A rehearsal, for a person and as JSON. */

import type { NotRehearsableReason } from "../operations/rehearsable.js";
import { type Rehearsal, succeeded } from "../operations/rehearse.js";
import { hasNoChanges } from "../plan/plan.js";
import { driftWords } from "./drift.js";
import { oneLine } from "./escape.js";
import { inEffectWords } from "./in-effect.js";
import { driftJson, planJson, problemJson } from "./json.js";
import { sideEffectsText, writeJson, writesText } from "./outcome.js";
import type { Paint } from "./paint.js";
import { planText } from "./plan-text.js";
import { problemWords } from "./problems.js";
import { counted, table } from "./table.js";

export function rehearsalText(rehearsal: Rehearsal, paint: Paint): string {
  return [
    `Rehearsing ${rehearsal.profiles.join(", ")} on Linux ${rehearsal.kernel}, `,
    "in a throw-away namespace that starts from the kernel's defaults. Nothing on this host is touched.\n\n",
    `${paint.bold("Diff")}: ${planText(rehearsal.plan, { now: new Date(0), paint, all: false })}\n`,
    ...rehearsal.refused.map(
      ({ problem }) => `${paint.red("Refused")} ${problemWords(problem)} Rehearsed without it.\n\n`,
    ),
    appliedPart(rehearsal, paint),
    driftPart(rehearsal, paint),
    rolledBackPart(rehearsal, paint),
    ...rehearsal.problems.map((problem) => `${paint.red("Problem")} ${problemWords(problem)}\n`),
    proofPart(rehearsal, paint),
    leftPart(rehearsal, paint),
  ].join("");
}

function appliedPart({ applied, verified, again, plan }: Rehearsal, paint: Paint): string {
  if (!applied) return "";
  const files = counted(Object.keys(applied.record.before.files).length, "file");
  const verification =
    verified?.length === 0 ? paint.green(inEffectWords(plan)) : verified?.map(driftWords).join("; ");
  const second =
    again && hasNoChanges(again) ? paint.green("nothing to do.") : paint.red("there would be changes.");
  const lines = [
    `${paint.bold("Apply")}: ${counted(applied.written.length, "value")} written and read back, ${files} written.\n`,
  ];
  lines.push(writesText(applied.written, paint), sideEffectsText(applied.sideEffects, paint));
  lines.push(`${paint.bold("Verify")}: ${verification}\n`);
  lines.push(`${paint.bold("Apply again")}: ${second}\n`);
  return lines.join("");
}

function driftPart({ drift }: Rehearsal, paint: Paint): string {
  if (!drift) return "";
  const found = drift.found.map((one) => `  ${driftWords(one)}\n`);
  const verdict = found.length > 0 ? "finds it:" : paint.red("does not find it.");
  const head = `${paint.bold("Drift")}: another writer sets ${drift.key} to ${drift.value};`;
  return `${head} verify ${verdict}\n${found.join("")}`;
}

function rolledBackPart({ rolledBack }: Rehearsal, paint: Paint): string {
  if (!rolledBack) return "";
  const count = counted(rolledBack.written.length, "value");
  const head = `${paint.bold("Roll back")}: ${count} written and read back.\n`;
  return head + sideEffectsText(rolledBack.sideEffects, paint);
}

function proofPart(rehearsal: Rehearsal, paint: Paint): string {
  const { proof } = rehearsal;
  const same = proof.differences.length === 0;
  const verdict = same
    ? paint.green(
        `${counted(proof.readings, "reading")} of net.* and ${counted(proof.files, "file")} compared, all as before.`,
      )
    : paint.red(`not as before: ${oneLine(proof.differences.join(", "))}`);
  const kernelSays = succeeded(rehearsal) ? "This kernel takes every setting that was rehearsed." : "";
  return `${paint.bold("Proof")}: ${verdict} ${kernelSays}\n`.replace(/ \n$/, "\n");
}

const reasonWords: Readonly<Record<NotRehearsableReason, string>> = {
  "whole-host": "one value for the whole host",
  absent: "not in a new network namespace of this kernel",
  unreadable: "not readable in a new network namespace",
  "read-only": "read-only in a new network namespace",
};

function leftPart({ notRehearsed, leftOut }: Rehearsal, paint: Paint): string {
  const rows = notRehearsed.map(({ key, reason }) => [`  ${key}`, reasonWords[reason]]);
  const head =
    notRehearsed.length > 0
      ? `\nChecked against the catalogue, not rehearsed (${notRehearsed.length}):\n`
      : "";
  const out = leftOut.map((one) => `  ${one.key}: ${oneLine(one.condition)} does not hold on this host\n`);
  return [
    head,
    ...table(rows, (text, column) => (column === 1 ? paint.dim(text) : text)).map((line) => `${line}\n`),
    leftOut.length > 0 ? "\nLeft out by their condition:\n" : "",
    ...out,
  ].join("");
}

export const rehearsalJson = (rehearsal: Rehearsal): object => ({
  ok: succeeded(rehearsal),
  profiles: rehearsal.profiles,
  kernel: rehearsal.kernel,
  plan: planJson(rehearsal.plan),
  refused: rehearsal.refused.map(({ key, problem }) => ({ key, problem: problemJson(problem) })),
  applied: rehearsal.applied
    ? { written: rehearsal.applied.written.map(writeJson), side_effects: rehearsal.applied.sideEffects }
    : null,
  verified: rehearsal.verified?.map(driftJson) ?? null,
  applied_again_changes: rehearsal.again ? !hasNoChanges(rehearsal.again) : null,
  drift: rehearsal.drift
    ? { key: rehearsal.drift.key, value: rehearsal.drift.value, found: rehearsal.drift.found.map(driftJson) }
    : null,
  rolled_back: rehearsal.rolledBack
    ? { written: rehearsal.rolledBack.written.map(writeJson), side_effects: rehearsal.rolledBack.sideEffects }
    : null,
  problems: rehearsal.problems.map(problemJson),
  proof: rehearsal.proof,
  not_rehearsed: rehearsal.notRehearsed.map(({ key, reason }) => ({ key, reason: reasonWords[reason] })),
  left_out: rehearsal.leftOut,
});
