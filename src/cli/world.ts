/** What a command is given of its process; `bin.ts` makes the real one. */
export type World = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  readonly now: () => Date;
  /** Whether standard output, or standard error, takes colours. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** Data. A failing stream never throws here: the host's outcome counts, not who reads of it. */
  readonly out: (text: string) => void;
  /** Everything else. */
  readonly err: (text: string) => void;
  /** Lets signals in; the name of one that asked to stop. */
  readonly pause: () => Promise<string | undefined>;
  /** How to run this very program again: the executable and its first arguments. */
  readonly self: readonly string[];
};
