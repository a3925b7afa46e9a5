/** What came of a change, for a person and as JSON. */
import type { Outcome, SideEffect } from "../apply/outcome.js";
import { bootDoubts } from "../plan/boot-warnings.js";
import type { Write } from "../plan/order.js";
import { isFileChanged, isLiveChange, type Plan } from "../plan/plan.js";
import type { Trial } from "../record/trial.js";
import { oneLine, shellWord } from "./escape.js";
import { timeWords } from "./messages/record-problems.js";
import type { Paint } from "./paint.js";
import { fileWords, readingWords, valueWords } from "./plan-words.js";
import { table } from "./table.js";

export const shown = (value: string | null | undefined): string =>
  value === null || value === undefined ? "absent" : valueWords(value);

export function writesText(writes: readonly Write[], paint: Paint): string {
  const rows = writes.map(({ key, value, before }) => [`  ${key}`, shown(before), "→", shown(value)]);
  return table(rows, (cell, column) => (column === 3 ? paint.green(cell) : cell))
    .map((line) => `${line}\n`)
    .join("");
}

export const sideEffectsText = (effects: readonly SideEffect[], paint: Paint): string =>
  effects
    .map(
      ({ key, before, after }) =>
        `  ${key}: ${shown(before)} → ${shown(after)} ${paint.yellow("(side effect of the kernel)")}\n`,
    )
    .join("");

export type Done = Extract<Outcome, { status: "done" }>;

/** The image, where it was one: what we advise must not be done to the host instead. */
export type ImageOption = { readonly root?: string };

export const rootFlag = ({ root }: ImageOption): string =>
  root === undefined ? "" : ` --root ${shellWord(root)}`;

/** The report of an apply that was made. */
export function appliedText(plan: Plan, outcome: Done, image: ImageOption, paint: Paint): string {
  const files = plan.files.filter(isFileChanged).map((file) => `  ${file.path} (${fileWords(file)})\n`);
  const { trial, id } = outcome.record;
  const moved = [
    writesText(outcome.written, paint),
    sideEffectsText(outcome.sideEffects, paint),
    ...leftAsTheyAre(plan, paint),
  ];
  if (trial) return [...moved, trialText(plan, id, trial, paint)].join("");
  return [
    ...moved,
    ...files,
    ...noLongerApplied(plan),
    conclusion(plan, paint),
    `To undo: tunectl rollback${rootFlag(image)} (snapshot ${outcome.record.id})\n`,
  ].join("");
}

function trialText(
  { profiles }: Plan,
  id: number,
  { started, deadline, watch }: Trial,
  paint: Paint,
): string {
  const time = timeWords(Math.round(deadline - started));
  return [
    paint.yellow(
      `On trial for ${time}: ${oneLine(profiles.join(", "))} is in effect now, and no file is written.\n`,
    ),
    ...watch.map(
      ({ counter, margin }) =>
        `  taken back at once if ${oneLine(counter)} gets worse by more than ${margin}\n`,
    ),
    `To keep it: tunectl confirm. To take it back now: tunectl rollback ${id}. Otherwise it is taken back by itself.\n`,
  ].join("");
}

/** Keys that left the set and have nothing to be restored to. */
const leftAsTheyAre = (plan: Plan, paint: Paint): readonly string[] =>
  plan.keys
    .filter(({ reason, now }) => reason === "original-unknown" && now.status === "present")
    .map(
      ({ key, now }) =>
        `  ${key} ${paint.yellow("left as it is")}: ${readingWords(now)}; what it was before tunectl is not known\n`,
    );

/** Profiles that were applied and are replaced by this set. */
function noLongerApplied({ applied, profiles }: Plan): readonly string[] {
  const gone = (applied.before?.profiles ?? []).filter((name) => !profiles.includes(name));
  return gone.length === 0 ? [] : [`No longer applied: ${oneLine(gone.join(", "))}.\n`];
}

function conclusion(plan: Plan, paint: Paint): string {
  const names = plan.profiles.join(", ");
  if (isImage(plan))
    return `${paint.green(`Written ${names} into the image; no kernel was changed.`)}\n${imageConclusion(plan, paint)}`;
  if (plan.applied.after?.liveOnly)
    return paint.yellow(`Applied ${names}: in effect now, and NOT after the next boot (--live-only).\n`);
  const lost = lostAtBoot(plan);
  if (lost !== "")
    return `${paint.yellow(`Applied ${names}: in effect now, but NOT after the next boot:`)}\n${lost}`;
  const verified = plan.keys.some(isLiveChange) ? "verified live, and " : "";
  return paint.green(`Applied ${names}: ${verified}${waitingWords(plan)}.\n`);
}

const unknownBoot = "what the next boot leaves is not known: see the warnings above";

const isBootKnown = ({ warnings }: Plan): boolean => !warnings.some(({ code }) => bootDoubts.includes(code));

/** A key of an interface that does not exist was not read. */
function waitingWords(plan: Plan): string {
  const waiting = plan.keys.filter(({ reason }) => reason === "interface-absent").map(({ key }) => key);
  const settled = isBootKnown(plan) ? "in effect after the next boot" : unknownBoot;
  if (waiting.length === 0) return settled;
  const list = `waiting for an interface: ${waiting.join(", ")}`;
  return waiting.length === plan.keys.length ? list : `${settled}; ${list}`;
}

/** The answer of an apply that has nothing to do. */
export function upToDateText(plan: Plan, paint: Paint): string {
  const names = plan.profiles.join(", ");
  if (isImage(plan)) return `Nothing to do: the image has ${names} already.\n${imageConclusion(plan, paint)}`;
  const lost = lostAtBoot(plan);
  if (lost !== "")
    return `Nothing to do: ${paint.yellow(`${names} is in effect now, but NOT after the next boot:`)}\n${lost}`;
  const waiting = plan.keys.some(({ reason }) => reason === "interface-absent");
  const known = isBootKnown(plan)
    ? "in effect now and after the next boot"
    : `in effect now, and ${unknownBoot}`;
  const state = waiting ? waitingWords(plan) : known;
  return `Nothing to do: ${paint.green(`${names} is ${state}.\n`)}`;
}

const isImage = (plan: Plan): boolean => plan.host.kernel === undefined;

function imageConclusion(plan: Plan, paint: Paint): string {
  const lost = lostAtBoot(plan);
  if (lost === "" && !isBootKnown(plan))
    return paint.yellow("What its next boot leaves is not known: see the warnings above.\n");
  return lost === ""
    ? paint.green("In effect at its next boot.\n")
    : `${paint.yellow("NOT in effect after its next boot:")}\n${lost}`;
}

/** Under `--on-override yield` another file may take precedence at the next boot. */
const lostAtBoot = (plan: Plan): string =>
  plan.accepted
    .map((problem) => {
      if (problem.code !== "overridden-at-boot" && problem.code !== "rewritten-after-boot") return "";
      const place = problem.file === undefined ? "" : `${oneLine(problem.file)}:${problem.line ?? 1}`;
      const who = problem.code === "rewritten-after-boot" ? [oneLine(problem.program)] : [];
      const from = [...who, ...(place === "" ? [] : [place])].map((one) => `, from ${one}`).join("");
      return `  ${problem.key} becomes ${shown(problem.boot ?? "the kernel's default")}${from}\n`;
    })
    .join("");

export const writeJson = ({ key, value, before }: Write): object => ({
  key,
  before: before ?? null,
  after: value,
});

/** What apply and rollback answer in JSON. */
export const outcomeJson = (outcome: Outcome): object =>
  outcome.status === "done"
    ? {
        status: outcome.record.trial ? "pending" : "done",
        ...(outcome.record.trial && {
          seconds: Math.round(outcome.record.trial.deadline - outcome.record.trial.started),
        }),
        changed: outcome.written.length > 0 || Object.keys(outcome.record.before.files).length > 0,
        snapshot: outcome.recorded ? outcome.record.id : null,
        written: outcome.written.map(writeJson),
        side_effects: outcome.sideEffects,
      }
    : { status: outcome.status, changed: outcome.status === "incomplete" };

/** For a host whose disk takes nothing, and a person who cannot wait. */
export function byHandText(plan: Plan): string {
  const lines = plan.keys
    .filter(isLiveChange)
    .flatMap(({ key, after }) =>
      after === undefined ? [] : [`  sysctl -w ${shellWord(`${key}=${after}`)}\n`],
    );
  return lines.length === 0
    ? ""
    : `To do the same by hand, without a record and until the next boot:\n${lines.join("")}`;
}
