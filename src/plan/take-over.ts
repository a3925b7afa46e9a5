/** A plan of an apply, with what it does to lines of the administrator. */
import { commentedOut, linesLike } from "../boot/taken-over.js";
import { withTexts } from "../boot/with-texts.js";
import { expand } from "../catalogue/key.js";
import { distinct, type HostProblem, type Problem } from "../problem.js";
import type { Rival } from "../record/rival.js";
import type { OnOverride } from "./acceptance.js";
import { givenBackFor } from "./give-back.js";
import type { FileChange, Plan, PlanRequest } from "./plan.js";
import { planSettings } from "./plan-settings.js";

type Usable = Extract<Rival, { ok: true }>;
type Taken = { readonly rival: Usable; readonly lines: ReadonlySet<number> };

/**
 * Lines that were taken over for settings which leave the set are given back: such a key is to be as it was
 * before tunectl, at boot too.
 */
export function planApply(request: PlanRequest, onOverride: OnOverride): Plan {
  const { facts } = request;
  const [before, after] = [facts.applied?.settings ?? [], request.settings].map((settings) => [
    ...new Set(settings.flatMap(({ key }) => expand(key, facts.interfaces))),
  ]);
  const leaving = (before ?? []).filter((key) => !after?.includes(key));
  const back = leaving.length === 0 ? [] : givenBackFor(request, leaving, after ?? []);
  return onOverride === "take-over"
    ? planTakeOver(request, back)
    : planSettings({ ...request, rivals: back });
}

/**
 * Plans again until nothing is overridden that can be taken over: one line that is commented out may uncover
 * another. It ends, since each round takes a line more.
 */
function planTakeOver(request: PlanRequest, back: readonly FileChange[]): Plan {
  let taken: ReadonlyMap<string, Taken> = new Map();
  for (;;) {
    const rivals = [
      ...back.filter(({ path }) => !taken.has(path)),
      ...[...taken.values()].map((one) => changeOf(one, back)),
    ];
    const plan = planSettings({ ...request, rivals });
    const more = withLines(request, rivals, taken, plan.problems);
    if (sizeOf(more) === sizeOf(taken))
      return {
        ...plan,
        problems: [...plan.problems.map(withoutTakeOver), ...notTaken(request, plan.problems)],
      };
    taken = more;
  }
}

/** It was tried: what stays is to be ended otherwise. */
const withoutTakeOver = (problem: Problem): Problem =>
  problem.code === "overridden-at-boot" && problem.ways
    ? { ...problem, ways: problem.ways.filter((way) => way !== "take-over") }
    : problem;

const sizeOf = (taken: ReadonlyMap<string, Taken>): number =>
  [...taken.values()].reduce((sum, { lines }) => sum + lines.size, 0);

const changeOf = (
  { rival: { path, text, attributes }, lines }: Taken,
  back: readonly FileChange[],
): FileChange => ({
  path,
  before: text,
  after: commentedOut(back.find((one) => one.path === path)?.after ?? text, lines),
  ...(attributes && { attributes }),
  theirs: "taken-over",
});

type RivalLine = { readonly file: string; readonly line: number };

/** The line of another file that has the last word. */
const rivalLines = (problems: readonly Problem[]): readonly RivalLine[] =>
  problems.flatMap((problem) =>
    problem.code === "overridden-at-boot" &&
    ["later-file", "later-refused", "exclusion"].includes(problem.cause) &&
    problem.file !== undefined &&
    problem.line !== undefined &&
    !problem.ways?.includes("profile")
      ? [{ file: problem.file, line: problem.line }]
      : [],
  );

function withLines(
  { facts }: PlanRequest,
  rivals: readonly FileChange[],
  taken: ReadonlyMap<string, Taken>,
  problems: readonly Problem[],
): ReadonlyMap<string, Taken> {
  const stack = withTexts(facts.boot, rivals);
  const more = new Map(taken);
  for (const { file, line } of rivalLines(problems)) {
    const rival = facts.rivalAt?.(file);
    if (!rival?.ok) continue;
    const known = more.get(rival.path)?.lines ?? [];
    const lines = new Set([...known, ...linesLike(stack, facts.loader, file, line)]);
    more.set(rival.path, { rival, lines });
  }
  return more;
}

/** Why what is still overridden could not be taken over. */
const notTaken = ({ facts }: PlanRequest, problems: readonly Problem[]): readonly HostProblem[] =>
  distinct(
    rivalLines(problems).flatMap(({ file }): HostProblem[] => {
      const rival = facts.rivalAt?.(file) ?? { ok: false, why: "unreadable" };
      if (rival.ok) return [];
      const { why, path } = rival;
      return [{ code: "not-taken-over", file, why, ...(path !== undefined && path !== file && { path }) }];
    }),
  );
