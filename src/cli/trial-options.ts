/** The flags of a trial. */
import type { ApplyOptions } from "../operations/apply.js";
import { type Checked, failed, ok } from "../problem.js";
import { durationOf } from "./run-options.js";

export type TrialFlags = {
  /** `--trial`: how long the change is live before it is taken back. */
  readonly trial?: string;
  /** `--watch`: counters, each with its margin; true for those that the profiles name as evidence. */
  readonly watch?: true | readonly string[];
  /** `--ask`: waits on the terminal for a yes. */
  readonly ask?: boolean;
};

/** More than a counter rises by itself while nobody looks. */
const usualMargin = 10;

export function trialOptions({ trial, watch, ask }: TrialFlags): Checked<Pick<ApplyOptions, "trial">> {
  if (trial === undefined) {
    const option = watch ? "--watch" : ask ? "--ask" : undefined;
    return option === undefined ? ok({}) : failed([{ code: "needs-option", option, needs: "--trial" }]);
  }
  const seconds = durationOf("--trial", trial);
  if (!seconds.ok) return seconds;
  return ok({
    trial: {
      seconds: seconds.value,
      watch: watch === true ? [] : (watch ?? []).map(counterIn),
      ...(watch === true && { watchEvidence: usualMargin }),
    },
  });
}

/** `NAME` or `NAME:MARGIN`. */
function counterIn(text: string): { readonly counter: string; readonly margin: number } {
  const [, counter = text, margin] = /^(.+):(\d{1,15})$/.exec(text) ?? [];
  return { counter, margin: margin === undefined ? usualMargin : Number(margin) };
}
