/** Why a plan must not be applied as it is, and what is worth a word about it. */
import { parseProcps, parseSystemd } from "../boot/parse.js";
import { dropInFolder, dropInName, dropInPath } from "../boot/print.js";
import { simulate } from "../boot/simulate.js";
import { filesInOrder, type Loader, withFile } from "../boot/stack.js";
import { findTunable } from "../catalogue/catalogue.js";
import { keyPath } from "../catalogue/key.js";
import { readLine, type Value } from "../catalogue/value.js";
import type { Problem, Warning } from "../problem.js";
import { isMet } from "../profile/merge.js";
import { wantedText } from "../profile/wanted.js";
import { type Boots, startOf } from "./boot-value.js";
import { type BootValue, isDue, type PlannedKey, type PlanRequest } from "./plan.js";

export function planProblems(
  request: PlanRequest,
  keys: readonly PlannedKey[],
  dropIn: string | undefined,
): readonly Problem[] {
  let known: Exclusions | undefined;
  const exclusions = (): Exclusions => {
    known ??= exclusionsOf(request.facts, dropIn);
    return known;
  };
  return keys.flatMap((planned) =>
    [
      missing(request, planned),
      unwritable(planned),
      guarded(request, planned),
      lost(request, planned, exclusions),
    ].filter((problem) => problem !== undefined),
  );
}

const placed = ({ setting }: PlannedKey): { place?: NonNullable<PlannedKey["setting"]>["place"] } =>
  setting ? { place: setting.place } : {};

function missing({ catalogue, facts }: PlanRequest, planned: PlannedKey): Problem | undefined {
  if (planned.now.status !== "missing" || planned.action !== "set" || planned.module !== undefined)
    return undefined;
  const tunable = findTunable(catalogue, planned.key);
  return {
    code: "kernel-lacks-key",
    key: planned.key,
    kernel: facts.kernel ?? "unknown",
    ...(tunable?.since && { since: tunable.since }),
    ...(tunable?.module && { module: tunable.module }),
    ...placed(planned),
  };
}

function unwritable(planned: PlannedKey): Problem | undefined {
  if (!isDue(planned)) return undefined;
  if (planned.now.status === "present" && !planned.now.writable)
    return { code: "not-writable-here", key: planned.key, errno: "EACCES", ...placed(planned) };
  return undefined;
}

function guarded({ catalogue }: PlanRequest, planned: PlannedKey): Problem | undefined {
  const tunable = findTunable(catalogue, planned.key);
  const value = newValue(planned);
  if (!tunable?.guard || value === undefined) return undefined;
  if (tunable.guard === "one-way" && tunable.one_way && !tunable.one_way.includes(value)) return undefined;
  return {
    code: "needs-acceptance",
    key: planned.key,
    guard: tunable.guard,
    danger: tunable.danger ?? tunable.summary,
    ...placed(planned),
  };
}

/** What this plan writes, live or, as in an image, only for the boot; nothing where both stay as they are. */
function newValue({ action, after, boot }: PlannedKey): Value | undefined {
  if (action === "set" && after !== undefined) return after;
  return isOurLine(boot.after) && !(isOurLine(boot.now) && boot.now.value === boot.after.value)
    ? boot.after.value
    : undefined;
}

const isOurLine = (boot: BootValue): boolean => boot.from === "file" && boot.file === dropInPath;

function lost(
  { facts }: PlanRequest,
  planned: PlannedKey,
  exclusions: () => Exclusions,
): Problem | undefined {
  const { setting, boot } = planned;
  const excluded =
    setting && boot.after.from === "kernel" ? exclusions().get(keyPath(planned.key)) : undefined;
  if (setting && excluded)
    return {
      code: "loses-at-boot",
      key: planned.key,
      wanted: wantedText(setting.wanted),
      boot: boot.after.value ?? "the kernel's default",
      loader: facts.loader,
      ...excluded,
    };
  if (!setting || boot.after.from !== "file" || isMet(setting.wanted, boot.after.value)) return undefined;
  const { value, file, line } = boot.after;
  return {
    code: "loses-at-boot",
    key: planned.key,
    wanted: wantedText(setting.wanted),
    boot: value,
    loader: facts.loader,
    file,
    line,
  };
}

type Exclusions = ReadonlyMap<string, { readonly file: string; readonly line: number }>;

/** Lines `-KEY` of other files that take one of ours away, by path. They leave no winner behind, so they are looked for. */
function exclusionsOf(facts: PlanRequest["facts"], dropIn: string | undefined): Exclusions {
  const ours = new Set(parsed(dropInPath, dropIn ?? "", facts.loader).map((line) => line.key));
  const others = filesInOrder(facts.boot, facts.loader).flatMap(({ path, content }) =>
    content.kind === "text" && path !== dropInPath ? parsed(path, content.text, facts.loader) : [],
  );
  return new Map(
    others.flatMap(({ kind, key, file, line }) =>
      kind === "exclude" && ours.has(key) ? [[key, { file, line }] as const] : [],
    ),
  );
}

const parsed = (path: string, text: string, loader: Loader) =>
  (loader === "systemd" ? parseSystemd : parseProcps)(path, text).lines;

/** The other loader is run by hand (`sysctl --system`) or on hosts without systemd: a different winner there is worth a word. */
export function planWarnings(
  { catalogue, facts }: PlanRequest,
  keys: readonly PlannedKey[],
  { paths, without }: Pick<Boots, "paths" | "without">,
  dropIn: string | undefined,
): readonly Warning[] {
  const loader = facts.loader === "systemd" ? "procps" : "systemd";
  const outcome = simulate(withFile(facts.boot, dropInFolder, dropInName, dropIn), loader, paths);
  return keys.flatMap(({ key, setting, boot }): Warning[] => {
    const winner = outcome.winners.get(keyPath(key));
    const isGuess =
      facts.kernel === undefined && startOf(facts, key) === undefined && !without.winners.has(keyPath(key));
    if (isGuess && setting?.wanted.kind === "bounds" && isOurLine(boot.after))
      return [{ code: "image-unknown", key, value: boot.after.value ?? "" }];
    if (!setting || !winner) return [];
    const value = readLine(findTunable(catalogue, key), winner.value);
    const told =
      boot.after.from === "file" && boot.after.file === winner.file && boot.after.line === winner.line;
    return isMet(setting.wanted, value) || told
      ? []
      : [{ code: "overridden-at-boot", key, loader, value, file: winner.file, line: winner.line }];
  });
}
