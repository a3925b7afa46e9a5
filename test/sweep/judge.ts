/** What came of one point of a sweep: pure, over what was seen. */

/** Like a state that was to be, or neither. `before`: as before the trial that a command ends. */
export type Likeness = "old" | "new" | "before" | "rival" | "between";

export type Point = {
  readonly command: string;
  readonly fault: string;
  /** Of how many calls one was taken. */
  readonly stride: number;
  readonly at: number;
  readonly call: string;
  readonly code: number;
  readonly said: string;
  readonly state: Likeness;
  /** Whether `status` then ended with the code of a change that was interrupted. */
  readonly named: boolean;
  /** Whether it said that anything was wrong. */
  readonly isTold: boolean;
  /** The command that followed, its exit code, and the state after it. */
  readonly next: string;
  readonly nextCode: number;
  readonly after: Likeness;
  /** Whether that is all that it was to be, and its exit code says so. */
  readonly isWhole: boolean;
  readonly litter: boolean;
  /** Where a state is between: what differs from the old one and from the new one. */
  readonly differing: string;
};

const successes = [0, 5];
export const incomplete = 3;
const asItWas = [1, 75, 76, 130, 143];

/** An exit code of success over a state that is not the new one. */
export const isSilent = ({ code, state }: Point): boolean =>
  successes.includes(code) && state !== "new" && state !== "rival";

/** An exit code that says that the host is as it was, where it is not. */
export const isUntrue = ({ code, state }: Point): boolean =>
  asItWas.includes(code) && state !== "old" && state !== "rival";

/** A change that is half made, and `status` does not say so; of what a run itself told as left, a drift is enough. */
export const isUnnamed = ({ code, state, named, isTold }: Point): boolean =>
  state === "between" && !(code === incomplete ? isTold : named);

/** Half made, told by the exit code and by `status`, and over: what is left is no interrupted change. */
export const isInPart = ({ code, state, named, isTold }: Point): boolean =>
  code === incomplete && state === "between" && !named && isTold;

/** The run said that it met a fault of its own. */
export const isCrash = ({ said }: Point): boolean => said.includes("internal error");

/** The next command did not bring about a whole state. */
export const isBetween = ({ isWhole }: Point): boolean => !isWhole;

export const isBad = (point: Point): boolean =>
  isSilent(point) || isUntrue(point) || isUnnamed(point) || isCrash(point) || isBetween(point);
