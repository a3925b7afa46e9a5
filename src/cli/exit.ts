/** The exit codes of every command; README and `--help` print this table. */
export const exit = {
  /** Agreed, or done: effective now and after the next boot. */
  done: 0,
  /** A problem, and the host is as it was. */
  problem: 1,
  /** Drift (`verify`), or changes pending (`diff --exit-code`). */
  pending: 2,
  /** A problem, and the host is not as it was: what is left is named. */
  left: 3,
  /** Another run holds the lock. */
  locked: 75,
  /** Interrupted, after undoing. */
  interrupted: 130,
  terminated: 143,
} as const;

export type Exit = (typeof exit)[keyof typeof exit];

/** The code for a change that was stopped by a signal. */
export const exitForSignal = (signal: string): Exit =>
  signal === "SIGINT" ? exit.interrupted : exit.terminated;
