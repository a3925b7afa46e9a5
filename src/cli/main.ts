/**
 * The command line: commands, flags, help. What a command does is in its own file, which is loaded when it is
 * called.
 */
import { Command, CommanderError } from "commander";
import { version } from "../generated/version.js";
import { oneLine, printable } from "../render/escape.js";
import { commands } from "./commands.js";
import { type ExitCode, exitCode } from "./exit-code.js";
import { exitCodes, overview } from "./help.js";
import type { ProcessContext } from "./process-context.js";
import { fail } from "./report.js";

/** Runs one command line; never throws for a user's mistake. */
export async function main(argv: readonly string[], given: ProcessContext): Promise<ExitCode> {
  const { colour, out, err } = given;
  const context: ProcessContext = {
    ...given,
    out: (text) => out(printable(text, colour.out)),
    err: (text) => err(printable(text, colour.err)),
  };
  let code: ExitCode = exitCode.done;
  const program = commandLine(argv, context, (answer) => {
    code = answer;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCode.done;
    if (asksJson(argv))
      return fail(
        context,
        { problems: [{ code: "usage", message: error.message.replace(/^error: /, "") }] },
        { format: "json" },
      );
    return exitCode.problem;
  }
  return code;
}

const asksJson = (argv: readonly string[]): boolean =>
  argv.some((word, at) => word === "--format=json" || (word === "--format" && argv[at + 1] === "json"));

/** What commander says of a command line: its guess has a line of its own, the words of the user have none. */
function mistake(text: string): string {
  const [, what = "", guess = ""] = /^([\s\S]*?)(\n\(Did you mean [^\n]*)?\n?$/.exec(text) ?? [];
  return `${oneLine(what)}${guess}\n`;
}

function commandLine(
  argv: readonly string[],
  context: ProcessContext,
  answer: (code: ExitCode) => void,
): Command {
  const program = new Command("tunectl")
    .description(
      "Declarative sysctl tuning profiles for Linux: validated, reviewed, applied, verified, rolled back.",
    )
    .version(version, "-V, --version")
    .configureOutput({
      writeOut: context.out,
      writeErr: asksJson(argv) ? () => {} : context.err,
      outputError: (text, print) => print(mistake(text)),
    })
    .exitOverride()
    .showHelpAfterError("(see --help of the command, or tunectl --help)")
    .addHelpText("after", overview + exitCodes());
  for (const { name, operands, summary, configure, exits, isHidden = false } of commands) {
    const command = program
      .command(`${name} ${operands}`.trim(), { hidden: isHidden })
      .description(summary)
      .addHelpText("after", exitCodes(exits));
    // Building all flags of all commands would cost every run; only the called command needs its own.
    if (argv.includes(name)) configure(command, context, answer);
  }
  return program;
}
