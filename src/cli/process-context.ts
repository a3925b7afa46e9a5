/** What a command is given of its process; `bin.ts` makes the real one, tests make their own. */
export type ProcessContext = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  readonly now: () => Date;
  /** Whether standard output, or standard error, takes colours. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** Data. A failing stream never throws here: the host's outcome counts, not who reads it. */
  readonly out: (text: string) => void;
  /** Everything else. */
  readonly err: (text: string) => void;
  /** Lets signals in; the name of one that asked to stop. */
  readonly stopRequest: () => Promise<string | undefined>;
  /**
   * Waits for an answer on the terminal: whether it is an empty line. False also where a signal comes, the
   * terminal goes, or the seconds are over. Absent where there is no terminal.
   */
  readonly ask?: (seconds: number) => Promise<boolean>;
  /** How to run this very program again: the executable and its first arguments. */
  readonly self: readonly string[];
};

/** Who runs it, as far as the system tells. */
export function operatorName({ env, uid }: ProcessContext): string {
  const sudo = env["SUDO_USER"];
  const user = uid === 0 ? "root" : `user ${uid}`;
  return sudo === undefined || sudo === "" ? user : `${user} (sudo by ${sudo.replace(/[^\w.-]/g, "?")})`;
}

/** The users whose files root acts on: root, and who called sudo. */
export const trustedUsers = ({ env, uid }: Pick<ProcessContext, "env" | "uid">): readonly number[] => [
  0,
  uid,
  Number(env["SUDO_UID"] ?? 0),
];
