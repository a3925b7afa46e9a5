/** The command line: commands, flags, help. What a command does is in its own file, which is loaded when it is called. */
import { Command, CommanderError } from "commander";
import { version } from "../generated/version.js";
import { commands } from "./commands.js";
import { type Exit, exit } from "./exit.js";
import { exitCodes, overview } from "./help.js";
import { fail } from "./report.js";
import type { World } from "./world.js";

/** Runs one command line; never throws for a user's mistake. */
export async function main(argv: readonly string[], world: World): Promise<Exit> {
  let code: Exit = exit.done;
  const program = commandLine(argv, world, (answer) => {
    code = answer;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exit.done;
    if (asksJson(argv))
      return fail(world, [{ code: "usage", message: error.message.replace(/^error: /, "") }], [], {
        format: "json",
      });
    return exit.problem;
  }
  return code;
}

const asksJson = (argv: readonly string[]): boolean =>
  argv.some((word, at) => word === "--format=json" || (word === "--format" && argv[at + 1] === "json"));

function commandLine(argv: readonly string[], world: World, answer: (code: Exit) => void): Command {
  const program = new Command("tunectl")
    .description(
      "Declarative sysctl tuning profiles for Linux: validated, reviewed, applied, verified, rolled back.",
    )
    .version(version, "-V, --version")
    .configureOutput({ writeOut: world.out, writeErr: asksJson(argv) ? () => {} : world.err })
    .exitOverride()
    .showHelpAfterError("(tunectl --help shows all commands and flags)")
    .addHelpText("after", overview + exitCodes);
  for (const { name, operands, summary, configure } of commands) {
    const command = program
      .command(`${name} ${operands}`.trim())
      .description(summary)
      .addHelpText("after", exitCodes);
    // Building all flags of all commands would cost every run; only the called command needs its own.
    if (argv.includes(name)) configure(command, world, answer);
  }
  return program;
}
