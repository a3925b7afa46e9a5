/** Decides, effect by effect, which of them fails and how. */

/**
 * - `before`: an error, and nothing happened
 * - `after`: it happened, and then came an error (a rename whose fsync fails, a write that the kernel refuses
 *   and yet took)
 * - `half`: an error, and a part of it happened
 * - `quiet`: no error, and only a part of it happened, or nothing
 */
export type Mode = "before" | "after" | "half" | "quiet";

export const modes: readonly Mode[] = ["before", "after", "half", "quiet"];

/** Which effects fail: the n-th from 0. */
export type Schedule = (effect: number) => Mode | undefined;

export type Faults = {
  /** Asked once for each effect, in order. */
  readonly next: () => Mode | undefined;
  /** Counts from 0 again, and fails by this schedule from here on. */
  readonly arm: (schedule: Schedule) => void;
  /** How many effects have failed since. */
  readonly struck: () => number;
};

export const never: Schedule = () => undefined;

export const once =
  (at: number, mode: Mode): Schedule =>
  (effect) =>
    effect === at ? mode : undefined;

export const fromThenOn =
  (at: number, mode: Mode): Schedule =>
  (effect) =>
    effect >= at ? mode : undefined;

export function makeFaults(): Faults {
  let [schedule, effect, struck] = [never, 0, 0];
  return {
    next: () => {
      const mode = schedule(effect++);
      if (mode !== undefined) struck++;
      return mode;
    },
    arm: (armed) => {
      [schedule, effect, struck] = [armed, 0, 0];
    },
    struck: () => struck,
  };
}

/** An error as node throws it. */
export const osError = (errno: string, path: string): Error =>
  Object.assign(new Error(`${errno}: ${path}`), { code: errno, path });
