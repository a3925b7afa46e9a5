/** The exit codes of every command, with their words: `--help` prints this table, and the README has it. */
export const exitCode = {
  done: 0,
  problem: 1,
  pending: 2,
  incomplete: 3,
  unfinished: 4,
  onTrial: 5,
  locked: 75,
  trialPending: 76,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

export type ExitCodeWords = readonly (readonly [ExitCode, string])[];

export const exitCodeWords: ExitCodeWords = [
  [
    exitCode.done,
    "success: in effect now and after the next boot, but for what a flag excepts or yields, or a warning calls not known",
  ],
  [exitCode.problem, "a problem; the host is as it was"],
  [exitCode.pending, "drift (verify, confirm), or changes pending (diff --exit-code)"],
  [exitCode.incomplete, "a problem; the host is NOT as it was, and what could not be restored is named"],
  [exitCode.unfinished, "a change was interrupted, and is not taken back yet (status, verify)"],
  [exitCode.onTrial, "on trial: in effect now, and taken back unless it is confirmed"],
  [exitCode.locked, "another tunectl process holds the lock"],
  [exitCode.trialPending, "refused, since a change is on trial; the host is as it was"],
  [exitCode.interrupted, "interrupted by SIGINT, and undone"],
  [exitCode.terminated, "interrupted by SIGTERM or SIGHUP, and undone"],
];

/** Of a command that tells what the next boot does. */
export const bootCodeWords: ExitCodeWords = [
  [exitCode.done, "success: the answer is whole, whatever it is"],
  [exitCode.problem, "a problem, which is named: the answer is not whole, or the boot is not"],
];

/** The code for a change that was stopped by a signal. */
export const exitCodeForSignal = (signal: string): ExitCode =>
  signal === "SIGINT" ? exitCode.interrupted : exitCode.terminated;
