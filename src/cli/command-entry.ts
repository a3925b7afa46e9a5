/** What the command line knows of a command before it is called. */
import type { Command } from "commander";
import type { ExitCode, ExitCodeWords } from "./exit-code.js";
import type { ProcessContext } from "./process-context.js";

type Answer = (code: ExitCode) => void;
export type CommandEntry = {
  readonly name: string;
  readonly operands: string;
  readonly summary: string;
  /** For tunectl itself. */
  readonly isHidden?: true;
  /** Where it ends otherwise than the others. */
  readonly exits?: ExitCodeWords;
  readonly configure: (command: Command, context: ProcessContext, answer: Answer) => void;
};
