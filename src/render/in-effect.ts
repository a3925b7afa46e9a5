/** What verify, status and rehearse say where nothing has drifted. */
import type { Plan } from "../plan/plan.js";
import type { Yielded } from "../record/applied.js";
import { oneLine } from "./escape.js";
import { valueWords } from "./plan-words.js";
import { counted } from "./table.js";

/** `net.core.somaxconn: the boot gives 128, from FILE:LINE, as was accepted`. */
export const yieldWords = (key: string, { value, by }: Yielded): string =>
  oneLine(
    `${key}: the boot gives ${value === undefined ? "the kernel's default" : valueWords(value)}${by === undefined ? "" : `, from ${by}`}, as was accepted`,
  );

const bootWhen = {
  known: "in effect now and after the next boot",
  unknown: "in effect now; after the next boot is not known",
  without: "in effect now, and not after the next boot",
};

/** An image has no "now". */
const imageWhen = {
  known: "in effect at its next boot",
  unknown: "as written; what its next boot leaves is not known",
  without: "not in effect at its next boot",
};

/** @param boot what is known of the next boot; `without` where it has no part in it */
export function inEffectWords(plan: Plan, boot: "known" | "unknown" | "without" = "known"): string {
  const yields = boot === "without" ? {} : (plan.applied.before?.yielded ?? {});
  const yielded = plan.keys.filter(
    ({ key, boot }) => yields[key] !== undefined && yields[key].value === boot.now.value,
  );
  const waiting = plan.keys.filter(({ reason }) => reason === "interface-absent");
  const locked = plan.keys.filter(({ reason }) => reason === "locked");
  const settled = plan.keys.length - waiting.length - locked.length - yielded.length;
  const when = plan.host.kernel === undefined ? imageWhen[boot] : bootWhen[boot];
  return [
    ...(settled === 0 && yielded.length > 0 ? [] : [`${counted(settled, "setting")} ${when}`]),
    ...yielded.map(({ key }) => yieldWords(key, yields[key] ?? {})),
    ...(waiting.length > 0 ? [`waiting for an interface: ${waiting.map(({ key }) => key).join(", ")}`] : []),
    ...(locked.length > 0 ? [`locked until a reboot: ${locked.map(({ key }) => key).join(", ")}`] : []),
  ]
    .join("; ")
    .concat(".");
}
