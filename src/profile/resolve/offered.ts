/**
 * Whether the kernels in question have a key: one that came or went with some version. On a host the key's
 * presence decides, since a vendor may have brought it to an older kernel.
 */
import { isPattern, type Key, withInterface } from "../../catalogue/key.js";
import { overlaps, type Target } from "../../catalogue/target.js";
import type { Tunable } from "../../catalogue/tunable.js";
import type { Problem } from "../../problem.js";
import type { WrittenSetting } from "../profile.js";
import type { ResolveContext } from "./context.js";

/** A written setting with what is known of its key, and the kernels it is for. */
export type JudgedSetting = {
  readonly key: Key;
  readonly tunable: Tunable;
  readonly written: WrittenSetting;
  readonly profile: string;
  readonly target: Target;
};

/** False where it is left out, or where no kernel in question has the key, which goes to `context.problems`. */
export function isOffered(one: JudgedSetting, context: ResolveContext): boolean {
  const { key, tunable } = one;
  const { place } = one.written.key;
  const offer = offerOf(one, context);
  switch (offer) {
    case "offered":
      return true;
    case "gone":
      context.problems.push(goneProblem(one));
      return false;
    case "left-out":
      context.leftOut.push({ key, profile: one.profile, place, condition: `has_tunable('${key}')` });
      return false;
    case "removed-later":
      context.warnings.push({
        code: "removed-later",
        key,
        version: tunable.removed ?? "",
        ...(wayOut(tunable) && { instead: wayOut(tunable) as string }),
        place,
      });
      return true;
    case "added-later":
      context.warnings.push({
        code: "added-later",
        key,
        since: tunable.since ?? "",
        ...(one.target.from === one.target.to && { kernel: one.target.from }),
        place,
      });
      return true;
    case "vendor":
      context.warnings.push({
        code: "vendor-tunable",
        key,
        vendor: tunable.vendor ?? "",
        ...(tunable.instead && { instead: tunable.instead }),
        place,
      });
      return true;
  }
}

type Offer = "offered" | "gone" | "left-out" | "removed-later" | "added-later" | "vendor";

function offerOf({ key, tunable, written, target }: JudgedSetting, context: ResolveContext): Offer {
  const { host, skipMissing, isTargetNamed } = context;
  const { removed, since, vendor } = tunable;
  if (host) {
    if (removed === undefined) return "offered";
    if (isOn(host.has, key)) return "removed-later";
    return skipMissing ? "left-out" : "gone";
  }
  // A condition that asks for the key has the host decide.
  if (written.when?.text.includes("has_tunable")) return "offered";
  if (removed !== undefined && !overlaps(target, { before: removed })) return "gone";
  if (removed !== undefined && overlaps(target, { since: removed })) return "removed-later";
  if (vendor !== undefined) return "vendor";
  return isTargetNamed && since !== undefined && overlaps(target, { before: since })
    ? "added-later"
    : "offered";
}

/** Of a pattern: whether the interfaces to come have it. */
const isOn = (has: (key: string) => boolean, key: Key): boolean =>
  isPattern(key) ? ["default", "all"].some((name) => has(withInterface(key, name))) : has(key);

function goneProblem({ key, tunable, written }: JudgedSetting): Problem {
  const { place } = written.key;
  const version = tunable.removed ?? "";
  return tunable.renamed_to
    ? { code: "renamed-tunable", key, place, version, successor: tunable.renamed_to }
    : {
        code: "removed-tunable",
        key,
        place,
        version,
        because: tunable.meaning ?? tunable.summary,
        ...(tunable.instead && { instead: tunable.instead }),
      };
}

const wayOut = ({ renamed_to, instead }: Tunable): string | undefined =>
  instead ?? (renamed_to && `Use ${renamed_to} there`);
